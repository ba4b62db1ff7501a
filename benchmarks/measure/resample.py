"""Ask a contender for rows, and look at what it hands back.

Asking runs the contender's code, in a process that holds training rows and nothing else. Looking is done elsewhere, by
code that the contender cannot have touched.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.inner import InnerLearner, Learnt
from ..catalog.wrapping import Ready
from ..errors import plain
from .outcome import Status
from .rows.encoder import Fold, encode, row_keys
from .rows.folds import Training, seen_levels

MAX_HISTORY = 100_000
"""Numbers that are kept of a sampler's `history_`."""


class InvalidOutputError(Exception):
    """What a contender, or a learner, returned cannot be what it should have returned."""


TrainingRows = Training | Fold
"""What holds the training rows of a split: encoded, as a table, and what encodes."""


@dataclass(frozen=True)
class Sampled:
    """What a contender returned, encoded: X (n, d), y (n,); None of one that makes no rows.

    `owes_rows` is False for samplers that drop rows or pass them through; `history` is what a sampler noted of its
    training. `learnt` is what its tuners found, `chose` what it says itself that it has chosen, `declined` why it hands
    the rows back as they are; `tune_fits` is how often the learner was fitted for that, None where it never is, and
    `tune_s` the seconds of the tuners.
    """

    X: np.ndarray | None = None
    y: np.ndarray | None = None
    owes_rows: bool = False
    sample_s: float = 0.0
    encode_s: float = 0.0
    history: Mapping[str, list[float]] | None = None
    learnt: tuple[Learnt, ...] = ()
    tune_fits: int | None = None
    tune_s: float | None = None
    chose: str = ""
    declined: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters that its tuners chose."""
        return {name: value for one in self.learnt for name, value in one.params.items()}

    @property
    def chosen(self) -> str:
        """What its tuners found, in words."""
        return "; ".join([*(one.text() for one in self.learnt), *([self.chose] if self.chose else [])])


@dataclass(frozen=True)
class Resampled:
    """Training rows after a contender, encoded: X (n, d) float32, y (n,); what of them is new, and why nothing is."""

    X: np.ndarray
    y: np.ndarray
    synthetic: np.ndarray
    synthetic_y: np.ndarray
    n_requested: int
    declined: str = ""

    def verdict(self, approximate: bool, cleans: bool, declines: bool = False) -> tuple[Status, str]:
        """Give status and reason, by comparing the rows that came with those that were asked for."""
        made, asked = len(self.synthetic), self.n_requested
        if asked and not made and declines and self.declined:
            return "declined", self.declined
        if asked and not made:
            return "no_op", f"{asked} rows were asked for and none came"
        if made != asked and not (approximate or cleans):
            return "partial", f"{asked} rows were asked for and {made} came"
        return "ok", ""


def resample(contender: Ready, rows: TrainingRows, seed: int, n_requested: int | None = None) -> Resampled:
    """Run a contender on training rows and look at what it returns, in one process; see `ask` and `examine`."""
    strategy = asked_strategy(contender.params, rows.y_train, n_requested)
    return examine(ask(contender, rows, seed, strategy), rows, strategy, contender.declared.cleans)


def asked_strategy(params: Mapping[str, Any], y: np.ndarray, n_requested: int | None) -> Any:
    """Say what a contender is asked for: its own `sampling_strategy`, or `n_requested` positives, or balance."""
    if n_requested is not None and "sampling_strategy" not in params:
        return {1: int(y.sum()) + n_requested}
    return params.get("sampling_strategy", "auto")


def ask(
    contender: Ready, training: TrainingRows, seed: int, strategy: Any, learner: InnerLearner | None = None
) -> Sampled:
    """Run a contender on training rows.

    Parameters
    ----------
    contender : Ready
        One that has no `make` (a control that only changes the classifier) returns nothing.
    learner : InnerLearner, optional
        For a contender that takes it.

    Raises
    ------
    InvalidOutputError
        If what it returns cannot be encoded.
    """
    if not contender.makes_rows:
        return Sampled()
    how = {} if strategy == "auto" else {"sampling_strategy": strategy}
    sampler = contender.sampler(seed, learner=learner if contender.declared.takes_learner else None, **how)
    table = contender.declared.space == "table"
    # A copy: a contender may write into its input.
    X: Any = seen_levels(training.X_train) if table else training.encoded_train.copy()
    y = training.y_train.copy()
    start = perf_counter()
    X_new, y_new = sampler.fit_resample(X, y)
    sample_s = perf_counter() - start

    start = perf_counter()
    X_new = _encoded(X_new, training) if table else _numbers(X_new)
    encode_s = perf_counter() - start if table else 0.0
    # imbalanced-learn's samplers say what they are; one that under-samples or passes rows through owes no rows.
    owes = getattr(sampler, "_sampling_type", "over-sampling") == "over-sampling"
    said = {name: _said(sampler, f"{name}_") for name in ("chosen", "declined")}
    return Sampled(
        *(X_new, whole_labels(y_new), owes, sample_s, encode_s, _history(sampler)),
        chose=said["chosen"],
        declined=said["declined"],
    )


def _said(sampler: Any, name: str) -> str:
    try:
        found = getattr(sampler, name, "")
    except Exception:  # somebody else's attribute may do anything
        return ""
    return plain(found) if isinstance(found, str) else ""


def _history(sampler: Any) -> dict[str, list[float]]:
    try:
        most = MAX_HISTORY + 1
        found = {
            str(name): [float(value) for value in islice(values, most)]
            for name, values in islice(sampler.history_.items(), most)
        }
    except Exception:  # somebody else's `history_` may be anything
        return {}
    return found if sum(map(len, found.values())) <= MAX_HISTORY else {}


def _encoded(X_new: Any, training: TrainingRows) -> np.ndarray:
    columns = list(training.X_train.columns)
    if not isinstance(X_new, pd.DataFrame) or list(X_new.columns) != columns:
        raise InvalidOutputError(f"expected a DataFrame with the columns {columns}")
    if gaps := int(X_new.isna().any(axis=1).sum()):
        raise InvalidOutputError(f"{gaps} rows have missing values")
    for name in training.X_train.select_dtypes("category"):
        if unseen := set(X_new[name].unique()) - set(training.X_train[name].unique()):
            raise InvalidOutputError(f"categories of '{name}' that no training row has: {sorted(map(str, unseen))[:5]}")
    return encode(training.encoder, X_new)


def _numbers(X_new: Any) -> np.ndarray:
    if isinstance(X_new, np.ma.MaskedArray):
        raise InvalidOutputError("expected an array of numbers, got one that is masked")
    found = np.asarray(X_new)
    if found.dtype.kind not in "fiub":
        raise InvalidOutputError(f"expected an array of numbers, got {type(X_new).__name__} of type {found.dtype}")
    return found.astype(np.float32, copy=False)


def whole_labels(y: Any) -> np.ndarray:
    """Give labels as whole numbers.

    Raises
    ------
    InvalidOutputError
        If they are masked, complex, words, or anything else but 0 and 1.

    >>> whole_labels([0.0, 1.0]), whole_labels([True])
    (array([0, 1]), array([1]))
    """
    if isinstance(y, np.ma.MaskedArray):
        raise InvalidOutputError("labels that are masked")
    found = np.asarray(y)
    if found.dtype.kind not in "fiub":
        raise InvalidOutputError(f"labels other than 0 and 1, of type {found.dtype}")
    if not np.isin(found, [0, 1]).all():
        raise InvalidOutputError("labels other than 0 and 1")
    return found.astype(np.int64)


def examine(sampled: Sampled, training: TrainingRows, strategy: Any, cleans: bool) -> Resampled:
    """Look at what a contender returned.

    Raises
    ------
    InvalidOutputError
        If rows are missing, not finite, of another width, or labelled other than 0 and 1.
    """
    X, y = sampled.X, sampled.y
    if X is None or y is None:
        empty = training.encoded_train[:0]
        return Resampled(training.encoded_train, training.y_train, empty, training.y_train[:0], 0)
    _check(X, y, training)
    new = _new_rows(X, y, training, cleans)
    asked = _asked(strategy, training.y_train) if sampled.owes_rows else 0
    unchanged = len(X) == len(training.y_train) and not new.any()
    return Resampled(X, y, X[new], y[new], asked, sampled.declined if unchanged else "")


def _asked(strategy: Any, y: np.ndarray) -> int:
    from imblearn.utils import check_sampling_strategy

    return int(sum(check_sampling_strategy(strategy, y, "over-sampling").values()))


def _check(X: np.ndarray, y: np.ndarray, training: TrainingRows) -> None:
    width = training.encoded_train.shape[1]
    if X.ndim != 2 or X.shape[1] != width:
        raise InvalidOutputError(f"expected rows of {width} columns, got an array of shape {X.shape}")
    if y.shape != (len(X),):
        raise InvalidOutputError(f"expected {len(X)} labels, one a row, got an array of shape {y.shape}")
    if not np.isfinite(X).all():
        bad = np.count_nonzero(~np.isfinite(X).all(axis=1))
        raise InvalidOutputError(f"{bad} rows hold values that are not finite")
    if not np.isin(y, [0, 1]).all():
        raise InvalidOutputError("labels other than 0 and 1")


def _new_rows(X: np.ndarray, y: np.ndarray, training: TrainingRows, cleans: bool) -> np.ndarray:
    n = len(training.y_train)
    if len(X) >= n and np.array_equal(X[:n], training.encoded_train) and np.array_equal(y[:n], training.y_train):
        return np.arange(len(X)) >= n
    if not cleans:
        raise InvalidOutputError("the training rows must come first and unchanged (or declare CLEANS = True)")
    left = Counter(zip(row_keys(training.encoded_train), training.y_train.tolist(), strict=True))
    new = np.zeros(len(X), dtype=bool)
    for index, key in enumerate(zip(row_keys(X), y.tolist(), strict=True)):
        left[key] -= 1
        new[index] = left[key] < 0
    return new
