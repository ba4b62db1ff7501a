"""What `oversampling-bench list` prints, without importing any contender."""

import tomllib

from . import registry, suite
from .classifiers import CLASSIFIERS


def lines(what: str) -> list[str]:
    """Give the lines of one listing: a heading, then a name and what it is on each."""
    rows = {"contenders": _contenders, "datasets": _datasets, "classifiers": _classifiers, "suites": _suites}[what]()
    width = max(len(name) for name, _ in rows)
    return [f"{what}:", *(f"  {name:<{width}}  {text}" for name, text in rows)]


def _contenders() -> list[tuple[str, str]]:
    entries = registry.installed("contender").values()
    return [(entry.name, f"[{entry.constants()['ROLE']}, {entry.origin()}] {entry.summary()}") for entry in entries]


def _datasets() -> list[tuple[str, str]]:
    return [(entry.name, f"[{entry.origin()}] {entry.summary()}") for entry in registry.installed("dataset").values()]


def _classifiers() -> list[tuple[str, str]]:
    return [(name, (make.__doc__ or "").strip()) for name, make in CLASSIFIERS.items()]


def _suites() -> list[tuple[str, str]]:
    files = {name: suite.FOLDER / f"{name}.toml" for name in suite.names()}
    return [(name, tomllib.loads(path.read_text(encoding="utf-8"))["description"]) for name, path in files.items()]
