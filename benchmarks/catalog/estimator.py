"""Learners that come without a file of ours: a class of somebody's package, a pipeline in a file.

Each copy gets the seed and one thread, wherever it takes them, down to the steps of a pipeline.
"""

import inspect
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any

SEEDS = ("random_state", "random_seed")
THREADS = ("n_jobs", "thread_count", "nthread", "num_threads")
PIPELINE = "pipeline"
"""What a file calls the estimator that it brings instead of a function `make`."""


def of_class(cls: type) -> Callable[..., Any]:
    """Give the function `make` of a learner that is a class."""

    def make(random_state: int, **params: Any) -> Any:
        accepted = inspect.signature(cls).parameters
        given = _own(accepted, random_state) | params
        return prepared(cls(**given), random_state, leaving=params)

    return make


def of_estimator(estimator: Any) -> Callable[..., Any]:
    """Give the function `make` of a learner that is an estimator, unfitted; it stays as it is."""

    def make(random_state: int, **params: Any) -> Any:
        from sklearn.base import clone

        return prepared(clone(estimator).set_params(**params), random_state, leaving=params)

    return make


def prepared(estimator: Any, random_state: int, leaving: Collection[str] = ()) -> Any:
    """Give an estimator its seed and one thread; parameters in `leaving` are left as they are.

    >>> from sklearn.ensemble import BaggingClassifier
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> prepared(BaggingClassifier(DecisionTreeClassifier(), n_jobs=8), 3)
    BaggingClassifier(estimator=DecisionTreeClassifier(random_state=3), n_jobs=1,
                      random_state=3)
    """
    if hasattr(estimator, "get_params") and hasattr(estimator, "set_params"):
        found = _own(estimator.get_params(deep=True), random_state)
        if changes := {name: value for name, value in found.items() if name not in leaving}:
            estimator.set_params(**changes)
    return estimator


def with_make(module: ModuleType) -> ModuleType:
    """Give a learner's module the function `make`, where its file has an estimator instead."""
    if not hasattr(module, "make") and hasattr(module, PIPELINE):
        learner: Any = module
        learner.make = of_estimator(getattr(module, PIPELINE))
    return module


def why_no_classifier(made: Any) -> str:
    """Say what an estimator, or its class, lacks to be a classifier; nothing where it lacks nothing."""
    named = getattr(made, "__name__", type(made).__name__)
    if lacking := [name for name in ("fit", "predict") if not callable(getattr(made, name, None))]:
        return f"{named} is no classifier: it has no method {' and no '.join(lacking)}"
    if not any(callable(getattr(made, name, None)) for name in ("predict_proba", "decision_function")):
        return f"{named} is no classifier that can be ranked by: it has neither predict_proba nor decision_function"
    if not inspect.isclass(made) and hasattr(made, "__sklearn_tags__"):
        kind = made.__sklearn_tags__().estimator_type
        if kind not in (None, "classifier"):
            return f"{named} is no classifier; scikit-learn calls it: {kind.replace('_', ' ')}"
    return ""


def takes_weights(cls: type) -> bool:
    """Tell whether a class of learners can weigh errors."""
    accepted = inspect.signature(cls).parameters
    return "class_weight" in accepted or "sample_weight" in inspect.signature(cls.fit).parameters  # type: ignore[attr-defined]


def _own(names: Collection[str], random_state: int) -> dict[str, Any]:
    last = {name: name.rpartition("__")[2] for name in names}
    seeds = {name: random_state for name in names if last[name] in SEEDS}
    if {"random_state", "random_seed"} <= seeds.keys():  # two names of one thing
        del seeds["random_seed"]
    return seeds | {name: 1 for name in names if last[name] in THREADS}
