"""What the forkserver imports before the first cell, so that a cell starts in hundredths of a second.

What our own code needs, and of the libraries that take long, those that a run's contenders and learners import: torch
alone is two seconds. No plugin is among it. All cells of a run start from one forkserver, and so from as much memory.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..catalog import fingerprint, wrapping
from ..catalog.entry import Choice
from ..catalog.resolve import resolve
from ..design.cell import Cell
from ..design.suite import Suite
from ..errors import UsageError

OURS = [
    "scipy.optimize",
    "scipy.stats",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.model_selection",
    # What scikit-learn and pandas import when they first meet a table: that is no contender's time either.
    "narwhals._pandas_like.dataframe",
    "narwhals.stable.v2._namespace",
    "pyarrow.pandas_compat",
]
"""What our own code imports where it encodes and scores, and what that imports late."""

SLOW = {
    "catboost": "catboost",
    "imblearn": "imblearn.over_sampling",
    "lightgbm": "lightgbm",
    # What torch's optimisers import when they are first used, for most of a second: that is no contender's time.
    "torch": "torch._dynamo",
    "xgboost": "xgboost",
}
"""Packages that take long to import, and what of them is imported."""


def of_suite(suite: Suite) -> list[str]:
    """Name the modules to preload for a suite; none where it is wrong, which planning says."""
    try:
        racing = resolve("contender", suite.contenders, check=lambda _: None)
        learning = resolve("classifier", suite.classifiers, check=lambda _: None)
        return of_choices([*racing.choices.values(), *learning.choices.values()])
    except (UsageError, OSError, SyntaxError, ValueError):
        return []


def of_cells(cells: Iterable[Cell]) -> list[str]:
    """Name the modules to preload for cells."""
    choices: dict[tuple[str, str], Choice] = {}
    for cell in cells:
        choices["contender", cell.contender] = cell.contender_choice
        choices["classifier", cell.classifier] = cell.classifier_choice
    return of_choices(choices.values())


def of_choices(choices: Iterable[Choice]) -> list[str]:
    """Name the modules to preload for contenders and learners, and for what they wrap."""
    named = {name for choice in choices for name in _packages(choice)}
    return OURS + sorted(SLOW[name] for name in named & SLOW.keys())


def _packages(choice: Choice) -> Iterator[str]:
    entry = choice.entry
    if entry.how == "class":
        yield entry.module.partition(":")[0].partition(".")[0]
    elif entry.path:
        for file in fingerprint.own_files(entry.path, entry.module if entry.how == "module" else entry.path.stem):
            yield from _imported(file)
    if entry.kind == "contender" and (wrapped := wrapping.inner(choice)):
        yield from _packages(wrapped.choice)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(fingerprint.parsed(file, file.stat().st_mtime_ns)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]
