"""One cell, start to end: load, encode, sample, fit, predict, score. Whatever happens becomes a record."""

import random
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from . import memory
from .classifiers import CLASSIFIERS
from .errors import one_line
from .measures import scores
from .protocol import Fold, data_hash, make_fold
from .record import COLUMNS, Record
from .registry import Entry
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
    contender_entry: Entry
    contender_params: dict[str, Any]
    inputs: dict[str, Any]
    key: str

    @property
    def id(self) -> tuple[str, str, str, int]:
        """Where the cell stands in its suite."""
        return self.dataset, self.classifier, self.contender, self.seed

    def __str__(self) -> str:
        return f"{self.dataset} · {self.classifier} · {self.contender} · seed {self.seed}"


@dataclass
class Outcome:
    """What a cell leaves: its record, and beside it the test labels and probabilities, and details for figures."""

    record: Record
    y_test: np.ndarray | None = None
    probability: np.ndarray | None = None
    details: dict[str, Any] = field(default_factory=dict)


def blank(cell: Cell, status: str = "failed", phase: str = "load", reason: str = "") -> Record:
    """Make a record without any scores."""
    record: Record = dict.fromkeys(COLUMNS)
    record |= {"suite": cell.suite, "dataset": cell.dataset, "classifier": cell.classifier}
    record |= {"contender": cell.contender, "seed": cell.seed, "status": status, "phase": phase, "reason": reason}
    return record


def run(cell: Cell) -> Outcome:
    """Run a cell. Never raises on account of a contender or a data set: the record says what went wrong, and where."""
    memory.reset_peak()
    _seed_globals(cell.seed)
    outcome = Outcome(blank(cell))
    record = outcome.record
    try:
        _run(cell, outcome)
    except ModuleNotFoundError as error:
        record |= {"status": "not_installed", "reason": one_line(error)}
    except InvalidOutputError as error:
        record |= {"status": "invalid_output", "reason": " ".join(str(error).split())}
    except MemoryError as error:
        record |= {"status": "out_of_memory", "reason": one_line(error)}
    except BaseException as error:  # a contender may call sys.exit(), or raise KeyboardInterrupt; workers get no Ctrl-C
        record |= {"status": "failed", "reason": one_line(error)}
    record["peak_mb"] = memory.peak_mb()
    return outcome


def _run(cell: Cell, outcome: Outcome) -> None:
    record = outcome.record
    contender = cell.contender_entry.load()
    _load(cell.dataset_entry, cell.inputs["data"])

    record["phase"] = "encode"
    fold = _fold(cell.dataset_entry, cell.inputs["data"], cell.protocol, cell.seed, cell.positives)
    record |= {"n_train": len(fold.y_train), "n_test": len(fold.y_test), "encode_s": fold.encode_s}

    record["phase"] = "sample"
    rows = resample(contender, fold, cell.seed, cell.contender_params, cell.n_requested)
    record |= {"n_requested": rows.n_requested, "n_synthetic": len(rows.synthetic), "sample_s": rows.sample_s}
    record["encode_s"] += rows.encode_s
    record["status"], record["reason"] = rows.verdict(contender)
    outcome.details = {
        "class_balance": {"before": _counts(fold.y_train), "after": _counts(rows.y)},
        "history": rows.history,
    }
    if len(rows.synthetic):
        record |= judge(rows.synthetic, fold, cell.seed)
    if record["status"] == "no_op":
        return

    record["phase"] = "fit"
    classifier = CLASSIFIERS[cell.classifier](cell.seed)
    if hasattr(contender, "classifier"):
        classifier = contender.classifier(classifier)
    start = perf_counter()
    classifier.fit(rows.X, rows.y)
    record["fit_s"] = perf_counter() - start

    record["phase"] = "predict"
    start = perf_counter()
    predicted = classifier.predict(fold.encoded_test)
    record["predict_s"] = perf_counter() - start
    probability = classifier.predict_proba(fold.encoded_test)[:, list(classifier.classes_).index(1)]

    record["phase"] = "score"
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


# A worker meets the cells of one split one after the other, so the latest data set and fold are worth keeping.
@lru_cache(maxsize=1)
def _load(entry: Entry, expected: str) -> tuple[pd.DataFrame, pd.Series]:
    X, y = entry.load().load()
    if data_hash(X, y) != expected:
        raise ValueError("load() gives other data than when the run was planned")
    return X, y


@lru_cache(maxsize=1)
def _fold(entry: Entry, data: str, protocol: str, seed: int, positives: float | None) -> Fold:
    return make_fold(*_load(entry, data), protocol, seed, positives)
