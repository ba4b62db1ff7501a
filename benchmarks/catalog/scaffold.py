"""`new`: a file, or a whole package, that runs, passes `check` and says what to change."""

from pathlib import Path
from string import Template

from ..errors import UsageError
from .entry import Kind
from .label import NAME
from .registry import GROUPS, installed

TEMPLATES = Path(__file__).with_name("templates")


def create(kind: Kind, name: str, package: bool, folder: Path | None = None) -> list[Path]:
    """Write the files of a new contender or data set into a folder, the current one if left out; give their paths.

    Raises
    ------
    UsageError
        If the name cannot be one, is taken, or a file of that name is there already.
    """
    folder = folder or Path()
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be a name: letters, digits and _, not a digit first")
    if name in installed(kind):
        raise UsageError(f"{kind} '{name}' is there already ({installed(kind)[name].source}); choose another name")
    files = {f"{name}.py": _fill(f"{kind}.py", kind, name)}
    if package:
        files |= {
            "pyproject.toml": _fill("pyproject.toml", kind, name),
            f"test_{name}.py": _fill("test.py", kind, name),
            "README.md": _fill("README.md", kind, name),
            ".github/workflows/race.yml": _fill("race.yml", kind, name),
        }
        folder = folder / f"oversampling-bench-{name.replace('_', '-')}"
    paths = {folder / file: text for file, text in files.items()}
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} is there already; nothing was written")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(paths)


def _fill(template: str, kind: Kind, name: str) -> str:
    race = f"--contender none --contender {name}" if kind == "contender" else f"--dataset {name}"
    words = {"race": race, "name": name, "kind": kind, "group": GROUPS[kind], "dashed": name.replace("_", "-")}
    return Template((TEMPLATES / f"{template}.template").read_text(encoding="utf-8")).substitute(words)
