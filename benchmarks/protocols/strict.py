"""A random fifth to test on, stratified; copies, groups and what comes later stay on one side."""

from sklearn.model_selection import train_test_split

from . import time_order
from ._units import units


def split(X, y, seed, groups=None, times=None, test_size=0.2):
    """Draw units, stratified by label, and take all of their rows: else a learner is tested on rows that it has learnt.

    Where there are times, test on what came later, see `time_order`.
    """
    if times is not None:
        return time_order.split(X, y, seed, times, groups, test_size=test_size)
    found = units(X, y, groups)
    drawn = train_test_split(found.first, test_size=test_size, random_state=seed, stratify=found.label)
    return tuple(map(found.rows, drawn))
