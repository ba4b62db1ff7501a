"""Rows that belong together: copies of each other, rows of one group. What is drawn for a split is units, not rows."""

from __future__ import annotations

from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils._param_validation import Interval, validate_parameter_constraints

FEWEST = 6
"""Of fewer units, the fifth that is tested on does not hold one of each class."""


class Units(NamedTuple):
    """Of each row, the number of the first row of its unit, (n,); of each unit, that row, and its label, (u,)."""

    of_row: np.ndarray
    first: np.ndarray
    label: np.ndarray

    def rows(self, first: np.ndarray) -> np.ndarray:
        """Give the rows of some units, in the order of the units."""
        place = np.full(len(self.of_row), -1, dtype=np.intp)
        place[first] = np.arange(len(first))
        found = np.flatnonzero(place[self.of_row] >= 0)
        return found[np.argsort(place[self.of_row[found]], kind="stable")]


COUNT = [Interval(Integral, 1, None, closed="left")]
SEED = [Interval(Integral, 0, None, closed="left")]
SHARE = [Interval(Real, 0, 1, closed="neither")]


def check(protocol: str, constraints: dict[str, list], **given: object) -> None:
    """Refuse parameters of another type or size, as scikit-learn does.

    Raises
    ------
    ValueError
        If one is, with its name and what it can be.
    """
    validate_parameter_constraints(constraints, given, protocol)


def units(X: pd.DataFrame, y: pd.Series) -> Units:
    """Find the units of a table, a row and its copies with the label of the first, and refuse too few of them.

    Raises
    ------
    ValueError
        If there are fewer than `FEWEST`, or fewer than two of a class.
    """
    of_row, label = first_copies(X), y.to_numpy()
    first = np.flatnonzero(of_row == np.arange(len(y)))
    found = Units(of_row, first, label[first])
    counts = np.bincount(found.label, minlength=2)
    if counts.sum() < FEWEST or counts.min() < 2:
        raise ValueError(
            f"what belongs together stays on one side of a split, and there are but {counts[0]} distinct "
            f"negatives and {counts[1]} distinct positives; {FEWEST} are needed, two of each class among them"
        )
    return found


def folds_of_groups(
    X: pd.DataFrame, y: pd.Series, groups: pd.Series, k: int, seed: int | None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Deal whole groups, and copies with them, to k folds of about as many rows and positives; None as they come.

    Raises
    ------
    ValueError
        If there are fewer than k.
    """
    of_row = joined(first_copies(X), groups)
    if (count := len(np.unique(of_row))) < k:
        raise ValueError(
            f"what belongs together stays on one side of a split: {k} folds take {k} groups, and there are {count}"
        )
    folds = StratifiedGroupKFold(n_splits=k, shuffle=seed is not None, random_state=seed)
    return list(folds.split(X, y, of_row))


def first_copies(X: pd.DataFrame) -> np.ndarray:
    """Give for each row the number of the first row that equals it in every column, its own where that is the first.

    >>> first_copies(pd.DataFrame({"a": [1.0, 2.0, 1.0, None, None], "b": pd.Categorical(list("xyxyy"))})).tolist()
    [0, 1, 0, 3, 3]
    """
    numbers = pd.factorize(pd.util.hash_pandas_object(X, index=False))[0]
    _, first = np.unique(numbers, return_index=True)
    return np.asarray(first[numbers])


def joined(first: np.ndarray, groups: pd.Series) -> np.ndarray:
    """Give for each row the number of the first row that it is tied to, by way of copies and of groups.

    >>> joined(np.array([0, 1, 0, 3]), pd.Series(["a", "b", "b", None])).tolist()
    [0, 0, 0, 3]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    number = np.arange(len(first))
    code = pd.factorize(groups)[0]
    of_group = pd.Series(number).groupby(code).transform("first").to_numpy()
    ties = np.concatenate([first, np.where(code < 0, number, of_group)]), np.concatenate([number, number])
    graph = coo_array((np.ones(len(ties[0])), ties), shape=(len(first), len(first)))
    part = connected_components(graph, directed=False)[1]
    _, earliest = np.unique(part, return_index=True)
    return np.asarray(earliest[part])


def column_of(X: pd.DataFrame, column: str) -> pd.Series:
    """Give a column of the table.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if column not in X.columns:
        raise ValueError(f"there is no column '{column}'; columns: {', '.join(map(str, X.columns))}")
    return X[column].reset_index(drop=True)
