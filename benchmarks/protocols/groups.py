"""A random fifth of the groups to test on: of a group that is tested on, nothing is trained on.

The groups are the data set's own, or the values of a column: ``groups[column=hospital]``.
"""

from . import strict
from ._units import column_of


def ties(X, column=None, **params):
    """Say what groups are made of a column: inner folds heed them, too."""
    return {} if column is None else {"groups": column_of(X, column)}


def split(X, y, seed, groups=None, column=None, test_size=0.2):
    if column is not None:
        groups = column_of(X, column)
    if groups is None:
        raise ValueError("the data set has no groups: name a column, groups[column=…], or its own with --group")
    return strict.split(X, y, seed, groups, test_size=test_size)
