"""One door to all that can race: built-in files, installed entry points, files by path, bare classes, tables."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module, metadata, util
from importlib.machinery import PathFinder
from pathlib import Path

from ..errors import UsageError, one_line, unknown
from .entry import Choice, Entry, How, Kind
from .label import NAME, parse

BUILT_IN = "built-in"
"""The source of what lies in our own folders."""

ROOT = __package__.partition(".")[0]
PACKAGES: dict[Kind, str] = {
    "contender": f"{ROOT}.oversamplers",
    "dataset": f"{ROOT}.datasets",
    "classifier": f"{ROOT}.benchmarks.learners",
    "protocol": f"{ROOT}.benchmarks.protocols",
}
GROUPS: dict[Kind, str] = {
    "contender": "oversampling_bench.oversamplers",
    "dataset": "oversampling_bench.datasets",
    "classifier": "oversampling_bench.learners",
    "protocol": "oversampling_bench.protocols",
}
TABLES = (".csv", ".tsv", ".txt", ".parquet")
FRAME = ".frame"
"""What `own_table.dataset.keep_frame` keeps."""


@cache
def installed(kind: Kind) -> dict[str, Entry]:
    """All built-ins and entry points of a kind, by name, the unusable ones among them; see `Entry.problem`."""
    entries: dict[str, Entry] = {}
    for folder in import_module(PACKAGES[kind]).__path__:
        for path in sorted(Path(folder).glob("*.py")):
            if not path.stem.startswith("_"):
                entries[path.stem] = Entry(kind, path.stem, f"{PACKAGES[kind]}.{path.stem}", path, BUILT_IN)
    for point in metadata.entry_points(group=GROUPS[kind]):
        source = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        if point.name in entries:
            entries[point.name] = replace(entries[point.name], clash=source)
        else:
            entries[point.name] = Entry(kind, point.name, point.module, file_of(point.module), source)
    return entries


def find(kind: Kind, name: str) -> Entry:
    """Find what goes by a name: that itself, the path of its file, or ``package.module:Class``, but of a data set.

    Raises
    ------
    UsageError
        If there is none, or it cannot be used.
    """
    known = installed(kind)
    if name.lower().endswith((".py", *TABLES)) or "/" in name:
        entry = _by_path(kind, name)
    elif kind != "dataset" and ":" in name:
        module = name.partition(":")[0]
        entry = Entry(kind, name, name, file_of(module), distribution_of(module), "class")
    elif name not in known:
        raise UsageError(unknown(kind, name, known))
    else:
        entry = known[name]
    if problem := entry.problem():
        raise UsageError(problem)
    return entry


def chosen(kind: Kind, text: str) -> Choice:
    """Find what a label stands for.

    Raises
    ------
    UsageError
        If there is none, or it cannot be used.
    """
    name, params = parse(text)
    return Choice(find(kind, name), params)


def here(entry: Entry) -> Entry:
    """Give an entry as it stands on this machine: what is installed may lie elsewhere than where it was planned."""
    return installed(entry.kind)[entry.name] if entry.how == "module" else entry


def _by_path(kind: Kind, name: str) -> Entry:
    known = installed(kind)
    try:
        path = Path(name).resolve()
        there, is_file = path.exists(), path.is_file()
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links that lead in a circle
        raise UsageError(f"{kind} file {name} cannot be read ({one_line(error)})") from error
    how: How = "file"
    if kind == "dataset":
        how = "frame" if path.suffix == FRAME else "table" if path.suffix.lower() in TABLES else "file"
    if not is_file:
        raise UsageError(f"{kind} file {name} " + ("is no regular file" if there else "does not exist"))
    stem = as_name(path.stem) if how == "table" else path.stem
    if not NAME.fullmatch(stem):
        raise UsageError(
            f"{kind} file {name}: its name must be a Python identifier, for it is the name in every report"
        )
    if stem in known:
        raise UsageError(f"{kind} '{stem}' comes from both {known[stem].source} and {name}; rename the file")
    module = f"{ROOT}.file_{kind}_{stem}"
    return Entry(kind, stem, module, path, name, how)


def as_name(stem: str) -> str:
    """Make a name for reports of somebody's file name, another one than data sets have that are installed.

    >>> as_name("churn semicolon"), as_name("Kündigungen 2024-03"), as_name("adult")
    ('churn_semicolon', 'Kundigungen_2024_03', 'adult_table')
    """
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_") or "table"
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_table" if name in installed("dataset") else name


def file_of(module: str) -> Path | None:
    """Find the source of a module without importing it; None where it has none that can be found."""
    # `util.find_spec` would import the packages around a module; a plugin's code does not run here.
    top, *inner = module.split(".")
    try:
        spec = util.find_spec(top)
        for name in inner:
            top = f"{top}.{name}"
            spec = PathFinder.find_spec(top, spec.submodule_search_locations) if spec else None
    except Exception:  # a finder may raise anything; its cells will say what
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def distribution_of(module: str) -> str:
    """Give name and version of what a module was installed with."""
    top = module.partition(".")[0]
    if top not in _distributions():
        _distributions.cache_clear()  # it may have been installed since
    names = _distributions().get(top, [])
    return f"{names[0]} {metadata.version(names[0])}" if names else top


@cache
def _distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()  # reads the lists of files of all that is installed
