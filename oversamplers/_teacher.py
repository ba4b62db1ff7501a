"""Teachers: who says how likely a row is to be positive, whether to believe it, and the labels that come of it.

Labels of a stronger learner: Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network,
doi 10.48550/arXiv.1503.02531.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from ._booster import MAX_LEVELS, Booster
from ._delong import Trials

MAX_TRIED, MIN_TRIED = 10_000, 200
"""Chance training rows that a teacher is tried on at most, and of the rarer class at least, where there are as many:
whether it helps shows on these in a part of the time."""

FEWEST = 5
"""Rows of a class on an inner fold, with fewer of which nothing can be shown: the test's 5 % would be more."""

SHOWN = 1.645
"""Standard errors by which a taught learner's AUC is above the untaught one's where that is shown: one-sided 5 %."""

PULL = 5.0
"""How much log loss, in nats, equal weights of a committee are worth."""

DECIDED = 3.0
"""Standard errors with which further inner folds are not waited for."""


class Declined(Exception):  # noqa: N818
    """No teacher is shown to help; the message says by what."""


@dataclass(frozen=True)
class Opinion:
    """What a teacher says: `seen`, (n,), of the training rows, and `positive` of others, (m, d) -> (m,)."""

    seen: np.ndarray
    positive: Callable[[Any], np.ndarray]


class Forest:
    """A random forest where no learner is told: what `inner.InnerLearner` of the harness's contract asks of one."""

    ranked = False

    def __init__(self, X: Any, y: np.ndarray, seed: int):
        self.y, self.seed = y, seed

    def folds(self, number: int = 3) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give inner folds, stratified."""
        if (fewest := np.unique(self.y, return_counts=True)[1].min()) < number:
            raise ValueError(f"{fewest} rows of a class are too few for {number} folds")
        yield from StratifiedKFold(number, shuffle=True, random_state=self.seed).split(self.y, self.y)

    def fitted(self, X: Any, y: np.ndarray) -> Callable[[Any], np.ndarray]:
        """Fit it; give what tells the probability of the positive class of rows."""
        return _positive(make_pipeline(_numbers(X), RandomForestClassifier(random_state=self.seed)).fit(X, y))


class Committee:
    """Boosted trees, a random forest by its out-of-bag votes, and logistic regression, fitted to rows (n, d).

    Attributes
    ----------
    seen : ndarray of shape (n, 3)
        The log-odds that each gives the training rows. Of the forest, those of trees that have not seen the row; the
        other two are too smooth, or learn too slowly, to know a row by heart.
    """

    MEMBERS = ("booster", "forest", "logistic")

    def __init__(self, X: Any, y: np.ndarray, seed: int):
        booster = Booster(seed).fit(X, y)
        forest = RandomForestClassifier(min_samples_leaf=5, oob_score=True, random_state=seed)
        numbers = _numbers(X)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # rows without a vote, of which there are some among few rows
            votes = forest.fit(numbers.fit_transform(X), y).oob_decision_function_[:, 1]
        logistic = LogisticRegression(max_iter=1000).fit(numbers.transform(X), y)
        self._of_rows = booster.positive
        self._of_numbers = [(numbers, forest), (numbers, logistic)]
        self.seen = self._odds(X, {1: np.where(np.isnan(votes), y.mean(), votes)})

    def odds(self, X: Any) -> np.ndarray:
        """Give the log-odds of other rows (m, d), (m, 3)."""
        return self._odds(X, {})

    def _odds(self, X: Any, known: Mapping[int, np.ndarray]) -> np.ndarray:
        said = [self._of_rows(X)]
        for number, (numbers, member) in enumerate(self._of_numbers, start=1):
            of_others = number not in known
            said.append(member.predict_proba(numbers.transform(X))[:, 1] if of_others else known[number])
        # A vote of none, or of all, of 100 trees is no certainty.
        return np.asarray(logit(np.column_stack(said).clip(1e-3, 1 - 1e-3)))


def weigh(odds: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weigh the members of a committee by what they say, (n, k), of rows that they have not seen.

    Stacking: Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1. The mean of the log-odds, weighed, has the lowest log
    loss with a penalty for unequal weights, which counts where rows are few. Weights are at least 0, their sum is 1.
    """
    k = odds.shape[1]
    equal = np.full(k, 1 / k)

    def loss(weights: np.ndarray) -> float:
        mean = odds @ weights
        return float(np.logaddexp(0, mean).sum() - (y * mean).sum() + PULL * ((weights - equal) ** 2).sum())

    def gradient(weights: np.ndarray) -> np.ndarray:
        return np.asarray(odds.T @ (expit(odds @ weights) - y) + 2 * PULL * (weights - equal))

    whole = {"type": "eq", "fun": lambda weights: weights.sum() - 1, "jac": lambda weights: np.ones(k)}
    found = minimize(loss, equal, jac=gradient, bounds=[(0, 1)] * k, constraints=whole, method="SLSQP")
    weights = np.clip(found.x, 0, 1)
    return np.asarray(weights / weights.sum())


