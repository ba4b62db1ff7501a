"""What an audit changes of a split: the labels of the training rows, or the rows of the table."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from .encoder import Fold, is_categorical

NOISE = 0.1
"""Noise of a numeric column, in its standard deviations; and the share of categories that are drawn again.

Enough that no row of a table of some columns is the one that was published, too little to change what it is like.
"""


def permuted(fold: Fold, rng: np.random.Generator) -> Fold:
    """Permute the labels of the training rows: they say nothing of the rows any more.

    The test rows keep theirs. Whoever predicts these has them from elsewhere.
    """
    return replace(fold, y_train=rng.permutation(fold.y_train))


def noisy(X: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add noise to the rows of a table, so that none is what it was, where a column has two values or more.

    A number gets normal noise of `NOISE` standard deviations of its column; a category is, in a share of `NOISE` of
    the rows, that of another row. A row that is the same afterwards gets another category in one column.
    """
    columns, same = dict(X.items()), np.ones(len(X), dtype=bool)
    for name, column in X.items():
        if is_categorical(column):
            codes, drawn = _codes(column), rng.random(len(X)) < NOISE
            changed = np.where(drawn, codes[rng.integers(len(X), size=len(X))], codes)
            same &= changed == codes
            columns[name] = _of_codes(changed, column)
        else:
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            spread = np.nanstd(values) if np.isfinite(values).any() else 0.0
            columns[name] = pd.Series(values + NOISE * spread * rng.standard_normal(len(X)), index=X.index)
            same &= ~np.isfinite(values) | (spread == 0)
    varied = [name for name in X if is_categorical(X[name]) and np.ptp(_codes(X[name])) > 0]
    which = rng.integers(len(varied), size=len(X)) if varied else np.zeros(len(X), dtype=int)
    for number, name in enumerate(varied):
        codes = _codes(columns[name])
        used = np.unique(codes[codes >= 0])
        if len(used) < 2:
            continue
        place = np.searchsorted(used, codes) + 1 + rng.integers(len(used) - 1, size=len(X))
        columns[name] = _of_codes(np.where(same & (which == number), used[place % len(used)], codes), X[name])
    return pd.DataFrame(columns, index=X.index)


def generator(audit: str, seed: int) -> np.random.Generator:
    """Give what an audit draws from: it follows from the audit's key, which contenders do not get, and the seed."""
    return np.random.default_rng([seed, *hashlib.sha256(audit.encode()).digest()])


def _codes(column: pd.Series) -> np.ndarray:
    return column.cat.codes.to_numpy()


def _of_codes(codes: np.ndarray, like: pd.Series) -> pd.Series:
    dtype: Any = like.dtype
    return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype), index=like.index)
