"""Mixed columns as numbers, and back: what the generative contenders share."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri


class Columns:
    """The columns of a table, numeric ones as normal scores, categorical ones as codes.

    A numeric value becomes its rank among the training values, put on the scale of a standard normal; equal values
    share a range of ranks, and each takes a random place in it. Back, a score becomes the training value of its rank.
    So skew, bounds, whole numbers and spikes (a capital gain of 0) come back as they were, whatever a network does.

    Parameters
    ----------
    X : DataFrame of shape (n, d)
        Training rows.
    """

    def __init__(self, X: pd.DataFrame):
        self.types = {str(name): dtype for name, dtype in X.dtypes.items()}
        self.categorical = [name for name in X.columns if isinstance(X[name].dtype, pd.CategoricalDtype)]
        self.numeric = [name for name in X.columns if name not in self.categorical]
        if X[self.numeric].isna().any(axis=None) or X[self.categorical].isna().any(axis=None):
            raise ValueError("missing values: fill them first")
        self.values = {name: np.sort(X[name].to_numpy()) for name in self.numeric}
        self.levels = {name: X[name].cat.remove_unused_categories().cat.categories for name in self.categorical}

    @property
    def sizes(self) -> list[int]:
        """Number of categories of each categorical column."""
        return [len(levels) for levels in self.levels.values()]

    def scores(self, X: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        """Give normal scores of the numeric columns, float32 of shape (n, n_numeric)."""
        scores = np.empty((len(X), len(self.numeric)), dtype=np.float32)
        for column, name in enumerate(self.numeric):
            known, values = self.values[name], X[name].to_numpy()
            first, last = np.searchsorted(known, values, "left"), np.searchsorted(known, values, "right")
            place = first + (np.maximum(last - first, 1)) * rng.random(len(values))
            scores[:, column] = ndtri(np.clip(place / len(known), 1e-6, 1 - 1e-6))
        return scores

    def codes(self, X: pd.DataFrame) -> np.ndarray:
        """Give category codes, int64 of shape (n, n_categorical)."""
        columns = [levels.get_indexer(pd.Index(X[name])) for name, levels in self.levels.items()]
        return np.array(columns, dtype=np.int64).reshape(len(columns), len(X)).T

    def table(self, scores: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
        """Give rows from scores (n, n_numeric) and codes (n, n_categorical), with the training table's types."""
        columns = {}
        for column, name in enumerate(self.numeric):
            known = self.values[name]
            rank = (ndtr(scores[:, column].astype(np.float64)) * len(known)).astype(np.int64)
            columns[name] = known[np.clip(rank, 0, len(known) - 1)]
        for column, name in enumerate(self.categorical):
            columns[name] = self.levels[name].take(codes[:, column])
        return pd.DataFrame({name: columns[name] for name in self.types}).astype(self.types)
