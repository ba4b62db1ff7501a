"""One cell, start to end: load, encode, sample, fit, predict, score. Whatever happens becomes a record."""

import random
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np

from ..catalog import wrapping
from ..design.cell import Cell
from ..errors import one_line
from .folds import fold_of
from .outcome import Outcome, Phase, Status, blank
from .resample import InvalidOutputError, resample
from .scores import Predictions, scores
from .synthetic import judge


def run(cell: Cell, shared: Path | None = None, entered: Callable[[Phase], None] = lambda phase: None) -> Outcome:
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

    def enter(phase: Phase) -> None:
        record["phase"] = phase
        entered(phase)

    try:
        _run(cell, outcome, shared, enter)
    except BaseException as error:  # a contender may call sys.exit(), or raise KeyboardInterrupt; workers get no Ctrl-C
        record |= {"status": _status(error), "reason": one_line(error)}
        if isinstance(error, InvalidOutputError):
            record["reason"] = " ".join(str(error).split())
        outcome.traceback = traceback.format_exc()
    record["peak_mb"] = peak_mb()
    outcome.work_s = perf_counter() - start
    return outcome


def _status(error: BaseException) -> Status:
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


def _run(cell: Cell, outcome: Outcome, shared: Path | None, enter: Callable[[Phase], None]) -> None:
    record = outcome.record
    # Before the contender is imported: whatever its import changes must not reach rows that other cells share.
    fold = fold_of(cell.dataset_choice, cell.split, shared, enter)
    record |= {"n_train": len(fold.y_train), "n_test": len(fold.y_test), "encode_s": fold.encode_s}
    reset_peak()
    _seed_globals(cell.seed)

    enter("load")
    contender = wrapping.load(cell.contender_choice)

    enter("sample")
    rows = resample(contender, fold, cell.seed, cell.inputs.n_requested)
    record |= {"n_requested": rows.n_requested, "n_synthetic": len(rows.synthetic), "sample_s": rows.sample_s}
    record["encode_s"] += rows.encode_s
    record["status"], record["reason"] = rows.verdict(contender.declared)
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
    learner = cell.classifier_choice
    classifier = contender.changed(learner.entry.load().make(random_state=cell.seed, **learner.params))
    start = perf_counter()
    classifier.fit(rows.X, rows.y)
    record["fit_s"] = perf_counter() - start

    enter("predict")
    start = perf_counter()
    predicted = classifier.predict(fold.encoded_test)
    record["predict_s"] = perf_counter() - start
    probability = classifier.predict_proba(fold.encoded_test)[:, list(classifier.classes_).index(1)]

    enter("score")
    record |= scores(Predictions(fold.y_test, predicted, probability))
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


def reset_peak() -> None:
    """Start the high-water mark of memory anew, at what is in use now."""
    # `ru_maxrss` cannot be started anew, and a child inherits its parent's. Some systems do not have this, some
    # containers do not let it be written.
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """Give the most resident memory since `reset_peak`, in MB of 10**6 bytes; NaN where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return float("nan")
