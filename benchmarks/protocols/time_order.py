"""Train on all that came before a moment, test on what came next; the moment is drawn by the seed.

The times are the data set's own, or a column of numbers: ``time_order[column=year]``.
"""

import numpy as np

from ._units import SHARE, check, column_of, joined


def ties(X, column=None, **params):
    """Say what times are made of a column: inner folds heed them, too."""
    return {} if column is None else {"times": column_of(X, column)}


def split(X, y, seed, times=None, groups=None, column=None, test_size=0.2, earliest=0.5):
    """Draw a moment, from where a share of `earliest` of the rows have passed to where just enough are left to test on.

    Rows of the moment itself are tested on; of a group that is trained on, none is.
    """
    check("time_order", {"test_size": SHARE, "earliest": SHARE}, test_size=test_size, earliest=earliest)
    if earliest + test_size > 1:
        raise ValueError(f"earliest={earliest} and test_size={test_size} are more than all rows")
    if column is not None:
        times = column_of(X, column)
    if times is None:
        raise ValueError("the data set has no times: name a column, time_order[column=…], or its own with --time")
    moments = times.to_numpy()
    if moments.dtype.kind not in "iufM":
        raise ValueError(f"the times in '{column}' are no numbers" if column else "the times are no numbers")
    order = np.argsort(moments, kind="stable")
    n, n_test = len(order), round(test_size * len(order))
    cut = int(np.random.default_rng(seed).integers(round(earliest * n), n - n_test + 1))
    first, last = moments[order[cut]], moments[order[min(cut + n_test, n) - 1]]
    before = order[moments[order] < first]
    after = order[(moments[order] >= first) & (moments[order] <= last)]
    if groups is not None:
        group = joined(np.arange(n), groups)
        after = after[~np.isin(group[after], group[before])]
    return before, after
