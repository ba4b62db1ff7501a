"""Crossover: a real row of the class, with a few of its values taken from a near neighbour, of whatever class.

Column-wise recombination as in genetic algorithms: Syswerda 1989, Uniform Crossover in Genetic Algorithms, 3rd
International Conference on Genetic Algorithms, 2-9. Between neighbours, as in SMOTE: Chawla et al. 2002,
doi 10.1613/jair.953. Every value is one that was seen, so that spikes, whole numbers and categories stay what they are.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from ._rows import RowsAsTheyAre

SPACE = "table"

CHUNK = 4000
"""Rows among which neighbours are sought: chance parts of the table, so that the search is linear in its rows."""

WIDTH = 32
"""Dimensions that a categorical column has at most in the search, so that 10,000 categories cost no more than 32."""

ROUNDS = 10
"""Times that a row is drawn again because it came out as a real one."""
SEARCH = {"k_neighbors": [1, 3, 10], "share": [0.05, 0.1, 0.3]}


class CrossoverOversampler(RowsAsTheyAre):
    """Add rows that are real ones but for a few values of a neighbour's.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows each class shall have, as in imbalanced-learn.
    random_state : int, RandomState or None, default=None
    k_neighbors : int, default=3
        Neighbours, of any class, one of which gives the values. Rows of both classes, so that a category that the class
        lacks near by can come in; whether the row is still one of its class is for a filter to say.
    share : float, default=0.1
        Chance of each column to be taken from the neighbour; one at least is. On Adult (seeds 1000 to 1003, filtered)
        0.1 lifts higher than 0.3 and 0.5: the closer to real rows, the better.

    Raises
    ------
    ValueError
        From `fit_resample`, if X is no DataFrame, has missing values or a single row.
    """

    _parameter_constraints: ClassVar[dict] = {
        **RowsAsTheyAre._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "share": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(self, *, sampling_strategy="auto", random_state=None, k_neighbors=3, share=0.1):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.share = share

    def _fit_resample(self, X, y):
        if len(X) < 2 or X.isna().any(axis=None):
            raise ValueError("two rows or more are needed, without missing values")
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        # Values as numbers: a category's code, or the number of a value among the column's own.
        known = {name: X[name].cat.categories if _categorical(X, name) else np.unique(X[name]) for name in X}
        codes = [X[name].cat.codes if _categorical(X, name) else np.searchsorted(known[name], X[name]) for name in X]
        values = np.column_stack(codes).astype(np.int64)  # (n, d)
        neighbors = nearest(embed(X, rng), self.k_neighbors, rng)  # (n, k)
        self._multipliers = rng.integers(2**63, size=values.shape[1], dtype=np.uint64)
        real = self._keys(values)
        made, labels = [values[:0]], [y]
        for label, count in self.sampling_strategy_.items():
            made.append(self._cross(values, np.flatnonzero(y == label), count, neighbors, real, rng))
            labels.append(np.full(count, label, dtype=y.dtype))
        columns = np.concatenate(made).T
        new = {
            name: pd.Categorical.from_codes(column, dtype=X[name].dtype) if _categorical(X, name) else seen[column]
            for column, (name, seen) in zip(columns, known.items(), strict=True)
        }
        return pd.concat([X, pd.DataFrame(new)], ignore_index=True).astype(X.dtypes.to_dict()), np.concatenate(labels)

    def _cross(self, values, of_class, count, neighbors, real, rng):
        rows = np.empty((count, values.shape[1]), dtype=values.dtype)
        # Every row of the class has its turn before one has a second.
        base = rng.permuted(np.tile(of_class, (-(-count // len(of_class)), 1)), axis=1).ravel()[:count]
        again = np.arange(count)
        for drawn in range(ROUNDS):
            if drawn >= 3:  # some rows differ from their neighbours in one column only, and so can but become these
                base[again] = rng.choice(of_class, len(again))
            one = values[base[again]]  # (m, d)
            two = values[neighbors[base[again], rng.integers(neighbors.shape[1], size=len(again))]]
            chance = np.where(one != two, rng.random(one.shape), 2.0)
            taken = (chance < self.share) | (chance == chance.min(axis=1, keepdims=True))
            rows[again] = np.where(taken, two, one)
            again = again[np.isin(self._keys(rows[again]), real)]
            if not len(again):
                break
        return rows

    def _keys(self, rows):
        # Equal rows have equal sums, and others hardly ever, in 64 bits.
        return (rows.astype(np.uint64) * self._multipliers).sum(axis=1)


def embed(X: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Place rows so that distances say how unlike they are: float32 of shape (n, e).

    Numeric columns are standardised; categories lie at unit distance from 0 in directions of their own, as one-hot ones
    do, or in random directions, which are nearly at right angles, where there are more than `WIDTH`.
    """
    parts = []
    for name in map(str, X.columns):
        if _categorical(X, name):
            levels = len(X[name].cat.categories)
            if levels <= WIDTH:
                places = np.eye(levels, dtype=np.float32)
            else:
                places = rng.normal(size=(levels, WIDTH)).astype(np.float32)
                places /= np.linalg.norm(places, axis=1, keepdims=True)
            parts.append(places[X[name].cat.codes])
        else:
            numbers = X[name].to_numpy(dtype=np.float64)
            parts.append(((numbers - numbers.mean()) / (numbers.std() or 1.0)).astype(np.float32)[:, None])
    return np.concatenate(parts, axis=1)


def nearest(places: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Find near neighbours of each row (n, e) among the `CHUNK` or so rows of its chance part of them; (n, k).

    Where there are fewer than k other rows, all are given.
    """
    n = len(places)
    parts = np.array_split(rng.permutation(n), max(1, round(n / CHUNK)))
    found = np.empty((n, min(k, min(map(len, parts)) - 1)), dtype=np.int64)
    for part in parts:
        search = NearestNeighbors(n_neighbors=found.shape[1], algorithm="brute").fit(places[part])
        found[part] = part[
            search.kneighbors(return_distance=False)
        ]  # without a query, a row is no neighbour of its own
    return found


def _categorical(X: pd.DataFrame, name: str) -> bool:
    return isinstance(X[name].dtype, pd.CategoricalDtype)


def make(random_state, sampling_strategy="auto", k_neighbors=3, share=0.1):
    return CrossoverOversampler(
        random_state=random_state, sampling_strategy=sampling_strategy, k_neighbors=k_neighbors, share=share
    )
