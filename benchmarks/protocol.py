"""From a table and a seed to encoded training and test rows, under one of the two protocols.

`strict` splits stratified and fits the encoder on the training rows; `article` splits unstratified and fits the
encoder on all rows, as the article prints it.
"""

import hashlib
from dataclasses import dataclass
from itertools import accumulate, pairwise
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .gaps import fill

TEST_SIZE = 0.2


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


def split(y: pd.Series, protocol: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the training and of the test rows."""
    stratify = y if protocol == "strict" else None
    train, test = train_test_split(np.arange(len(y)), test_size=TEST_SIZE, random_state=seed, stratify=stratify)
    return train, test


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


def make_fold(X: pd.DataFrame, y: pd.Series, protocol: str, seed: int, positives: float | None = None) -> Fold:
    """Split, make training positives scarcer where that is asked for, and encode.

    Test rows stay as they are; they take part in fitting under `article` only.
    """
    train, test = split(y, protocol, seed)
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


def check_data(X: Any, y: Any) -> None:
    """Refuse what a data set's `load` must not give.

    Raises
    ------
    ValueError
        If X is not a DataFrame of numbers and categories, y not a Series of 0 and 1 of the same length, or one class
        has fewer than two rows.
    """
    if not isinstance(X, pd.DataFrame) or not isinstance(y, pd.Series):
        raise ValueError(f"load() must give a DataFrame and a Series, got {type(X).__name__} and {type(y).__name__}")
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} rows and y {len(y)}")
    labels = y.unique().tolist()
    if set(labels) != {0, 1}:
        raise ValueError(f"y must hold 0 and 1, and both, got {labels[:5]}")
    if (fewest := int(y.value_counts().min())) < 2:
        raise ValueError(f"the rarer class has {fewest} row; two are needed, one to train on and one to test on")
    if (share := float(y.mean())) > 0.5:
        raise ValueError(f"1 must be the rarer class, but {share:.1%} of the rows are 1")
    if not len(X.columns):
        raise ValueError("X has no columns")
    if not all(isinstance(name, str) for name in X.columns):
        raise ValueError("names of columns must be text: X.columns = X.columns.astype(str)")
    if len(set(X.columns)) < len(X.columns):
        raise ValueError("two columns of X have the same name")
    for name, dtype in X.dtypes.items():
        if not isinstance(dtype, pd.CategoricalDtype) and not pd.api.types.is_numeric_dtype(dtype):
            raise ValueError(f"column '{name}' is of type {dtype}; make it a number, or category")
        if pd.api.types.is_float_dtype(dtype) and np.isinf(X[name].to_numpy(dtype="float64", na_value=0.0)).any():
            raise ValueError(f"column '{name}' holds infinite values")


def data_hash(X: pd.DataFrame, y: pd.Series) -> str:
    """Hash columns, types, values and labels."""
    parts = [repr([(str(name), str(dtype)) for name, dtype in X.dtypes.items()]).encode()]
    parts += [pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes() for part in (X, y)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]
