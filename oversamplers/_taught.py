"""What `relabelled` and `filtered` share: rows under the labels of a teacher. They differ in the rows."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from ._booster import Booster
from ._rows import RowsAsTheyAre
from ._teacher import Committee, Declined, Forest, Opinion, Stacked, draw, out_of_fold

TEACHERS = {"stacked", "booster", "learner", "own"}


class Taught(RowsAsTheyAre):
    """A sampler that adds rows, several equal ones each, of which as many are positive as a teacher thinks likely.

    A subclass says in `_rows` which rows.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn. Where it asks for no rows, none are added; it does not say how many are.
    random_state : int, RandomState or None, default=None
    learner : InnerLearner or None, default=None
        The learner that the rows are for, see the harness's contract; a random forest if left out.
    teacher : {"stacked", "booster", "learner", "own"}, default="stacked"
        Whose labels. ``stacked``: those of boosted trees, a random forest and logistic regression, weighed by what they
        say on inner folds. There it is tried: the learner is fitted to copies of rows under these labels, and to the
        rows as they are; where its AUC is not shown to be higher, no rows are added, and `declined_` says so. The
        others are asked untried: ``booster`` the boosted trees, ``learner`` the learner itself, of each row one that
        was fitted without it; ``own`` leaves rows the labels that they come with.
    copies : int
        Equal rows of each. They end in one leaf of a tree, which so learns the teacher's probability, and not a coin
        thrown with it.
    prior : float, default=0.35
        Labels are drawn as if this share of rows were positive, where fewer are: it moves the operating point from the
        fewest errors in all, at 0, to the lowest balanced error, at 1/2.
    folds : int, default=5

    Attributes
    ----------
    chosen_ : str
        The weights of the stacked; empty where others are asked, or nobody is.
    declined_ : str
        Why no rows were added; empty where some were.

    Raises
    ------
    ValueError
        From `fit_resample`, if values are missing, or a teacher that is asked for by name cannot be fitted.
    """

    _tables_only = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RowsAsTheyAre._parameter_constraints,
        "teacher": [StrOptions(TEACHERS)],
        "copies": [Interval(Integral, 1, None, closed="left")],
        "prior": [Interval(Real, 0, 1, closed="left")],
        "folds": [Interval(Integral, 2, None, closed="left")],
    }

    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        seeds = check_random_state(self.random_state).randint(2**31 - 1, size=3).tolist()
        self.chosen_ = self.declined_ = ""
        if not sum(self.sampling_strategy_.values()):
            return X, y
        if pd.isna(X).to_numpy().any() if isinstance(X, pd.DataFrame) else np.isnan(X).any():
            raise ValueError("X has missing values: fill them first")
        learner = Forest(X, y, seeds[0]) if self.learner is None else self.learner
        try:
            opinion = self._ask(X, y, learner, seeds[0])
        except Declined as why:
            self.declined_ = str(why)
            return X, y
        rows, labels = self._rows(X, y, opinion, seeds[1], np.random.default_rng(seeds[2]))
        repeated = np.repeat(np.arange(len(rows)), self.copies)
        labels = np.concatenate([y, labels.ravel().astype(y.dtype)])
        if isinstance(X, pd.DataFrame):
            rows = rows.iloc[repeated].astype(X.dtypes.to_dict())
            return pd.concat([X, rows], ignore_index=True), labels
        return np.concatenate([X, rows[repeated]]), labels

    def _rows(
        self, X: Any, y: np.ndarray, opinion: Opinion | None, seed: int, rng: np.random.Generator
    ) -> tuple[Any, np.ndarray]:
        """Give the rows that are labelled, (m, d), and their copies' labels, (m, copies): by no opinion, their own."""
        raise NotImplementedError

    def _labels(self, own: np.ndarray, q: np.ndarray | None, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if q is None:
            return np.repeat(own[:, None], self.copies, axis=1)
        return draw(q, self.copies, float((y == 1).mean()), self.prior, rng)

    def _ask(self, X: Any, y: np.ndarray, learner: Any, seed: int) -> Opinion | None:
        if self.teacher == "own":
            return None
        if self.teacher == "learner":
            return out_of_fold(X, y, learner, self.folds)
        if self.teacher == "booster":
            booster = Booster(seed).fit(X, y)
            return Opinion(booster.positive(X), booster.positive)
        stacked = Stacked(learner, seed, self.folds, self.copies, self.prior)
        opinion = stacked.ask(X, y)
        self.chosen_ = ",".join(
            f"{name}={weight:.2f}" for name, weight in zip(Committee.MEMBERS, stacked.weights_, strict=True)
        )
        return opinion
