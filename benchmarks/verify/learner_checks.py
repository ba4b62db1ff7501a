"""What a learner must do, check by check, in the manner of `contender_checks`."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.contract import Declared
from ..catalog.entry import Entry
from ..catalog.estimator import THREADS, why_no_classifier
from ..errors import one_line
from ..measure.rows.encoder import encoded_fold
from ..measure.rows.encodings import test_rows, training_rows
from ..measure.rows.folds import Training, Unlabelled
from .subject import Broken, global_states, seed_everything, touched
from .tables import STRANGE, ordinary


@dataclass(frozen=True)
class Learning:
    """A learner under check, with the parameters that it is checked with."""

    entry: Entry
    make: Callable[..., Any]
    params: dict[str, Any]

    @property
    def declared(self) -> Declared:
        """What it declares."""
        return self.entry.declared()

    def made(self, seed: int = 0) -> Any:
        """Make the classifier."""
        return self.make(random_state=seed, **self.params)

    def rows(self, X: pd.DataFrame, y: np.ndarray) -> tuple[Any, np.ndarray, Any]:
        """Split a table; give rows to learn from, their labels, rows to predict, as the learner wants them."""
        fold = encoded_fold(X, pd.Series(y), np.flatnonzero(~_tested(X)), np.flatnonzero(_tested(X)))
        training = Training.of(fold)
        encoding = self.declared.encoding
        learnt = training_rows(encoding, fold.encoded_train, training)
        return learnt, fold.y_train.copy(), test_rows(encoding, Unlabelled.of(fold), training)

    def predicted(self, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Give decisions and scores, each (m,), of a new classifier on the ordinary table."""
        X, y, X_test = self.rows(*ordinary())
        made = self.made(seed).fit(X, y)
        return np.asarray(made.predict(X_test)), scores_of(made, X_test)


def scores_of(made: Any, X: Any) -> np.ndarray:
    """Give probabilities of the positive class; of a learner without any, what it ranks by."""
    if hasattr(made, "predict_proba"):
        return np.asarray(made.predict_proba(X))[:, list(made.classes_).index(1)]
    return np.asarray(made.decision_function(X))


def is_a_classifier(subject: Learning) -> None:
    """Expect fit, predict, and predict_proba or decision_function."""
    if why := why_no_classifier(subject.made()):
        raise Broken("a classifier from make()", why, "return one, or a meta-estimator that makes one of it")


def decisions_and_scores(subject: Learning) -> None:
    """Expect a decision and a score for each row, classes 0 and 1, probabilities between 0 and 1."""
    X, y, X_test = subject.rows(*ordinary())
    made = subject.made()
    if made.fit(X, y) is None:
        raise Broken("self from fit", "None", "end fit with: return self")
    if list(made.classes_) != [0, 1]:
        raise Broken("classes_ of 0 and 1", f"{list(made.classes_)}", "set self.classes_ = np.unique(y) in fit")
    decisions, scores = np.asarray(made.predict(X_test)), scores_of(made, X_test)
    mend = "give one number a row of X"
    if decisions.shape != (len(X_test),) or not np.isin(decisions, [0, 1]).all():
        raise Broken(f"{len(X_test)} decisions, 0 or 1", f"an array of shape {decisions.shape}", mend)
    if scores.shape != (len(X_test),) or not np.isfinite(scores).all():
        raise Broken(f"{len(X_test)} finite scores", f"an array of shape {scores.shape}", mend)
    if hasattr(made, "predict_proba") and ((scores < 0) | (scores > 1)).any():
        raise Broken("probabilities between 0 and 1", "others", "give probabilities, or decision_function instead")


def argmax_where_declared(subject: Learning) -> None:
    """Expect that one that declares ARGMAX decides for the class of the largest probability, ties among them."""
    if not subject.declared.argmax:
        return
    X, y = ordinary()
    # Twins with both labels: for many a learner, all probabilities are one half.
    for table, labels in ((X, y), (pd.concat([X, X], ignore_index=True), np.concatenate([y, 1 - y]))):
        learnt, of_learnt, tested = subject.rows(table, labels)
        made = subject.made().fit(learnt, of_learnt)
        wanted = made.classes_[np.asarray(made.predict_proba(tested)).argmax(axis=1)]
        if differing := int((np.asarray(made.predict(tested)) != wanted).sum()):
            raise Broken(
                "predict() to say the class of the largest probability, the first of several (ARGMAX)",
                f"another one for {differing} of {len(wanted)} rows",
                "take ARGMAX out",
            )


