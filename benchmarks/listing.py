"""What `oversampling-bench list` prints, without importing any contender."""

import tomllib

from .catalog import registry, wrapping
from .catalog.entry import Choice, Entry
from .design import suite
from .errors import UsageError


def lines(what: str, every: bool = False) -> list[str]:
    """Give the lines of one listing: a heading, then a name and what it is on each.

    Parameters
    ----------
    every : bool
        Whether each table of a data set of many has a line, too.
    """
    rows = {
        "contenders": _contenders,
        "datasets": _datasets,
        "classifiers": _classifiers,
        "protocols": _protocols,
        "suites": _suites,
    }[what]()
    if what == "datasets" and every:
        rows = [row for name, text in rows for row in [(name, text), *_tables(name)]]
    width = max(len(name) for name, _ in rows)
    return [f"{what}:", *(f"  {name:<{width}}  {text}".rstrip() for name, text in rows)]


def _contenders() -> list[tuple[str, str]]:
    return [(entry.name, _contender(entry)) for entry in registry.installed("contender").values()]


def _contender(entry: Entry) -> str:
    if problem := entry.problem():
        return f"CANNOT BE USED: {problem}"
    try:
        found = wrapping.declared(Choice(entry))
    except UsageError as error:  # what it wraps cannot be used
        return f"CANNOT BE USED: {error}"
    absent = f" NEEDS {', '.join(entry.absent())}, which is not installed." if entry.absent() else ""
    return f"[{found.role}, {found.space}, {entry.origin()}]{absent} {entry.summary()}"


def _datasets() -> list[tuple[str, str]]:
    return [(entry.name, _dataset(entry)) for entry in registry.installed("dataset").values()]


def _tables(name: str) -> list[tuple[str, str]]:
    entry = registry.installed("dataset")[name]
    if entry.problem():
        return []
    declared = entry.declared()
    sources = [(each, declared.source_of(each, otherwise="")) for each in declared.names]
    return [(f"{name}[name={each}]", f"rows from {source}" if source else "") for each, source in sources]


def _dataset(entry: Entry) -> str:
    if problem := entry.problem():
        return f"CANNOT BE USED: {problem}"
    absent = f" NEEDS {', '.join(entry.absent())}, which is not installed." if entry.absent() else ""
    names = entry.declared().names
    some = f"{entry.name}[name={names[0]}] … {entry.name}[name={names[-1]}]" if names else ""
    tables = f" {len(names)} tables, {some}; --all names them." if names else ""
    return f"[{entry.origin()}]{absent} {entry.summary()}{tables}"


def _protocols() -> list[tuple[str, str]]:
    return [(entry.name, _classifier(entry)) for entry in registry.installed("protocol").values()]


def _classifiers() -> list[tuple[str, str]]:
    return [(entry.name, _classifier(entry)) for entry in registry.installed("classifier").values()]


def _classifier(entry: Entry) -> str:
    if problem := entry.problem():
        return f"CANNOT BE USED: {problem}"
    absent = f" NEEDS {', '.join(entry.absent())}, which is not installed." if entry.absent() else ""
    return f"[{entry.origin()}]{absent} {entry.summary()}"


def _suites() -> list[tuple[str, str]]:
    files = {name: suite.FOLDER / f"{name}.toml" for name in suite.names()}
    return [(name, tomllib.loads(path.read_text(encoding="utf-8"))["description"]) for name, path in files.items()]
