"""Ask a contender for rows, and look at what it hands back before any classifier does."""

from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.contract import Declared
from ..catalog.wrapping import Ready
from .outcome import Status
from .protocol import Fold, encode
from .synthetic import row_keys


class InvalidOutputError(Exception):
    """What a contender returned cannot be what it should have returned."""


@dataclass(frozen=True)
class Resampled:
    """The training rows after a contender, encoded: X (n, d) float32, y (n,); and what of them is new."""

    X: np.ndarray
    y: np.ndarray
    synthetic: np.ndarray
    synthetic_y: np.ndarray
    n_requested: int
    sample_s: float
    encode_s: float
    history: dict[str, list[float]]

    def verdict(self, declared: Declared) -> tuple[Status, str]:
        """Give status and reason, by comparing the rows that came with those that were asked for."""
        made, asked = len(self.synthetic), self.n_requested
        if asked and not made:
            return "no_op", f"{asked} rows were asked for and none came"
        exact = not (declared.approximate or declared.cleans)
        if made != asked and exact:
            return "partial", f"{asked} rows were asked for and {made} came"
        return "ok", ""


def resample(contender: Ready, fold: Fold, seed: int, n_requested: int | None = None) -> Resampled:
    """Run a contender on the training rows of a fold.

    Parameters
    ----------
    contender : Ready
        One that has no `make` (a control that only changes the classifier) leaves the rows alone.
    n_requested : int, optional
        Positives to add; left out, the contender's own `sampling_strategy` stands ("auto" balances the classes).

    Raises
    ------
    InvalidOutputError
        If rows are missing, not finite, of another width, or labelled other than 0 and 1.
    """
    if not contender.makes_rows:
        empty = fold.encoded_train[:0]
        return Resampled(fold.encoded_train, fold.y_train, empty, fold.y_train[:0], 0, 0.0, 0.0, {})
    strategy = contender.params.get("sampling_strategy", "auto")
    if n_requested is not None and "sampling_strategy" not in contender.params:
        strategy = {1: int(fold.y_train.sum()) + n_requested}
    how = {} if strategy == "auto" else {"sampling_strategy": strategy}
    sampler = contender.sampler(seed, **how)
    table = contender.declared.space == "table"
    # A copy: a contender that writes into its input must not reach the next one.
    X, y = _seen_levels(fold.X_train) if table else fold.encoded_train.copy(), fold.y_train.copy()
    start = perf_counter()
    X_new, y_new = sampler.fit_resample(X, y)
    sample_s = perf_counter() - start

    start = perf_counter()
    X_new = _encoded(X_new, fold) if table else _numbers(X_new)
    encode_s = perf_counter() - start if table else 0.0
    y_new = np.asarray(y_new)
    _check(X_new, y_new, fold)
    new = _new_rows(X_new, y_new, fold, cleans=contender.declared.cleans)
    asked = _asked(sampler, strategy, fold.y_train)
    y_new = y_new.astype(np.int64)
    return Resampled(X_new, y_new, X_new[new], y_new[new], asked, sample_s, encode_s, _history(sampler))


def _seen_levels(X: pd.DataFrame) -> pd.DataFrame:
    # The dtype knows all categories of the table; those that only test rows have must not reach a contender.
    categorical = X.select_dtypes("category").columns
    return X.assign(**{name: X[name].cat.remove_unused_categories() for name in categorical})


def _history(sampler: Any) -> dict[str, list[float]]:
    try:
        return {str(name): [float(value) for value in values] for name, values in sampler.history_.items()}
    except Exception:  # somebody else's `history_` may be anything
        return {}


def _asked(sampler: Any, strategy: Any, y: np.ndarray) -> int:
    from imblearn.utils import check_sampling_strategy

    # imbalanced-learn's samplers say what they are; one that under-samples or passes rows through owes no rows.
    if getattr(sampler, "_sampling_type", "over-sampling") != "over-sampling":
        return 0
    return int(sum(check_sampling_strategy(strategy, y, "over-sampling").values()))


def _encoded(X_new: Any, fold: Fold) -> np.ndarray:
    columns = list(fold.X_train.columns)
    if not isinstance(X_new, pd.DataFrame) or list(X_new.columns) != columns:
        raise InvalidOutputError(f"expected a DataFrame with the columns {columns}")
    if gaps := int(X_new.isna().any(axis=1).sum()):
        raise InvalidOutputError(f"{gaps} rows have missing values")
    for name in fold.X_train.select_dtypes("category"):
        if unseen := set(X_new[name].unique()) - set(fold.X_train[name].unique()):
            raise InvalidOutputError(f"categories of '{name}' that no training row has: {sorted(map(str, unseen))[:5]}")
    return encode(fold.encoder, X_new)


def _numbers(X_new: Any) -> np.ndarray:
    found = np.asarray(X_new)
    if found.dtype.kind not in "fiub":
        raise InvalidOutputError(f"expected an array of numbers, got {type(X_new).__name__} of type {found.dtype}")
    return found.astype(np.float32, copy=False)


def _check(X: np.ndarray, y: np.ndarray, fold: Fold) -> None:
    width = fold.encoded_train.shape[1]
    if X.ndim != 2 or X.shape[1] != width:
        raise InvalidOutputError(f"expected rows of {width} columns, got an array of shape {X.shape}")
    if y.shape != (len(X),):
        raise InvalidOutputError(f"expected {len(X)} labels, one a row, got an array of shape {y.shape}")
    if not np.isfinite(X).all():
        raise InvalidOutputError(
            f"{np.count_nonzero(~np.isfinite(X).all(axis=1))} rows hold values that are not finite"
        )
    if not np.isin(y, [0, 1]).all():
        raise InvalidOutputError("labels other than 0 and 1")


def _new_rows(X: np.ndarray, y: np.ndarray, fold: Fold, cleans: bool) -> np.ndarray:
    n = len(fold.y_train)
    if len(X) >= n and np.array_equal(X[:n], fold.encoded_train) and np.array_equal(y[:n], fold.y_train):
        return np.arange(len(X)) >= n
    if not cleans:
        raise InvalidOutputError("the training rows must come first and unchanged (or declare CLEANS = True)")
    left = Counter(zip(row_keys(fold.encoded_train), fold.y_train.tolist(), strict=True))
    new = np.zeros(len(X), dtype=bool)
    for index, key in enumerate(zip(row_keys(X), y.tolist(), strict=True)):
        left[key] -= 1
        new[index] = left[key] < 0
    return new
