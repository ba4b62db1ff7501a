"""Mixed columns as codes, and back: what the contenders share that draw every column from a softmax."""

from __future__ import annotations

import numpy as np
import pandas as pd


class Bins:
    """The columns of a table as codes: a category's, or that of a numeric value's bin.

    A numeric column with at most `bins` distinct values has a bin for each. Another has bins of about equally many
    rows; a value that alone fills one (a capital gain of 0) has one of its own. Back, a bin becomes one of the training
    values in it, by chance.

    Parameters
    ----------
    X : DataFrame of shape (n, d)
        Training rows.
    bins : int
        Codes of a numeric column, or hardly more.

    Raises
    ------
    ValueError
        If values are missing.
    """

    def __init__(self, X: pd.DataFrame, bins: int):
        if X.isna().any(axis=None):
            raise ValueError("missing values: fill them first")
        self.types = {str(name): dtype for name, dtype in X.dtypes.items()}
        self.levels: dict[str, pd.Index] = {}
        self.values: dict[str, np.ndarray] = {}
        self.starts: dict[str, np.ndarray] = {}
        for name, dtype in self.types.items():
            if isinstance(dtype, pd.CategoricalDtype):
                self.levels[name] = X[name].cat.remove_unused_categories().cat.categories
            else:
                # All training values in order, and where among them each bin starts: never within equal ones.
                self.values[name] = values = np.sort(X[name].to_numpy())
                edges, counts = np.unique(values, return_counts=True)
                if len(edges) > bins:
                    alone = np.flatnonzero(counts >= len(values) / bins)
                    after = edges[
                        np.minimum(alone + 1, len(edges) - 1)
                    ]  # such a value's bin ends where the next begins
                    quantiles = values[np.linspace(0, len(values), bins, endpoint=False).astype(int)]
                    edges = np.unique([*quantiles, *edges[alone], *after])
                self.starts[name] = np.searchsorted(values, edges, "left")

    @property
    def sizes(self) -> list[int]:
        """Number of codes of each column."""
        return [len(self.levels[name] if name in self.levels else self.starts[name]) for name in self.types]

    def codes(self, X: pd.DataFrame) -> np.ndarray:
        """Give the codes, int64 of shape (n, d)."""
        columns = []
        for name in self.types:
            if name in self.levels:
                columns.append(self.levels[name].get_indexer(pd.Index(X[name])))
            else:
                edges = self.values[name][self.starts[name]]
                columns.append(np.searchsorted(edges, X[name].to_numpy(), "right") - 1)
        return np.column_stack(columns).astype(np.int64)

    def table(self, codes: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
        """Give rows from codes (m, d), with the training table's types."""
        columns = {}
        for name, code in zip(self.types, codes.T, strict=True):
            if name in self.levels:
                columns[name] = self.levels[name].take(code)
            else:
                starts, values = self.starts[name], self.values[name]
                ends = np.append(starts[1:], len(values))
                columns[name] = values[rng.integers(starts[code], ends[code])]
        return pd.DataFrame(columns).astype(self.types)
