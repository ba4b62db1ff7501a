"""Measures of the user's own: a function of labels and predictions becomes one more column of the tables.

They are no part of a cell. They are computed from what the store keeps of it, so that asking for one runs no cell
again, and in a process of their own, so that whatever their code does happens to nothing but that column.
"""

import inspect
import math
import numbers
import sysconfig
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from ..catalog import fingerprint
from ..catalog.registry import distribution_of, file_of
from ..design.cell import CellId
from ..design.own_measure import On, OwnMeasure
from ..errors import UsageError, one_line, plain, plural
from ..measure.outcome import COLUMNS
from ..measure.scores import Predictions
from ..measure.trial import Enter
from ..parallel.describe import About, Ask
from ..parallel.step.memory import Message
from ..parallel.step.tasks import Task, Words
from .store import Store, Stored

_ON: dict[str, On] = {
    "y_pred": "decisions",
    "y_score": "probabilities",
    "y_prob": "probabilities",
    "y_proba": "probabilities",
    "probability": "probabilities",
}
"""What the name of a function's second argument says, as in `sklearn.metrics`."""

_NAMED_OTHERWISE = ("sklearn.metrics:log_loss", "sklearn.metrics:d2_log_loss_score")
"""They take probabilities, and call them `y_pred`."""

_RANKS = "y_score"
"""The name of one that is happy with ranks; others need probabilities."""

ROWS_AT_A_TIME = 2_000_000
"""Test rows that go to a process in one message, 10 bytes each."""

_EXAMPLE = Predictions(
    np.arange(1000, dtype=np.uint8) % 3 // 2, np.arange(1000, dtype=np.uint8) % 4 // 3, np.linspace(0.0, 1.0, 1000)
)
"""Predictions that a measure is tried on before anything runs."""

AT_A_TIME = 100
"""Cells that go to a process in one message; it has the time of a cell for each of them."""


@dataclass(frozen=True)
class Function:
    """What computes a measure. Its code is foreign: to be called in a process of its own."""

    own: OwnMeasure

    def code(self) -> str:
        """Hash what its values follow from.

        Raises
        ------
        UsageError
            If its file cannot be read.
        """
        own = self.own
        path = Path(own.module) if own.is_file else file_of(own.module)
        try:
            code = _hash(path, path.stem if own.is_file else own.module) if path else ""
        except (OSError, SyntaxError, ValueError) as error:
            raise UsageError(f"measure '{own.published}': {path} cannot be read ({one_line(error)})") from error
        source = "" if own.is_file else distribution_of(own.module)
        return fingerprint.short_hash(f"{source} {code} {own.name}")

    def of(self, tested: Predictions) -> float | None:
        """Compute it; None where it is not defined."""
        on, needs_probability = self.takes
        if needs_probability and tested.ranked:
            return None
        # Kept as bytes, which do not hold what may be made of them: 0 - 1 is 255.
        second = tested.predicted.astype(np.int64) if on == "decisions" else tested.probability.copy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = self._function(tested.y.astype(np.int64), second, **self.own.params)
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value[()]
        if not isinstance(value, numbers.Real):
            shape = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"{type(value).__name__}"
            raise ValueError(f"it gives {shape}, and not a number")
        return float(value) if math.isfinite(float(value)) else None

    @cached_property
    def takes(self) -> tuple[On, bool]:
        """Tell what it is given beside the labels, and whether ranks will not do.

        Raises
        ------
        ValueError
            If that is not known.
        """
        function = self._function
        try:
            names = list(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            names = []
        second = names[1] if len(names) > 1 else ""
        on = self.own.on or _ON.get(second)
        if f"{self.own.module}:{self.own.function}" in _NAMED_OTHERWISE:
            on = "probabilities"
        if on is None:
            raise ValueError(
                f"its second argument is '{second}'; call it y_pred for decisions or y_proba for probabilities, or say "
                "on=decisions or on=probabilities in the brackets"
            )
        return on, on == "probabilities" and second != _RANKS

    @cached_property
    def _function(self) -> Callable[..., Any]:
        if self.own.is_file:
            space: dict[str, Any] = {
                "__name__": f"file_measure_{Path(self.own.module).stem}",
                "__file__": self.own.module,
            }
            exec(compile(Path(self.own.module).read_bytes(), self.own.module, "exec"), space)
            found = space.get(self.own.function)
        else:
            found = getattr(import_module(self.own.module), self.own.function, None)
        if not callable(found):
            raise ValueError(f"there is no function {self.own.function} in {self.own.module}")
        function: Callable[..., Any] = found
        return function


def _hash(path: Path, module: str) -> str:
    # Of an installed package, the version says the rest: to read all that sklearn.metrics imports takes ten seconds.
    installed = any(path.is_relative_to(sysconfig.get_path(name)) for name in ("purelib", "platlib"))
    return fingerprint.file_hash(path) if installed else fingerprint.with_own_imports(path, module)


class MeasuredWords(Words):
    """What its process says: a value for each cell, None where it is not defined; or what is wrong with the measure."""

    values: list[float | None] = Field(default_factory=list)
    wrong: list[str] = Field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True)
