"""What a cell leaves: its record, column by column, and what else the store keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, get_args

import numpy as np

from ..design.cell import Cell
from .scores import MEASURES

IDENTITY = ["suite", "dataset", "classifier", "contender", "seed"]
VERDICT = ["status", "phase", "reason"]
COUNTS = ["n_train", "n_test", "n_requested", "n_synthetic", "tn", "fp", "fn", "tp", "tune_fits"]
LIFT = "lift_over_threshold"
"""The one score that takes two cells: it is filled in where the cells are read together."""
TIMINGS = ["encode_s", "tune_s", "sample_s", "fit_s", "predict_s", "peak_mb"]
SYNTHETIC = [
    *["synthetic_unique", "synthetic_copies", "synthetic_spread", "synthetic_valid"],
    *["synthetic_detectability", "synthetic_invalid"],
]
CHOSEN = "chosen"
"""What a contender's tuners found."""
COLUMNS = [*IDENTITY, *VERDICT, *COUNTS, *MEASURES, LIFT, *TIMINGS, *SYNTHETIC, CHOSEN]
YOUNGER = ["tune_fits", "tune_s", CHOSEN]
"""Columns that results may lack, beside measures, for being older."""
REPRODUCED = [column for column in COLUMNS if column not in (*IDENTITY, *TIMINGS, LIFT)]
"""What must come out the same when a cell is run again. Lift is left out: it compares two cells."""
TEXT = [*IDENTITY[:-1], *VERDICT, CHOSEN]
"""Columns of words. Those in `COUNTS` and the seed are whole numbers, all others real ones."""

Status = Literal[
    "ok",
    "partial",
    "declined",
    "no_op",
    "failed",
    "timeout",
    "out_of_memory",
    "crashed",
    "invalid_output",
    "not_installed",
]
Phase = Literal["load", "encode", "tune", "sample", "fit", "predict", "score", ""]

STATUSES: tuple[Status, ...] = get_args(Status)
PHASES: tuple[Phase, ...] = get_args(Phase)[:-1]

SCORED: tuple[Status, ...] = ("ok", "partial", "declined")
"""Statuses of cells that carry scores. All others have none, and nothing is imputed."""

WELL: tuple[Status, ...] = ("ok", "declined")
"""Statuses with which nothing is amiss."""

PASSING: tuple[Status, ...] = ("not_installed",)
"""Statuses whose cause lies outside of the cell and may be mended by the next run, which tries these cells again."""

Record = dict[str, Any]
"""A row of `cells.csv`: a value, or None, for each of `COLUMNS`."""


class Details(TypedDict, total=False):
    """What a cell leaves for pictures."""

    class_balance: dict[str, list[int]]
    history: dict[str, list[float]]


@dataclass
class Outcome:
    """A cell's record, and beside it test labels, decisions and probabilities, and details for pictures.

    `traceback` is that of what went wrong, `work_s` the seconds inside the cell's processes, `elapsed_s` those from
    before the first of these started until the last was gone, `machine` where that was, `log` what is worth reading
    where something went wrong. `put_off` says why this is no verdict: something outside of the cell kept it from
    ending, so that it is not stored, and the next run runs it.
    """

    record: Record
    y_test: np.ndarray | None = None
    predicted: np.ndarray | None = None
    probability: np.ndarray | None = None
    details: Details = field(default_factory=Details)
    traceback: str = ""
    work_s: float | None = None
    elapsed_s: float | None = None
    machine: str = ""
    log: str = ""
    put_off: str = ""


def differing(stored: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Name the columns of two records of a cell that should be the same, to the last digit, and are not."""
    return [name for name in REPRODUCED if not _same(stored[name], again[name])]


def _same(stored: Any, now: Any) -> bool:
    missing = [value is None or value != value or str(value) == "<NA>" for value in (stored, now)]
    if any(missing):
        return all(missing)
    return bool(stored == now)


def blank(cell: Cell, status: Status = "failed", phase: Phase = "load", reason: str = "") -> Record:
    """Make a record without any scores."""
    record: Record = dict.fromkeys(COLUMNS)
    return record | identity(cell) | {"status": status, "phase": phase, "reason": reason}


def identity(cell: Cell) -> Record:
    """Give the columns that say which cell a record is of."""
    return {column: getattr(cell, column) for column in IDENTITY}
