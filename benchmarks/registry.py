"""One door to contenders and data sets: built-in files, installed entry points, and files by path.

Nothing is imported until it is used: docstring and constants are read from the source, so that `list` stays fast and
a plugin that cannot be imported harms nobody else.
"""

import ast
import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata, util
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from .errors import UsageError, one_line, unknown
from .label import NAME

Kind = Literal["contender", "dataset"]
ROOT = __package__.rpartition(".")[0]
PACKAGES = {"contender": f"{ROOT}.oversamplers", "dataset": f"{ROOT}.datasets"}
GROUPS = {"contender": "oversampling_bench.oversamplers", "dataset": "oversampling_bench.datasets"}
DEFINES = {"contender": {"make", "classifier"}, "dataset": {"load"}}
DEFAULTS = {"SPACE": "encoded", "ROLE": "oversampler", "CLEANS": False, "APPROXIMATE": False}

VALID = {
    "SPACE": ("encoded", "table"),
    "ROLE": ("oversampler", "control"),
    "CLEANS": (True, False),
    "APPROXIMATE": (True, False),
}


@dataclass(frozen=True)
class Entry:
    """A module that is known by name, not yet imported.

    `module` is its import name; `path` its file, which is what gets loaded where `by_path` is set; `source` says where
    it comes from.
    """

    kind: Kind
    name: str
    module: str
    path: Path | None
    source: str
    by_path: bool = False

    def load(self) -> ModuleType:
        """Import the module. What it raises is left to the caller."""
        if not self.by_path:
            return import_module(self.module)
        if self.module not in sys.modules:
            assert self.path is not None
            spec = util.spec_from_file_location(self.module, self.path)
            assert spec is not None
            assert spec.loader is not None
            module = util.module_from_spec(spec)
            sys.modules[self.module] = module
            try:
                spec.loader.exec_module(module)
            except BaseException:
                del sys.modules[self.module]
                raise
        return sys.modules[self.module]

    def here(self) -> "Entry":
        """Give the entry as it stands on this machine: what is installed may lie elsewhere than where it was found."""
        return self if self.by_path else installed(self.kind)[self.name]

    def origin(self) -> str:
        """Say where the module comes from, without naming a folder of this machine."""
        return f"file {self.path.name}" if self.by_path and self.path else self.source

    def syntax(self) -> ast.Module:
        """Parse the source. An entry point without a source file gives an empty module."""
        try:
            return ast.parse(self.path.read_bytes()) if self.path else ast.Module(body=[], type_ignores=[])
        except (OSError, SyntaxError, ValueError) as error:
            raise UsageError(f"{self.kind} file {self.path} cannot be read ({one_line(error)})") from error

    def summary(self) -> str:
        """Give the first line of the docstring."""
        return (ast.get_docstring(self.syntax()) or "").partition("\n")[0]

    def constants(self) -> dict[str, Any]:
        """Give SPACE, ROLE, CLEANS and APPROXIMATE as the source sets them, else their defaults.

        Raises
        ------
        UsageError
            If one is set to something that it cannot be.
        """
        found = dict(DEFAULTS)
        for node in self.syntax().body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                found |= {name: node.value.value for name in names if name in found}
        for name, valid in VALID.items():
            if found[name] not in valid:
                raise UsageError(f"{self.kind} '{self.name}': {unknown(name, str(found[name]), map(str, valid))}")
        return found

    def check(self) -> None:
        """Refuse a file that defines nothing the harness could call."""
        defined = {node.name for node in self.syntax().body if isinstance(node, ast.FunctionDef)}
        if self.by_path and not defined & DEFINES[self.kind]:
            needed = " or ".join(sorted(DEFINES[self.kind], reverse=True))
            raise UsageError(f"{self.kind} file {self.path} defines no function {needed}")

    def fingerprint(self) -> str:
        """Hash the code without comments, layout and docstrings, so that rewording does not make results stale."""
        return code_hash(self.syntax())


def code_hash(tree: ast.Module) -> str:
    """Hash a syntax tree, its docstrings left out.

    >>> code_hash(ast.parse("x = 1  # why")) == code_hash(ast.parse("'Docs.'; x  =  1"))
    True
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


@cache
def installed(kind: Kind) -> dict[str, Entry]:
    """All built-ins and entry points of a kind, by name.

    Raises
    ------
    UsageError
        If two sources claim one name.
    """
    entries: dict[str, Entry] = {}
    for folder in import_module(PACKAGES[kind]).__path__:
        for path in sorted(Path(folder).glob("*.py")):
            if not path.stem.startswith("_"):
                entries[path.stem] = Entry(kind, path.stem, f"{PACKAGES[kind]}.{path.stem}", path, "built-in")
    for point in metadata.entry_points(group=GROUPS[kind]):
        source = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        if point.name in entries:
            raise UsageError(f"{kind} '{point.name}' comes from both {entries[point.name].source} and {source}")
        try:
            spec = util.find_spec(point.module)
        except Exception:  # a plugin's parent package may raise anything; its cells will say what
            spec = None
        file = Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None
        entries[point.name] = Entry(kind, point.name, point.module, file, source)
    return entries


def find(kind: Kind, name: str) -> Entry:
    """Find a contender or data set by its name, or by the path of its file.

    Raises
    ------
    UsageError
        If there is none, its file cannot be read, or the file's name is taken.
    """
    known = installed(kind)
    if not (name.endswith(".py") or "/" in name):
        if name not in known:
            raise UsageError(unknown(kind, name, known))
        return known[name]
    path = Path(name).resolve()
    if not path.is_file():
        raise UsageError(f"{kind} file {name} does not exist")
    if not NAME.fullmatch(path.stem):
        raise UsageError(
            f"{kind} file {name}: its name must be a Python identifier, for it is the name in every report"
        )
    if path.stem in known:
        raise UsageError(f"{kind} '{path.stem}' comes from both {known[path.stem].source} and {name}; rename the file")
    entry = Entry(kind, path.stem, f"{ROOT}.file_{kind}_{path.stem}", path, name, by_path=True)
    entry.check()
    return entry