class Measuring(Task):
    """Compute a measure for several cells."""

    measure: OwnMeasure
    tested: Sequence[Predictions]

    def run(self, enter: Enter) -> Message:
        """Answer with the values, and with what went wrong, in the same order."""
        enter("load")
        function = Function(self.measure)
        try:
            _ = function.takes
        except Exception as error:
            return Message({"problem": str(error) if isinstance(error, ValueError) else one_line(error)})
        values, wrong = list[float | None](), list[str]()
        for tested in self.tested:
            try:
                values.append(function.of(tested))
                wrong.append("")
            except Exception as error:
                values.append(None)
                wrong.append(str(error) if isinstance(error, ValueError) else one_line(error))
        return Message({"values": values, "wrong": wrong})


def tried(measures: Iterable[OwnMeasure], ask: Ask) -> list[OwnMeasure]:
    """Try measures, each on a thousand rows.

    Raises
    ------
    UsageError
        If one stands twice, is called like a column, cannot be imported, or fails on them.
    """
    found: dict[str, OwnMeasure] = {}
    for own in measures:
        text = own.published
        if own.name in found:
            raise UsageError(f"measure {own.name} stands twice")
        if own.name in COLUMNS:
            raise UsageError(f"measure '{text}': {own.name} is a column already; call the function otherwise")
        if own.is_file and not Path(own.module).is_file():
            raise UsageError(f"measure file {own.module} does not exist")
        if wrong := _asked(own, [_EXAMPLE], ask)[1][0]:
            raise UsageError(f"measure '{text}': {plain(wrong)}")
        found[own.name] = own
    return list(found.values())


def fill_in(store: Store, measures: Sequence[OwnMeasure], ask: Ask, stop: Callable[[], bool]) -> list[str]:
    """Compute measures of all cells that lack them, and keep them; say what went wrong, a line a measure.

    One that fails on a cell is tried again by the next command.
    """
    said = []
    for own in measures:
        problems = list[tuple[CellId, str]]()
        try:
            code = Function(own).code()
            store.forget_measured(own.name, code)
            for batch in _batches(store, store.without(own.name)):
                if stop():
                    break
                values, wrong = _asked(own, [each.tested for each in batch], ask)
                found = zip(batch, values, wrong, strict=True)
                store.keep_measured(own.name, code, [(each, value) for each, value, why in found if not why])
                problems += [(each.where, why) for each, why in zip(batch, wrong, strict=True) if why]
        except UsageError as error:  # the cells are there all the same
            said.append(str(error))
        if problems:
            where, why = min(problems)  # whichever order they ran in
            said.append(f"measure {own.name} failed on {plural(len(problems), 'cell')}, the first is {where}: {why}")
    return said


def _asked(own: OwnMeasure, tested: list[Predictions], ask: Ask) -> tuple[list[float | None], list[str]]:
    about = About(f"measure '{own.published}'", "compute", "cannot be computed")
    words = ask(Measuring(own, tested), about, MeasuredWords, len(tested))
    if words.problem:
        raise UsageError(f"measure '{own.published}': {plain(words.problem)}")
    if len(words.values) != len(tested) or len(words.wrong) != len(tested):
        raise UsageError(f"measure '{own.published}' cannot be computed: its process gave no value for each cell")
    return words.values, [plain(why) for why in words.wrong]


def _batches(store: Store, cells: Iterable[CellId]) -> Iterator[list[Stored]]:
    batch, rows = list[Stored](), 0
    for where in cells:
        batch.append(store.stored(where))
        rows += len(batch[-1].tested.y)
        if rows >= ROWS_AT_A_TIME or len(batch) >= AT_A_TIME:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch
