"""Stratified k-fold cross-validation, repeated: a seed is a fold, of the first round, then of the next.

Kohavi 1995, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection, IJCAI.
"""

from itertools import islice
from numbers import Integral

import numpy as np
from sklearn.model_selection import KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold
from sklearn.utils._param_validation import Interval

from ._units import COUNT, SEED, check, folds_of_groups, units

CONSTRAINTS = {
    "k": [Interval(Integral, 2, None, closed="left")],
    "repeats": COUNT,
    "random_state": SEED,
    "shuffle": [bool],
    "stratified": [bool],
    "together": [bool],
}


def split(X, y, seed, groups=None, k=5, repeats=1, shuffle=True, random_state=0, stratified=True, together=True):
    """Give the fold of a seed, as scikit-learn's splitters draw them in turn.

    Parameters
    ----------
    k, repeats : int
        Folds, and how often the rows are dealt to them anew: there are ``k * repeats`` splits.
    shuffle : bool
        Deal the rows at random, by `random_state`; if not, in their order, once.
    stratified : bool
        Keep the share of positives the same in all folds.
    together : bool
        Copies of a row, and rows of one group, stay in one fold. Others' results were mostly made without.
    """
    given = {"k": k, "repeats": repeats, "shuffle": shuffle, "random_state": random_state}
    check("kfold", CONSTRAINTS, **given, stratified=stratified, together=together)
    if not shuffle and repeats > 1:
        raise ValueError("shuffle=false deals the rows in their order, which is the same every time: leave repeats out")
    if seed >= k * repeats:
        raise ValueError(f"there are {k * repeats} splits, so seeds go from 0 to {k * repeats - 1}, and {seed} is none")
    if groups is not None and not together:
        raise ValueError("the data set has groups, which together=false would part")
    if groups is not None:
        return folds_of_groups(X, y, groups, k, random_state + seed // k if shuffle else None)[seed % k]
    found = units(X, y) if together else None
    labels = y.to_numpy() if found is None else found.label
    fewest = int(np.bincount(labels, minlength=2).min())
    if fewest < k:
        what = "different rows" if together else "rows"
        raise ValueError(f"{k} folds take {k} {what} of each class, and there are {fewest} of one")
    if shuffle:
        repeated = RepeatedStratifiedKFold if stratified else RepeatedKFold
        folds = repeated(n_splits=k, n_repeats=repeats, random_state=random_state)
    else:
        folds = (StratifiedKFold if stratified else KFold)(n_splits=k)
    sides = next(islice(folds.split(np.zeros((len(labels), 1)), labels), seed, None))
    return sides if found is None else tuple(found.rows(found.first[side]) for side in sides)
