"""What an audit changes of a split: the labels of the training rows, or the rows of the table."""

from dataclasses import replace

import numpy as np
import pandas as pd

from .protocol import Fold

NOISE = 0.1
"""Noise of a numeric column, in its standard deviations; and the share of categories that are drawn again.

Enough that no row of a table of some columns is the one that was published, too little to change what it is like.
"""


def permuted(fold: Fold, seed: int) -> Fold:
    """Permute the labels of the training rows: they say nothing of the rows any more.

    The test rows keep theirs. Whoever predicts these has them from elsewhere.
    """
    return replace(fold, y_train=np.random.default_rng(seed).permutation(fold.y_train))


def noisy(X: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add noise to the rows of a table.

    A number gets normal noise of `NOISE` standard deviations of its column; a category is, in a share of `NOISE` of
    the rows, that of another row.
    """
    rng = np.random.default_rng(seed)
    columns = {}
    for name, column in X.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, drawn = column.cat.codes.to_numpy(), rng.random(len(X)) < NOISE
            others = codes[rng.integers(len(X), size=len(X))]
            columns[name] = pd.Categorical.from_codes(np.where(drawn, others, codes), dtype=column.dtype)
        else:
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            columns[name] = values + NOISE * np.nanstd(values) * rng.standard_normal(len(X))
    return pd.DataFrame(columns, index=X.index)