def same_seed_same_scores(subject: Learning) -> None:
    """Expect the same scores from two classifiers with one seed, whatever the global random states."""
    seed_everything(1)
    first = subject.predicted()
    seed_everything(2)
    if not all(np.array_equal(one, two) for one, two in zip(first, subject.predicted(), strict=True)):
        raise Broken(
            "the same scores from two classifiers with random_state=0",
            "different ones",
            "hand random_state on to whatever draws, and let it compute on one thread",
        )


def global_random_state_untouched(subject: Learning) -> None:
    """Expect Python's, numpy's and torch's global random states as they were."""
    before = global_states()
    subject.predicted()
    if changed := touched(before):
        raise Broken(
            "the global random states untouched",
            f"that of {' and '.join(changed)} was changed",
            "give it random_state: without a seed, scikit-learn's estimators draw from numpy's global state",
        )


def input_untouched(subject: Learning) -> None:
    """Expect X and y as they were."""
    X, y, X_test = subject.rows(*ordinary())
    before = [pickle.dumps(each) for each in (X, y, X_test)]
    made = subject.made().fit(X, y)
    made.predict(X_test)
    scores_of(made, X_test)
    if [pickle.dumps(each) for each in (X, y, X_test)] != before:
        raise Broken("X and y as they were", "they were written into", "work on a copy: X = X.copy()")


def one_thread(subject: Learning) -> None:
    """Expect that whatever has a number of threads, down to the steps of a pipeline, has one."""
    made = subject.made()
    found = made.get_params(deep=True) if hasattr(made, "get_params") else {}
    more = {name: value for name, value in found.items() if name.rpartition("__")[2] in THREADS}
    if more := {name: value for name, value in more.items() if value not in (None, 1)}:
        came = ", ".join(f"{name}={value}" for name, value in more.items())
        raise Broken("one thread", came, "cells run side by side, on one thread each")


def can_be_cloned(subject: Learning) -> None:
    """Expect that scikit-learn can clone it, as the moved threshold does."""
    from sklearn.base import clone

    try:
        clone(subject.made())
    except Exception as error:
        raise Broken(
            "a classifier that sklearn.base.clone takes",
            one_line(error),
            "inherit from sklearn.base.BaseEstimator, and keep what __init__ is given under the same names",
        ) from error


def gaps_and_new_categories(subject: Learning) -> None:
    """Expect predictions for a category that no training row has, and where there are gaps."""
    X, y = ordinary()
    tested, number = _tested(X), np.arange(len(X))
    X = X.apply(lambda column: column.mask(~tested & (number % 11 == X.columns.get_loc(column.name))))
    colour = pd.Series(np.where(tested, "new", X["colour"].astype(object))).astype("category")
    _expect_scores(subject, *subject.rows(X.assign(colour=colour, shape=X["shape"].astype("category")), y))


def _tested(X: pd.DataFrame) -> np.ndarray:
    tested: np.ndarray = np.arange(len(X)) % 5 == 0
    return tested


def _strange(name: str) -> Callable[[Learning], None]:
    def check(subject: Learning) -> None:
        _expect_scores(subject, *subject.rows(*STRANGE[name]()))

    check.__doc__ = f"Finite scores on a table with {name}."
    return check


def _expect_scores(subject: Learning, X: Any, y: np.ndarray, X_test: Any) -> None:
    try:
        scores = scores_of(subject.made().fit(X, y), X_test)
    except Exception as error:
        raise Broken(
            "a score for each row", one_line(error), "handle it, or say with ENCODING what it can take"
        ) from error
    if not np.isfinite(scores).all():
        raise Broken("finite scores", f"{np.count_nonzero(~np.isfinite(scores))} that are not", "see what divides by 0")


CHECKS: dict[str, Callable[[Learning], None]] = {
    "is a classifier": is_a_classifier,
    "decisions and scores": decisions_and_scores,
    "argmax where declared": argmax_where_declared,
    "same seed, same scores": same_seed_same_scores,
    "global random state untouched": global_random_state_untouched,
    "input untouched": input_untouched,
    "one thread": one_thread,
    "can be cloned": can_be_cloned,
    "gaps and new categories": gaps_and_new_categories,
    **{name: _strange(name) for name in ("constant columns", "all columns numeric", "all columns categorical")},
}
