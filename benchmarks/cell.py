"""One cell, start to end: load, encode, sample, fit, predict, score. Whatever happens becomes a record."""

import random
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from . import memory, wrapping
from .classifiers import CLASSIFIERS
from .entry import Entry
from .errors import one_line
from .folds import fold_of
from .measures import scores
from .record import COLUMNS, Record
from .resample import InvalidOutputError, resample
from .synthetic import judge


@dataclass(frozen=True)
class Cell:
    """All that a cell needs, small enough to send to another process.

    `dataset` and `contender` are labels; `positives` is the share to which training positives
    are cut; `inputs` is what the outcome depends on, and `key` its hash.
    """

    suite: str
    dataset: str
    classifier: str
    contender: str
    seed: int
    protocol: str
    n_requested: int | None
    positives: float | None
    dataset_entry: Entry
    dataset_params: dict[str, Any]
    contender_entry: Entry
    contender_params: dict[str, Any]
    inputs: dict[str, Any]
    key: str

    @property
    def id(self) -> tuple[str, str, str, int]:
        """Where the cell stands in its suite."""
        return self.dataset, self.classifier, self.contender, self.seed

    @property
    def split(self) -> tuple[str, str, int, float | None]:
        """What its encoded rows depend on, beside the harness: cells that agree here share them."""
        return self.inputs["data"], self.protocol, self.seed, self.positives

    def __str__(self) -> str:
        return f"{self.dataset} · {self.classifier} · {self.contender} · seed {self.seed}"


@dataclass
class Outcome:
    """What a cell leaves: its record, and beside it the test labels and probabilities, and details for figures.

    `traceback` is that of what went wrong, `work_s` the seconds inside the cell's process. The runner adds `elapsed_s`,
    the seconds from before that process started until it was gone, `machine`, where that was, and `log`, what is worth
    reading where something went wrong.
    """

    record: Record
    y_test: np.ndarray | None = None
    probability: np.ndarray | None = None
    details: dict[str, Any] = field(default_factory=dict)
    traceback: str = ""
    work_s: float | None = None
    elapsed_s: float | None = None
    machine: str = ""
    log: str = ""


def blank(cell: Cell, status: str = "failed", phase: str = "load", reason: str = "") -> Record:
    """Make a record without any scores."""
    record: Record = dict.fromkeys(COLUMNS)
    record |= {"suite": cell.suite, "dataset": cell.dataset, "classifier": cell.classifier}
    record |= {"contender": cell.contender, "seed": cell.seed, "status": status, "phase": phase, "reason": reason}
    return record


def run(cell: Cell, shared: Path | None = None, entered: Callable[[str], None] = lambda phase: None) -> Outcome:
    """Run a cell. Never raises on account of a contender or a data set: the record says what went wrong, and where.

    Parameters
    ----------
    shared : Path, optional
        A folder in which cells of one split leave its encoded rows for each other.
    entered : callable
        Called with the name of each phase as it begins.
    """
    start = perf_counter()
    outcome = Outcome(blank(cell))
    record = outcome.record

    def enter(phase: str) -> None:
        record["phase"] = phase
        entered(phase)

    try:
        _run(cell, outcome, shared, enter)
    except BaseException as error:  # a contender may call sys.exit(), or raise KeyboardInterrupt; workers get no Ctrl-C
        record |= {"status": _status(error), "reason": one_line(error)}
        if isinstance(error, InvalidOutputError):
            record["reason"] = " ".join(str(error).split())
        outcome.traceback = traceback.format_exc()
    record["peak_mb"] = memory.peak_mb()
    outcome.work_s = perf_counter() - start
    return outcome


def _status(error: BaseException) -> str:
    match error:
        case ModuleNotFoundError():
            return "not_installed"
        case InvalidOutputError():
            return "invalid_output"
        case MemoryError():
            return "out_of_memory"
        case RuntimeError() if "can't allocate memory" in str(error):  # torch's way to say it
            return "out_of_memory"
    return "failed"


def _run(cell: Cell, outcome: Outcome, shared: Path | None, enter: Callable[[str], None]) -> None:
    record = outcome.record
    # Before the contender is imported: whatever its import changes must not reach rows that other cells share.
    fold = fold_of(cell.dataset_entry, cell.dataset_params, cell.split, shared, enter)
    record |= {"n_train": len(fold.y_train), "n_test": len(fold.y_test), "encode_s": fold.encode_s}
    memory.reset_peak()
    _seed_globals(cell.seed)

    enter("load")
    contender, params = wrapping.load(cell.contender_entry, cell.contender_params)

    enter("sample")
    rows = resample(contender, fold, cell.seed, params, cell.n_requested)
    record |= {"n_requested": rows.n_requested, "n_synthetic": len(rows.synthetic), "sample_s": rows.sample_s}
    record["encode_s"] += rows.encode_s
    record["status"], record["reason"] = rows.verdict(contender)
    outcome.details = {
        "class_balance": {"before": _counts(fold.y_train), "after": _counts(rows.y)},
        "history": rows.history,
    }
    # A contender may add negatives too; what is asked of synthetic rows is whether they look like positives.
    positives = rows.synthetic[rows.synthetic_y == 1]
    if len(positives):
        record |= judge(positives, fold, cell.seed)
    if record["status"] == "no_op":
        return

    enter("fit")
    classifier = CLASSIFIERS[cell.classifier](cell.seed)
    if hasattr(contender, "classifier"):
        classifier = contender.classifier(classifier)
    start = perf_counter()
    classifier.fit(rows.X, rows.y)
    record["fit_s"] = perf_counter() - start

    enter("predict")
    start = perf_counter()
    predicted = classifier.predict(fold.encoded_test)
    record["predict_s"] = perf_counter() - start
    probability = classifier.predict_proba(fold.encoded_test)[:, list(classifier.classes_).index(1)]

    enter("score")
    record |= scores(fold.y_test, predicted, probability)
    outcome.y_test, outcome.probability = fold.y_test, probability
    record["phase"] = ""


def _seed_globals(seed: int) -> None:
    # Nothing of ours draws from global state. A contender that does, against the rules, at least repeats itself.
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def _counts(y: np.ndarray) -> list[int]:
    return [int((y == 0).sum()), int((y == 1).sum())]
