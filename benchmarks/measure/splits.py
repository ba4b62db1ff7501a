"""How rows are split into those to train on and those to test on, under each protocol.

`strict` splits stratified, and keeps on one side what belongs together: rows that are copies of each other, rows of
one group where a data set has groups; where it has times, it tests on what came later. `article` splits unstratified,
row by row, as the article prints it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from ..catalog.contract import FEWEST_DISTINCT

TEST_SIZE = 0.2  # as `design.suite` has it; here, what changes it changes all keys
EARLIEST_CUT = 0.5
"""The share of rows that a model has seen at least when it is tested on what came later."""


@dataclass(frozen=True)
class Tied:
    """What rows have to do with each other, beside their columns.

    Attributes
    ----------
    groups : Series of shape (n,), optional
        Rows of one group stay on one side of a split; a row without a group is one of its own.
    times : Series of shape (n,), optional
        Numbers or times: no row is trained on that is later than one that is tested on.
    """

    groups: pd.Series | None = None
    times: pd.Series | None = None


NOT_TIED = Tied()


def split(
    X: pd.DataFrame, y: pd.Series, protocol: str, seed: int, tied: Tied = NOT_TIED
) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the training and of the test rows.

    Under `strict`, units are drawn, stratified by label, and all of their rows go with them: else a learner is tested
    on rows that it has learnt. A unit is a row and its copies, with the label of the first; with groups, all rows that
    a group or a copy ties together, positive if one of them is.

    Raises
    ------
    ValueError
        If there are too few units, or one side of the split has one class only.
    """
    if protocol == "article":
        if tied.groups is not None or tied.times is not None:
            raise ValueError("protocol 'article' splits row by row, without regard to groups or times")
        train, test = train_test_split(np.arange(len(y)), test_size=TEST_SIZE, random_state=seed)
        return train, test
    if tied.times is not None:
        return _both_classes(y, *_by_time(tied, seed), "times")
    copy_of = first_copies(X)
    if tied.groups is None:
        return _by_unit(y, copy_of, y.to_numpy(), seed)
    unit = joined(copy_of, tied.groups)
    positive = pd.Series(y.to_numpy()).groupby(unit).transform("max").to_numpy()
    return _both_classes(y, *_by_unit(y, unit, positive, seed), "groups")


def _by_unit(y: pd.Series, unit: np.ndarray, label: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(len(y))
    distinct = np.flatnonzero(unit == rows)
    labels = label[distinct]
    if len(labels) < FEWEST_DISTINCT or np.bincount(labels, minlength=2).min() < 2:
        raise ValueError(
            f"what belongs together stays on one side of a split, and there are but {(labels == 0).sum()} distinct "
            f"negatives and {(labels == 1).sum()} distinct positives; {FEWEST_DISTINCT} are needed, two of each class "
            "among them"
        )
    drawn = train_test_split(distinct, test_size=TEST_SIZE, random_state=seed, stratify=labels)
    place = np.empty(len(y), dtype=np.intp)
    found = []
    for side in drawn:
        place[:] = -1
        place[side] = np.arange(len(side))
        with_copies = rows[place[unit] >= 0]
        found.append(with_copies[np.argsort(place[unit[with_copies]], kind="stable")])
    return found[0], found[1]


def _by_time(tied: Tied, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Train on all that came before a moment, test on the `TEST_SIZE` of all rows that came next.

    The moment is drawn by the seed, from where `EARLIEST_CUT` of the rows have passed to where just enough are left to
    test on. Rows of the moment itself are tested on; of a group that is trained on, none is.
    """
    assert tied.times is not None
    times = tied.times.to_numpy()
    order = np.argsort(times, kind="stable")
    n, n_test = len(order), round(TEST_SIZE * len(order))
    cut = int(np.random.default_rng(seed).integers(round(EARLIEST_CUT * n), n - n_test + 1))
    first, last = times[order[cut]], times[order[min(cut + n_test, n) - 1]]
    before = order[times[order] < first]
    after = order[(times[order] >= first) & (times[order] <= last)]
    if tied.groups is not None:
        group = joined(np.arange(n), tied.groups)
        after = after[~np.isin(group[after], group[before])]
    return before, after


def _both_classes(y: pd.Series, train: np.ndarray, test: np.ndarray, by: str) -> tuple[np.ndarray, np.ndarray]:
    for side, rows in (("trained", train), ("tested", test)):
        labels = y.to_numpy()[rows]
        if not len(labels) or labels.min() == labels.max():
            raise ValueError(f"split by {by}, the {len(labels)} rows that are {side} on do not hold both classes")
    return train, test


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
