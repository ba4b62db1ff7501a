"""Small tables on which contenders are checked: ordinary ones, and those that real data sometimes are."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..measure.rows.encoder import Fold, encode, make_encoder


def ordinary(n_negative: int = 160, n_positive: int = 40) -> tuple[pd.DataFrame, np.ndarray]:
    """Three numeric and two categorical columns; by default 200 rows, a fifth of them positive."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.repeat([0, 1], [n_negative, n_positive]))
    X = pd.DataFrame(
        {
            "height": rng.normal(y, 1.0),
            "colour": pd.Categorical(rng.choice(["red", "green", "blue"], len(y), p=[0.5, 0.3, 0.2])),
            "spike": np.where(rng.random(len(y)) < 0.8, 0.0, rng.exponential(1 + y)),
            "count": rng.poisson(3 + 2 * y),
            "shape": pd.Categorical(np.where(rng.random(len(y)) < 0.3 + 0.4 * y, "round", "square")),
        }
    )
    return X, y


def _numeric() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = ordinary()
    return X[["height", "spike", "count"]], y


def _categorical() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = ordinary()
    return X[["colour", "shape"]], y


def _duplicates() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = ordinary()
    first = X[y == 1].iloc[[0]]
    same = pd.concat([X[y == 0], *[first] * int(y.sum())], ignore_index=True).astype(X.dtypes.to_dict())
    return same, np.sort(y)


def _constant() -> tuple[pd.DataFrame, np.ndarray]:
    X, y = ordinary()
    return X.assign(always=1.0, same=pd.Categorical(["one"] * len(X))), y


STRANGE: dict[str, Callable[[], tuple[pd.DataFrame, np.ndarray]]] = {
    "one minority row": lambda: ordinary(40, 1),
    "fewer minority rows than neighbours": lambda: ordinary(60, 3),
    "duplicate rows": _duplicates,
    "constant columns": _constant,
    "all columns numeric": _numeric,
    "all columns categorical": _categorical,
}


def as_fold(X: pd.DataFrame, y: np.ndarray) -> Fold:
    """Encode a table as the harness encodes training rows; nothing is split off."""
    encoder = make_encoder(X).fit(X)
    encoded = encode(encoder, X)
    return Fold(X, X[:0], y, y[:0], encoder, encoded, encoded[:0], 0.0)
