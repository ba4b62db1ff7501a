"""Training and test rows as a learner wants them: encoded, with a code a category, or as a table.

Contenders give rows back encoded, see `resample`. A learner that declares ``ENCODING = "table"`` gets them decoded: a
row that came unchanged is the row of the table; of a new one, numbers are brought back to their own scale, and a
category is the one with the largest of its one-hot columns: a contender that interpolates lies between categories.
"""

from typing import Any

import numpy as np
import pandas as pd

from ...catalog.contract import Encoding
from .encoder import MISSING, Fold, indicator, is_categorical, row_keys
from .folds import Training, Unlabelled

UNSEEN = -1
"""The code of a category that no training row has."""


def training_rows(encoding: Encoding, X: np.ndarray, training: Training | Fold) -> Any:
    """Give rows (n, d) to learn from, as a learner wants them."""
    match encoding:
        case "one_hot":
            return X.copy()
        case "ordinal":
            return with_codes(X, training)
    return with_gaps(as_table(X, training), training.X_train)


def test_rows(encoding: Encoding, test: Unlabelled | Fold, training: Training | Fold) -> Any:
    """Give the rows to predict, as a learner wants them."""
    match encoding:
        case "one_hot":
            return test.encoded_test.copy()
        case "ordinal":
            return with_codes(test.encoded_test, training)
    return with_gaps(test.X_test, training.X_train)


def with_codes(X: np.ndarray, training: Training | Fold) -> np.ndarray:
    """Give one column of codes for each group of one-hot columns, after those of numbers; (n, d) -> (n, columns)."""
    groups = training.groups()
    n_numeric = groups[0].start if groups else X.shape[1]
    return np.column_stack([X[:, :n_numeric], *(_codes(X[:, group]) for group in groups)]).astype(np.float32)


def _codes(one_hot: np.ndarray) -> np.ndarray:
    return np.where(one_hot.max(axis=1) > 0, one_hot.argmax(axis=1), UNSEEN)  # (n, levels) -> (n,)


def as_table(X: np.ndarray, training: Training | Fold) -> pd.DataFrame:
    """Give encoded rows (n, d) as rows of the table that was encoded."""
    place = {key: row for row, key in reversed(list(enumerate(row_keys(training.encoded_train))))}
    known = np.array([place.get(key, -1) for key in row_keys(X)], dtype=np.intp)
    if len(X) >= len(training.encoded_train) and np.array_equal(
        X[: len(training.encoded_train)], training.encoded_train
    ):
        known[: len(training.encoded_train)] = np.arange(len(training.encoded_train))  # of rows that look the same, too
    table = training.X_train
    new = _decoded(X[known < 0], training)
    columns = {}
    for name in table.columns:
        own = table[name].iloc[np.maximum(known, 0)].reset_index(drop=True)
        if len(new):
            own = own.astype(object if is_categorical(own) else "float64")
            own[known < 0] = new[name].to_numpy()
        columns[name] = own
    return pd.DataFrame(columns)


def _decoded(X: np.ndarray, training: Training | Fold) -> pd.DataFrame:
    (_, scaler, numeric), (_, one_hot, categorical) = training.encoder.transformers_[:2]
    columns: dict[str, Any] = {}
    if len(numeric) and len(X):
        numbers = scaler.inverse_transform(X[:, : len(numeric)].astype(np.float64))
        columns |= {name: numbers[:, place] for place, name in enumerate(numeric)}
    for place, (name, group) in enumerate(zip(categorical, training.groups(), strict=True)):
        columns[name] = np.asarray(one_hot.categories_[place], dtype=object)[X[:, group].argmax(axis=1)]
    return pd.DataFrame(columns, columns=list(training.X_train.columns))


def with_gaps(table: pd.DataFrame, training: pd.DataFrame) -> pd.DataFrame:
    """Open the gaps again that `encoder.fill` has filled; numbers become float64, categories those of `training`."""
    columns = {}
    says_where = {indicator(name) for name in table.columns}
    for name in table.columns:
        column = table[name]
        if is_categorical(training[name]):
            if name in says_where:
                continue
            known = training[name].cat.remove_unused_categories().cat.categories
            levels = known[known != MISSING]
            codes = levels.get_indexer(pd.Index(column.astype(object)))  # -1, a gap, for what is not among them
            columns[name] = pd.Series(pd.Categorical.from_codes(codes, categories=levels))
            continue
        values = column.to_numpy(dtype=np.float64)
        if indicator(name) in table.columns:
            values = np.where((table[indicator(name)] == "yes").to_numpy(), np.nan, values)
        columns[name] = pd.Series(values)
    return pd.DataFrame(columns)
