"""UCI Adult with its official split: 32,561 rows to train on, 16,281 others to test on.

Source: Becker, B. & Kohavi, R. (1996), Adult, UCI Machine Learning Repository, doi 10.24432/C5XW20 (files adult.data
and adult.test). Licence: CC BY 4.0.
Rows: 48,842, of which 11,687 (23.93 %) are positive (``>50K``); 45,222 without unknowns; 14 features, 6 numeric and 8
categorical. The split takes protocol ``predefined``.
"""

import pandas as pd

from . import adult

SHA256 = "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05"
"""Of adult.test; that of adult.data is in `adult`."""

SOURCE = "adult"
UNKNOWN = "?"


def load(unknowns: bool = True) -> tuple[pd.DataFrame, pd.Series]:
    """Read the embedded files.

    Parameters
    ----------
    unknowns : bool
        Whether rows in which something is unknown ('?') are there; they leave 45,222.

    Returns
    -------
    X : DataFrame of shape (48842, 14)
        As of `adult`, test rows after training rows.
    y : Series of shape (48842,)
        1 for ``>50K``, 0 for ``<=50K``.
    """
    X, y, _ = _whole(unknowns)
    return X, y


def folds(unknowns: bool = True) -> pd.Series:
    """Say which rows are of which file: train, test."""
    return _whole(unknowns)[2]


def _whole(unknowns: bool) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    parts = {"train": adult.load(), "test": adult.read("adult.test.gz", SHA256, skip=1)}
    words = [X.astype(dict.fromkeys(X.select_dtypes("category"), "str")) for X, _ in parts.values()]
    table = pd.concat(words, ignore_index=True)
    y = pd.concat([labels for _, labels in parts.values()], ignore_index=True)
    fold = pd.Series([name for name, (_, labels) in parts.items() for _ in labels])
    kept = pd.Series(True, index=table.index) if unknowns else ~(table == UNKNOWN).any(axis=1)
    categorical = [name for name in table.columns if name not in adult.NUMERIC]
    X = table[kept].reset_index(drop=True).astype(dict.fromkeys(categorical, "category"))
    return X, y[kept].reset_index(drop=True), fold[kept].reset_index(drop=True)
