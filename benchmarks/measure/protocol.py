"""From a table and a seed to encoded training and test rows, under one of the two protocols.

`strict` splits stratified, keeps rows that are copies of each other on one side, and fits the encoder on the training
rows; `article` splits unstratified, row by row, and fits the encoder on all rows, as the article prints it.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TEST_SIZE = 0.2  # as `design.suite` has it; here, what changes it changes all keys
MIN_DISTINCT = 6
"""Of fewer distinct rows, `TEST_SIZE` does not hold one of each class."""


@dataclass(frozen=True)
class Fold:
    """One split of one data set, encoded.

    `X_train` is the table before encoding; `encoded_train` and `encoded_test` are float32 arrays of shape
    (n_train, d) and (n_test, d); `encode_s` the seconds that fitting and applying the encoder took.
    """

    X_train: pd.DataFrame
    y_train: np.ndarray
    y_test: np.ndarray
    encoder: ColumnTransformer
    encoded_train: np.ndarray
    encoded_test: np.ndarray
    encode_s: float

    def groups(self) -> list[slice]:
        """Give the encoded columns of each categorical column."""
        widths = [len(levels) for levels in getattr(self.encoder.named_transformers_["cat"], "categories_", [])]
        start = self.encoded_train.shape[1] - sum(widths)  # one-hot columns come last
        return [slice(a, b) for a, b in pairwise(accumulate(widths, initial=start))]


def split(X: pd.DataFrame, y: pd.Series, protocol: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the training and of the test rows.

    Under `strict`, distinct rows are drawn, by the label that the first of their copies has, and copies go with them:
    else a learner is tested on rows that it has learnt.

    Raises
    ------
    ValueError
        If there are too few distinct rows.
    """
    rows = np.arange(len(y))
    if protocol == "article":
        train, test = train_test_split(rows, test_size=TEST_SIZE, random_state=seed)
        return train, test
    copy_of = first_copies(X)
    distinct = np.flatnonzero(copy_of == rows)
    labels = y.to_numpy()[distinct]
    if len(labels) < MIN_DISTINCT or np.bincount(labels, minlength=2).min() < 2:
        raise ValueError(
            f"copies of a row stay on one side of a split, and there are but {(labels == 0).sum()} distinct negatives "
            f"and {(labels == 1).sum()} distinct positives; {MIN_DISTINCT} rows are needed, two of each class among "
            "them"
        )
    drawn = train_test_split(distinct, test_size=TEST_SIZE, random_state=seed, stratify=labels)
    place = np.empty(len(y), dtype=np.intp)
    found = []
    for side in drawn:
        place[:] = -1
        place[side] = np.arange(len(side))
        with_copies = rows[place[copy_of] >= 0]
        found.append(with_copies[np.argsort(place[copy_of[with_copies]], kind="stable")])
    return found[0], found[1]


def first_copies(X: pd.DataFrame) -> np.ndarray:
    """Give for each row the number of the first row that equals it in every column, its own where that is the first.

    >>> first_copies(pd.DataFrame({"a": [1.0, 2.0, 1.0, None, None], "b": pd.Categorical(list("xyxyy"))})).tolist()
    [0, 1, 0, 3, 3]
    """
    numbers = pd.factorize(pd.util.hash_pandas_object(X, index=False))[0]
    _, first = np.unique(numbers, return_index=True)
    return np.asarray(first[numbers])


def make_encoder(X: pd.DataFrame, protocol: str) -> ColumnTransformer:
    """Standardise numeric columns, one-hot categorical ones; columns in file order within each part."""
    categorical = [column for column in X.columns if isinstance(X[column].dtype, pd.CategoricalDtype)]
    numeric = [column for column in X.columns if column not in categorical]
    one_hot = OneHotEncoder(handle_unknown="ignore" if protocol == "strict" else "error")
    return ColumnTransformer([("num", StandardScaler(), numeric), ("cat", one_hot, categorical)])


