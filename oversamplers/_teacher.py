"""Teachers: who says how likely a row is to be positive, whether to believe it, and the labels that come of it.

Labels of a stronger learner: Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network,
doi 10.48550/arXiv.1503.02531. What `relabelled` and `filtered` share; they differ in the rows that are labelled.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import rankdata
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from ._booster import MAX_LEVELS, Booster
from ._rows import RowsAsTheyAre

TEACHERS = ("stacked", "booster", "learner", "own")

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


@dataclass(frozen=True)
class Tried:
    """By how much the AUC of the taught learner is above that of the untaught one, and the standard error of that."""

    gain: float
    error: float

    @property
    def z(self) -> float:
        """The one over the other."""
        return self.gain / self.error if self.error else 0.0


@dataclass
class Trials:
    """The AUC of learners on the same test rows, fold by fold, compared as DeLong et al. 1988 do, doi 10.2307/2531595.

    Their variance is that of the test rows alone, given what was fitted.
    """

    gains: list[float]
    variances: list[float]

    def add(self, y: np.ndarray, taught: np.ndarray, untaught: np.ndarray) -> None:
        """Add a fold: labels (m,), and what both say of the rows."""
        ours, theirs = (_placements(y, said) for said in (taught, untaught))
        differences = [one - other for one, other in zip(ours, theirs, strict=True)]
        self.gains.append(float(differences[0].mean()))
        self.variances.append(sum(float(each.var(ddof=1)) / len(each) for each in differences))

    @property
    def found(self) -> Tried:
        """Mean over the folds."""
        return Tried(float(np.mean(self.gains)), float(np.sqrt(sum(self.variances)) / len(self.variances)))


def _placements(y: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each positive, the share of negatives below it, and of each negative that of positives above; ties half.

    >>> _placements(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    (array([0.75, 1.  ]), array([1.  , 0.75]))
    """
    positives, negatives = said[y == 1], said[y == 0]
    ranks = rankdata(np.concatenate([positives, negatives]))
    below = (ranks[: len(positives)] - rankdata(positives)) / len(negatives)
    above = 1 - (ranks[len(positives) :] - rankdata(negatives)) / len(positives)
    return below, above


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
        trials = Trials([], [])
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
        "teacher": [StrOptions(set(TEACHERS))],
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
