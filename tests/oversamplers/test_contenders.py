"""Which contenders are there, and what of their output is refused; whether they are sound: test_conformance.py."""

from types import SimpleNamespace

import numpy as np
import pytest
from oversampling_bench.benchmarks.catalog import registry, wrapping
from oversampling_bench.benchmarks.catalog.contract import Declared
from oversampling_bench.benchmarks.catalog.entry import Choice
from oversampling_bench.benchmarks.catalog.wrapping import Ready
from oversampling_bench.benchmarks.measure.resample import InvalidOutputError, ask, resample

NAMES = sorted(registry.installed("contender"))


def loaded(name):
    return wrapping.load(Choice(registry.find("contender", name)))


def test_the_cards_four_are_there():
    assert {"none", "gaussian_noise", "smote", "basic_vae"} <= set(NAMES)


def test_the_controls_are_there_and_say_that_they_are():
    controls = {name for name in NAMES if wrapping.declared(registry.chosen("contender", name)).role == "control"}
    assert {"none", "random", "undersample", "class_weight", "threshold"} <= controls


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    entry = registry.find("contender", name)
    assert entry.summary().endswith(".")
    assert entry.declared() == Declared.of(entry.load())


def test_a_control_that_changes_the_learner_keeps_the_rows_and_moves_its_decisions(blobs_fold):
    from sklearn.linear_model import LogisticRegression

    contender = loaded("class_weight")
    assert len(resample(contender, blobs_fold, 0).synthetic) == 0
    X, y = blobs_fold.encoded_train, blobs_fold.y_train
    plain, changed = LogisticRegression().fit(X, y), contender.changed(LogisticRegression()).fit(X, y)
    assert changed.predict(X).sum() > 2 * plain.predict(X).sum()


def test_another_seed_is_given_to_every_step_that_has_one():
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.naive_bayes import GaussianNB
    from sklearn.pipeline import make_pipeline

    contender = loaded("other_seed")
    forest = contender.changed(make_pipeline(RandomForestClassifier(random_state=3)))[0]
    assert forest.random_state != 3
    again = contender.changed(RandomForestClassifier(random_state=3))
    assert again.random_state == forest.random_state
    assert contender.changed(RandomForestClassifier(random_state=4)).random_state not in (4, again.random_state)
    contender.changed(GaussianNB())  # it draws nothing, and has no seed


def planted(output, **flags):
    """Make a contender that hands back what `output(X, y)` gives."""
    sampler = SimpleNamespace(fit_resample=output)
    module = SimpleNamespace(make=lambda random_state, sampling_strategy="auto": sampler)
    return Ready(module, Declared(**flags), {})


def added(rows):
    return lambda X, y: (np.vstack([X, rows(X)]), np.append(y, np.ones(len(rows(X)), int)))


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        (lambda X, y: (X[:, :-1], y), "rows of 5 columns"),
        (lambda X, y: (X.ravel(), y), "rows of 5 columns"),
        (lambda X, y: (X, y[:-1]), "240 labels"),
        (lambda X, y: (X, y + 1), "labels other than 0 and 1"),
        (lambda X, y: (X[1:], y[1:]), "training rows must come first"),
        (lambda X, y: (X[::-1], y[::-1]), "training rows must come first"),
        (lambda X, y: (X, 1 - y), "training rows must come first"),
        (added(lambda X: np.full_like(X[:3], np.nan)), "3 rows hold values that are not finite"),
    ],
)
def test_output_that_cannot_be_is_refused(blobs_fold, output, complaint):
    with pytest.raises(InvalidOutputError, match=complaint):
        resample(planted(output), blobs_fold, 0)


def verdict(contender, fold):
    return resample(contender, fold, 0).verdict(contender.declared.approximate, contender.declared.cleans)


def test_no_rows_and_other_counts_than_asked_are_told_apart(blobs_fold):
    nothing = planted(lambda X, y: (X, y))
    assert verdict(nothing, blobs_fold) == (
        "no_op",
        "144 rows were asked for and none came",
    )
    few = planted(added(lambda X: X[:3]))
    assert verdict(few, blobs_fold) == (
        "partial",
        "144 rows were asked for and 3 came",
    )
    declared = planted(added(lambda X: X[:3]), approximate=True)
    assert verdict(declared, blobs_fold) == (
        "ok",
        "",
    )


def test_a_cleaner_may_drop_rows_and_what_it_adds_is_found(blobs_fold):
    cleaner = planted(lambda X, y: (np.vstack([X[5:], X[:1] + 9]), np.append(y[5:], 1)), cleans=True)
    rows = resample(cleaner, blobs_fold, 0)
    assert np.array_equal(rows.synthetic, blobs_fold.encoded_train[:1] + 9)
    assert len(rows.X) == len(blobs_fold.y_train) - 5 + 1


def test_a_contender_that_writes_into_its_input_reaches_nobody_else(blobs_fold):
    before = blobs_fold.encoded_train.copy()

    def vandal(X, y):
        X[:] = 0
        return X, y

    with pytest.raises(InvalidOutputError):
        resample(planted(vandal), blobs_fold, 0)
    assert np.array_equal(blobs_fold.encoded_train, before)


def test_a_table_contender_sees_categories_and_is_encoded_afterwards(blobs_fold, plugin):
    rows = resample(loaded(plugin("mixed")), blobs_fold, 0)
    assert rows.synthetic.shape == (144, 5)
    assert set(np.unique(rows.synthetic[:, 2:])) == {0.0, 1.0}
    assert ask(loaded(plugin("mixed")), blobs_fold, 0, "auto").encode_s > 0


def test_a_table_contender_that_loses_a_column_is_refused(blobs_fold):
    loses = planted(lambda X, y: (X.drop(columns="width"), y), space="table")
    with pytest.raises(InvalidOutputError, match="DataFrame with the columns"):
        resample(loses, blobs_fold, 0)