def encode(encoder: ColumnTransformer, X: pd.DataFrame) -> np.ndarray:
    """Apply a fitted encoder; float32, dense."""
    encoded: Any = encoder.transform(X)
    return np.ascontiguousarray(encoded.toarray() if hasattr(encoded, "toarray") else encoded, dtype=np.float32)


def make_scarcer(train: np.ndarray, y: np.ndarray, positives: float, seed: int) -> np.ndarray:
    """Drop training positives at random until they make up a share of `positives`; keep all negatives, and the order.

    Raises
    ------
    ValueError
        If there are fewer positives than that to begin with, or not one would be left.
    """
    is_positive = y[train] == 1
    wanted = round(positives / (1 - positives) * int((~is_positive).sum()))
    if not 1 <= wanted <= is_positive.sum():
        raise ValueError(f"{wanted} training positives would make {positives:.2%}, but there are {is_positive.sum()}")
    dropped = np.random.default_rng(seed).permutation(np.flatnonzero(is_positive))[wanted:]
    return np.delete(train, dropped)


def make_fold(
    X: pd.DataFrame,
    y: pd.Series,
    protocol: str,
    seed: int,
    positives: float | None = None,
    like: pd.DataFrame | None = None,
) -> Fold:
    """Split, make training positives scarcer where that is asked for, and encode.

    Test rows stay as they are; they take part in fitting under `article` only. The rows are split as those of the table
    `like` are, where one is given.
    """
    train, test = split(X if like is None else like, y, protocol, seed)
    if positives is not None:
        train = make_scarcer(train, y.to_numpy(), positives, seed)
    labels = y.to_numpy()
    start = perf_counter()
    fitted_on = X.iloc[train] if protocol == "strict" else X
    X_train, X_test, fitted_on = fill(fitted_on, [X.iloc[train].reset_index(drop=True), X.iloc[test], fitted_on])
    encoder = make_encoder(X_train, protocol).fit(fitted_on)
    encoded_train, encoded_test = encode(encoder, X_train), encode(encoder, X_test)
    seconds = perf_counter() - start
    return Fold(X_train, labels[train], labels[test], encoder, encoded_train, encoded_test, seconds)


MISSING = "(missing)"


def fill(fitted_on: pd.DataFrame, tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Fill the gaps of tables with the same columns, by what the rows in `fitted_on` say.

    A gap in a numeric column takes their median (0 if they have none there), one in a categorical column becomes a
    category of its own. A numeric column in which they have gaps gets another beside it, ``NAME (missing)``, that says
    yes or no: rows outside of `fitted_on` have no say in which columns there are. Without gaps nothing changes.
    """
    gappy = [name for name in fitted_on.columns if any(table[name].isna().any() for table in (fitted_on, *tables))]
    remembered = {name for name in gappy if fitted_on[name].isna().any()}
    medians = {name: fitted_on[name].median() for name in gappy if not is_categorical(fitted_on[name])}
    return [_filled(table, gappy, remembered, medians) for table in tables] if gappy else tables


def _filled(table: pd.DataFrame, gappy: list[str], remembered: set[str], medians: dict[str, float]) -> pd.DataFrame:
    columns = dict(table.items())
    for name in gappy:
        column = table[name]
        if is_categorical(column):
            known = column if MISSING in column.cat.categories else column.cat.add_categories(MISSING)
            columns[name] = known.fillna(MISSING)
            continue
        median = medians[name]
        columns[name] = column.astype("float64").fillna(0.0 if pd.isna(median) else median)
        if name in remembered:
            where = column.isna().map({True: "yes", False: "no"})
            columns[f"{name} {MISSING}"] = pd.Series(pd.Categorical(where, categories=["no", "yes"]), index=table.index)
    return pd.DataFrame(columns)


def is_categorical(column: pd.Series) -> bool:
    """Tell whether a column is of dtype `category`."""
    return isinstance(column.dtype, pd.CategoricalDtype)
