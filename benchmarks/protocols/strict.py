"""A random fifth to test on, stratified; copies, groups and what comes later stay on one side."""

from sklearn.model_selection import train_test_split

from . import time_order
from ._units import SHARE, check, folds_of_groups, units


def split(X, y, seed, groups=None, times=None, test_size=0.2):
    """Draw units, stratified by label, and take all of their rows: else a learner is tested on rows that it has learnt.

    Groups are dealt to so many folds as make the first of them `test_size` of the rows, about.

    Where there are times, test on what came later, see `time_order`: copies may be on both sides of a moment then.
    """
    check("strict", {"test_size": SHARE}, test_size=test_size)
    if times is not None:
        return time_order.split(X, y, seed, times, groups, test_size=test_size)
    if groups is not None:
        return folds_of_groups(X, y, groups, max(2, round(1 / test_size)), seed)[0]
    found = units(X, y)
    drawn = train_test_split(found.first, test_size=test_size, random_state=seed, stratify=found.label)
    return tuple(map(found.rows, drawn))
