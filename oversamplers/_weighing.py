"""Learners that weigh errors by the inverse of the class frequencies, each by the way that it has for that."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if


def weighing(estimator: Any) -> Any:
    """Give the same learner, weighing.

    Raises
    ------
    TypeError
        If it has neither class weights nor sample weights.
    """
    last, before = estimator, ""
    if isinstance(estimator, Pipeline):
        before, last = f"{estimator.steps[-1][0]}__", estimator.steps[-1][1]
    if "class_weight" in last.get_params():
        return estimator.set_params(**{f"{before}class_weight": "balanced"})
    if "sample_weight" not in inspect.signature(last.fit).parameters:
        raise TypeError(f"{type(last).__name__} takes no weights")
    return Weighing(estimator, f"{before}sample_weight")


def _has(name: str) -> Any:
    return available_if(lambda self: hasattr(getattr(self, "estimator_", self.estimator), name))


class Weighing(ClassifierMixin, BaseEstimator):
    """A learner that is given a weight for each row; `called` is what its `fit` calls them."""

    def __init__(self, estimator: Any, called: str = "sample_weight"):
        self.estimator = estimator
        self.called = called

    def fit(self, X: Any, y: np.ndarray) -> Weighing:
        """Learn from rows (n, d) and labels (n,)."""
        weights = compute_sample_weight("balanced", y)
        self.estimator_ = clone(self.estimator).fit(X, y, **{self.called: weights})
        self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Decide: a label for each row (m, d)."""
        return np.asarray(self.estimator_.predict(X))

    @_has("predict_proba")
    def predict_proba(self, X: Any) -> np.ndarray:
        """Give the probability of each class for each row, (m, 2)."""
        return np.asarray(self.estimator_.predict_proba(X))

    @_has("decision_function")
    def decision_function(self, X: Any) -> np.ndarray:
        """Give a number for each row, (m,)."""
        return np.asarray(self.estimator_.decision_function(X))
