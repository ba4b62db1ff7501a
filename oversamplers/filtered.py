"""Filter: another contender's rows, labelled by what a booster fitted on the training rows thinks of them.

Labels from a stronger learner: Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network,
doi 10.48550/arXiv.1503.02531; on rows that are made for it: Breiman & Shang 1996, Born Again Trees, and Bucila, Caruana
& Niculescu-Mizil 2006, Model Compression, doi 10.1145/1150402.1150464. The booster: Friedman 2001, Greedy Function
Approximation, doi 10.1214/aos/1013203451.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from ._booster import Booster
from ._rows import RowsAsTheyAre

WRAPS = {"of": "crossover"}
RATIO = False
APPROXIMATE = True
"""Rows of both classes are added; how many of which is for the booster to say."""
SEARCH = {"balance": [0.0, 0.4, 0.8], "repeats": [1, 3, 5], "temperature": [0.5, 1.0]}


class FilteredOversampler(RowsAsTheyAre):
    """Ask a contender for rows of both classes, and give each the label that a booster finds likelier.

    A booster q is fitted on the training rows. Of each candidate x, `repeats` equal rows are added, of which the share

        r(x) = expit((logit q(x) - balance * logit p) / temperature),    p the share of positives in training,

    rounded to whole rows, is positive. Equal rows end in one leaf of a tree, which so learns q itself and not a coin
    thrown with it: a fully grown forest, which believes every single row, otherwise loses in AUC what it gains in
    errors. The training rows stay as they are, and first.

    Parameters
    ----------
    of : callable
        Makes the contender whose rows are wanted: ``of(random_state=…, sampling_strategy={0: …, 1: …})``.
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn. Where it asks for no rows, none are added; it does not say how many are.
    random_state : int, RandomState or None, default=None
    candidates : float, default=4.0
        Candidates a training row. More help, at the cost of the learner's time.
    repeats : int, default=3
        Equal rows a candidate, and so the steps of its label, 0, 1/3, 2/3 and 1. One gives each candidate its likelier
        class: as few errors, a third of the rows, but an AUC below that of no oversampling.
    balance : float, default=0.4
        How far the operating point is moved, in the log-odds of the classes: 0 for the fewest errors in all, 1 for the
        lowest balanced error.
    temperature : float, default=1.0
        Below 1, labels are surer than the booster is.

    Attributes
    ----------
    booster_ : Booster

    Raises
    ------
    ValueError
        From `fit_resample`, if the contender adds no rows.
    """

    _tables_only = False
    _parameter_constraints: ClassVar[dict] = {
        **RowsAsTheyAre._parameter_constraints,
        "of": [callable],
        "candidates": [Interval(Real, 0, None, closed="neither")],
        "repeats": [Interval(Integral, 1, None, closed="left")],
        "balance": [Interval(Real, 0, 1, closed="both")],
        "temperature": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        of,
        *,
        sampling_strategy="auto",
        random_state=None,
        candidates=4.0,
        repeats=3,
        balance=0.4,
        temperature=1.0,
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.of = of
        self.random_state = random_state
        self.candidates = candidates
        self.repeats = repeats
        self.balance = balance
        self.temperature = temperature

    def _fit_resample(self, X, y):
        seed, booster_seed = check_random_state(self.random_state).randint(2**31 - 1, size=2).tolist()
        if not sum(self.sampling_strategy_.values()):
            return X, y
        self.booster_ = Booster(booster_seed).fit(X, y)
        rows = self._candidates(X, y, seed)
        odds = logit(self.booster_.positive(rows)) - self.balance * logit((y == 1).mean())
        positives = np.rint(self.repeats * expit(odds / self.temperature)).astype(int)  # (m,) of `repeats` each
        repeated = np.repeat(np.arange(len(rows)), self.repeats)
        labels = (np.arange(self.repeats) < positives[:, None]).ravel().astype(y.dtype)  # (m * repeats,)
        if isinstance(X, pd.DataFrame):
            rows = rows.iloc[repeated].astype(X.dtypes.to_dict())
            return pd.concat([X, rows], ignore_index=True), np.concatenate([y, labels])
        return np.concatenate([X, rows[repeated]]), np.concatenate([y, labels])

    def _candidates(self, X, y, seed):
        # As many of each class as it has of the training rows, so that candidates lie where rows lie.
        counts = zip(*np.unique(y, return_counts=True), strict=True)
        wanted = {int(label): int(count * (1 + self.candidates)) for label, count in counts}
        made, _ = self.of(random_state=seed, sampling_strategy=wanted).fit_resample(X, y)
        if len(made) <= len(X):
            raise ValueError("the wrapped contender adds no rows, so there is nothing to label")
        return made.iloc[len(X) :] if isinstance(made, pd.DataFrame) else made[len(X) :]


def make(random_state, of, sampling_strategy="auto", **params):
    return FilteredOversampler(of, random_state=random_state, sampling_strategy=sampling_strategy, **params)
