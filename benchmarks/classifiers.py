"""The learners that every contender's rows are taught to. One thread each: cells are what runs in parallel."""

from collections.abc import Callable
from typing import Any


def forest(random_state: int, **params: Any) -> Any:
    """Random forest of 100 trees, the article's."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=100, n_jobs=1, random_state=random_state, **params)


def forest_leaf5(random_state: int) -> Any:
    """Random forest of 100 trees with at least 5 rows in a leaf: its probabilities are smoother."""
    return forest(random_state, min_samples_leaf=5)


def logistic(random_state: int) -> Any:
    """Logistic regression, L2 with C = 1."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000, random_state=random_state)


def boosting(random_state: int) -> Any:
    """Histogram gradient boosting with scikit-learn's defaults."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=random_state)


CLASSIFIERS: dict[str, Callable[[int], Any]] = {
    make.__name__: make for make in (forest, forest_leaf5, logistic, boosting)
}