@dataclass
class Stacked:
    """A committee whose weights are found on inner folds, tried on the same folds before it is asked.

    On each fold it is tried with weights of the others, whose committees have learnt from its rows: these have a say in
    three numbers, and in none of the labels.

    Attributes
    ----------
    weights_ : ndarray of shape (3,)
    """

    learner: Any
    seed: int
    folds: int
    copies: int
    prior: float

    def ask(self, X: Any, y: np.ndarray) -> Opinion:
        """Give the opinion on training rows (n, d) with labels (n,).

        Raises
        ------
        Declined
            If copies of rows under the committee's labels are not shown to raise the learner's AUC, or that cannot be
            tried.
        """
        rng = np.random.default_rng(self.seed)
        sample = _sample(y, rng)
        try:
            parts = [(train[sample[train]], test[sample[test]]) for train, test in self.learner.folds(self.folds)]
            if min(_rarer(y[side]) for part in parts for side in part) < FEWEST:
                raise ValueError(f"one has fewer than {FEWEST} rows of a class")
            fitted = [Committee(_take(X, train), y[train], self.seed) for train, _ in parts]
        except ValueError as error:
            raise Declined(f"no teacher can be tried on {self.folds} inner folds: {error}") from error
        odds = [committee.odds(_take(X, test)) for committee, (_, test) in zip(fitted, parts, strict=True)]
        trials = Trials()
        for number, (train, test) in enumerate(parts):
            others = [each for each in range(len(parts)) if each != number]
            weights = weigh(
                np.concatenate([odds[each] for each in others]), np.concatenate([y[parts[each][1]] for each in others])
            )
            self._try(trials, X, y, train, test, expit(fitted[number].seen @ weights), rng)
            z = trials.found.z
            if abs(z) > DECIDED or (number and z < 0):  # after two folds, it would hardly be shown any more
                break
        if not trials.found.z > SHOWN:
            raise Declined(
                "the teacher is not shown to raise the learner's AUC inside the training rows: "
                f"{trials.found.gain:+.4f} ± {trials.found.error:.4f}"
            )
        self.weights_ = weights = weigh(np.concatenate(odds), np.concatenate([y[test] for _, test in parts]))
        whole = Committee(X, y, self.seed)
        return Opinion(expit(whole.seen @ weights), lambda rows: np.asarray(expit(whole.odds(rows) @ weights)))

    def _try(
        self,
        trials: Trials,
        X: Any,
        y: np.ndarray,
        train: np.ndarray,
        test: np.ndarray,
        q: np.ndarray,
        rng: np.random.Generator,
    ) -> None:
        X_train, y_train, X_test = _take(X, train), y[train], _take(X, test)
        labels = draw(q, self.copies, float(y_train.mean()), self.prior, rng)
        again = np.concatenate([np.arange(len(train)), np.repeat(np.arange(len(train)), self.copies)])
        taught = self.learner.fitted(_take(X_train, again), np.concatenate([y_train, labels.ravel()]))
        trials.add(y[test], taught(X_test), self.learner.fitted(X_train, y_train)(X_test))


def out_of_fold(X: Any, y: np.ndarray, learner: Any, folds: int) -> Opinion:
    """Ask the learner itself: of each training row, the one that was fitted without it, and of others the mean.

    Raises
    ------
    ValueError
        If it has no probabilities, or there are too few positives for so many folds.
    """
    if learner.ranked:
        raise ValueError("the learner ranks, and has no probabilities that labels could be drawn from")
    seen, models = np.full(len(y), np.nan), []
    for train, test in learner.folds(folds):
        models.append(learner.fitted(_take(X, train), y[train]))
        seen[test] = models[-1](_take(X, test))

    def positive(rows: Any) -> np.ndarray:
        return np.asarray(np.mean([model(rows) for model in models], axis=0))

    first = np.isnan(seen)
    if first.any():  # of rows with times, the first stretch, which every fold trains on: judged by what came after
        seen[first] = learner.fitted(_take(X, ~first), y[~first])(_take(X, first))
    return Opinion(seen, positive)


def _rarer(y: np.ndarray) -> int:
    positives = int((y == 1).sum())
    return min(positives, len(y) - positives)


def _sample(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the rows that are tried, (n,) of bool: the classes as they are, but for a rarer one that is too rare."""
    chosen = np.zeros(len(y), dtype=bool)
    for label in (0, 1):
        of_class = rng.permutation(np.flatnonzero(y == label))
        chosen[of_class[: max(round(MAX_TRIED * len(of_class) / len(y)), MIN_TRIED)]] = True
    return chosen


def _numbers(X: Any) -> Any:
    if not isinstance(X, pd.DataFrame):
        return StandardScaler()
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_LEVELS)
    return make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_exclude="category")),
        (make_pipeline(FunctionTransformer(_words), one_hot), make_column_selector(dtype_include="category")),
        sparse_threshold=0,
    )


def _words(X: pd.DataFrame) -> pd.DataFrame:
    return X.astype(str)  # categories may be of several types


def _positive(classifier: Any) -> Callable[[Any], np.ndarray]:
    return lambda rows: np.asarray(classifier.predict_proba(rows)[:, 1])


def _take(X: Any, rows: np.ndarray) -> Any:
    return X.iloc[np.arange(len(X))[rows]] if isinstance(X, pd.DataFrame) else X[rows]


def draw(q: np.ndarray, copies: int, share: float, prior: float, rng: np.random.Generator) -> np.ndarray:
    """Draw the labels of `copies` equal rows of each q, (m, copies), the positive ones first.

    Of each row, s = copies * expit(logit q + max(0, logit prior - logit share)) are positive, rounded at random,
    floor(s + U): right in the mean, where the nearest whole number would call every q below 1 / (2 * copies) certain.
    """
    with np.errstate(divide="ignore"):  # a prior of 0 moves nothing
        shift = max(0.0, float(logit(prior) - logit(share)))
    wanted = copies * expit(logit(q.clip(1e-6, 1 - 1e-6)) + shift)
    positive = np.floor(wanted + rng.random(len(q)))
    return np.asarray(np.arange(copies) < positive[:, None], dtype=np.int64)
