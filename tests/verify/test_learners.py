"""Every learner that is here passes its checks, and planted bad ones are caught, each by its own."""

import importlib.util

import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.verify import conformance
from oversampling_bench.benchmarks.verify.learner_checks import CHECKS

THERE = [name for name in sorted(registry.installed("classifier")) if not registry.find("classifier", name).absent()]


@pytest.mark.parametrize("name", [*THERE, "sklearn.svm:LinearSVC", "sklearn.linear_model:SGDClassifier[alpha=0.01]"])
def test_every_learner_is_sound(name):
    assert [verdict.lines() for verdict in conformance.check(name) if verdict.status != "ok"] == []


def test_those_that_need_an_extra_are_tested_where_it_is():
    assert {"tree", "knn", "forest", "forest_leaf5", "boosting", "logistic"} <= set(THERE)
    for name in ("lightgbm", "xgboost", "catboost"):
        assert (name in THERE) == (importlib.util.find_spec(name) is not None)


LEARNER = """
import random
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier

ENCODING = "one_hot"
ARGMAX = True

class Mine(ClassifierMixin, BaseEstimator):
    def __init__(self, random_state=None, n_jobs=1):
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y):
        FIT
        self.tree_ = DecisionTreeClassifier(min_samples_leaf=5, random_state=self.random_state).fit(np.nan_to_num(X), y)
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X):
        return self.predict_proba(X)[:, 1] > 0.5

    def predict_proba(self, X):
        found = self.tree_.predict_proba(np.nan_to_num(X))
        PREDICT
        return found

def make(random_state):
    made = Mine(random_state)
    MADE
    return made
"""
BAD = {
    "is a classifier": ("MADE", "made.predict = None"),
    "decisions and scores": ("PREDICT", "found = found * 2 - 0.5"),
    "argmax where declared": ("MADE", "made.predict = lambda X: made.predict_proba(X)[:, 1] >= 0.5"),  # ties
    "same seed, same scores": ("PREDICT", "found = np.clip(found + np.random.rand() / 10, 0, 1)"),
    "global random state untouched": ("FIT", "np.random.seed(3)"),
    "input untouched": ("FIT", "X[:] = X + 1"),
    "one thread": ("MADE", "made.n_jobs = 4"),
    "can be cloned": ("MADE", "made = type('Bare', (), {n: (lambda *a, m=made, n=n, **k: getattr(m, n)(*a, **k)) "
                      "for n in ('fit', 'predict', 'predict_proba')})()"),
    "gaps and new categories": ("FIT", "assert X.shape[1] <= 8"),
    "constant columns": ("FIT", "assert X.std(axis=0).all()"),
    "all columns numeric": ("FIT", "assert X.shape[1] > 3"),
    "all columns categorical": ("FIT", "assert X.shape[1] != 5"),
}  # fmt: skip


def write(path, where, what):
    text = LEARNER
    for place in ("FIT", "PREDICT", "MADE"):
        text = text.replace(place, what if place == where else "pass")
    path.write_text(text)
    return str(path)


def test_the_good_one_is_sound(tmp_path):
    conformance.assert_sound(write(tmp_path / "good.py", "", ""))


@pytest.mark.parametrize("title", list(CHECKS))
def test_a_planted_bad_one_is_caught(tmp_path, title):
    path = write(tmp_path / "bad.py", *BAD[title])
    (verdict,) = (each for each in conformance.check(path, only=[title]) if each.check == title)
    assert verdict.status == "failed", verdict
    assert verdict.mend
