"""Teachers: the labels that are drawn, the weights, the trial inside the training rows, and what is declined."""

import numpy as np
import oversampling_bench as ob
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog import label, registry, resolve, wrapping
from oversampling_bench.benchmarks.catalog.entry import Choice
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.inner import Inner, Pupil
from oversampling_bench.benchmarks.measure.rows.encoder import make_fold
from oversampling_bench.benchmarks.measure.rows.folds import Training
from oversampling_bench.benchmarks.verify.tables import ordinary
from oversampling_bench.oversamplers import _delong, _teacher, relabelled
from sklearn.metrics import roc_auc_score


def loaded(text):
    name, params = label.parse(text)
    return wrapping.load(Choice(registry.find("contender", name), params))


def noisy_table(n=1500):
    """Give a table whose first two columns say how likely a row is to be positive, and no row more than that."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n), "c": rng.normal(size=n)})
    X["kind"] = pd.Categorical(rng.choice(["x", "y"], n))
    y = (rng.random(n) < 1 / (1 + np.exp(1.5 - X["a"] - X["b"]))).astype(int)
    return X, y


@pytest.fixture(scope="module")
def fold():
    return make_fold(*noisy_table(), chosen("protocol", "strict"), 0)


def inner_of(contender, fold, learner="forest"):
    return Inner(loaded(contender), chosen("classifier", learner), Training.of(fold), 0, None)


def test_the_share_of_positives_of_worked_rows():
    # A tenth is positive: logit p = -ln 9. Of q of 0.5, 0.1 and 0.025, odds of 1, 1/9 and 1/39.
    q = np.repeat([0.5, 0.1, 0.025], 4000)

    def share(prior):
        labels = _teacher.draw(q, 4, 0.1, prior, np.random.default_rng(0)).reshape(3, 4000, 4)
        assert (np.diff(labels, axis=2) <= 0).all()  # the positive ones first
        counts = labels.sum(axis=2)
        return counts.mean(axis=1) / 4, [set(each.tolist()) for each in counts]

    means, counts = share(0.0)
    assert means == pytest.approx([0.5, 0.1, 0.025], abs=0.006)
    assert counts == [{2}, {0, 1}, {0, 1}]  # 4 q is 2, 0.4 and 0.1: one of the two whole numbers around it
    # As if half were: odds times nine are 9, 1 and 9/39, 0.9, 0.5 and 0.1875; times four, 3.6, 2 and 0.75.
    means, counts = share(0.5)
    assert means == pytest.approx([0.9, 0.5, 0.1875], abs=0.006)
    assert counts == [{3, 4}, {2}, {0, 1}]
    # Where more are positive than the prior says, nothing is moved.
    assert share(0.05)[0] == pytest.approx([0.5, 0.1, 0.025], abs=0.006)


def test_the_gain_is_that_of_the_auc_and_its_error_that_of_the_test_rows():
    rng = np.random.default_rng(0)

    def drawn():
        y = np.repeat([0, 1], [150, 50])
        signal = y + rng.normal(size=200)
        return y, signal + 0.3 * rng.normal(size=200), signal + rng.normal(size=200)

    found = []
    for _ in range(300):
        y, taught, untaught = drawn()
        trials = _delong.Trials()
        trials.add(y, taught, untaught)
        found.append(trials.found)
        assert trials.found.gain == pytest.approx(roc_auc_score(y, taught) - roc_auc_score(y, untaught))
    gains = np.array([one.gain for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(gains.std(), rel=0.15)


def test_weights_go_to_who_knows_and_stay_near_equal_where_rows_are_few():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=5000)
    y = (rng.random(5000) < 1 / (1 + np.exp(-truth))).astype(int)
    odds = np.column_stack([truth, rng.normal(size=5000), rng.normal(size=5000)])
    weights = _teacher.weigh(odds, y)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] > 0.95
    assert _teacher.weigh(odds[:6], y[:6]) == pytest.approx([1 / 3] * 3, abs=0.2)


def test_out_of_fold_each_row_is_judged_by_who_has_not_seen_it(fold):
    class Parrot:
        ranked = False

        def folds(self, number):
            parts = np.array_split(np.arange(len(fold.y_train)), number)
            for test in parts:
                yield np.setdiff1d(np.arange(len(fold.y_train)), test), test

        def fitted(self, X, y):
            known = set(X["a"])
            return lambda rows: np.array([value in known for value in rows["a"]], dtype=float)

    said = _teacher.out_of_fold(fold.X_train, fold.y_train, Parrot(), 4)
    assert said.seen.max() == 0.0
    assert said.positive(fold.X_train) == pytest.approx(np.full(len(fold.y_train), 0.75))


def test_copies_alone_are_added_and_the_training_rows_stay(fold):
    sampled = inner_of("relabelled[copies=3,teacher=booster]", fold).sampled()
    n = len(fold.y_train)
    assert len(sampled.y) == 4 * n
    assert np.array_equal(sampled.X[:n], fold.encoded_train)
    assert np.array_equal(sampled.y[:n], fold.y_train)
    assert np.array_equal(sampled.X[n:], np.repeat(fold.encoded_train, 3, axis=0))
    assert not np.array_equal(sampled.y[n:], np.repeat(fold.y_train, 3))
    own = inner_of("relabelled[copies=3,teacher=own]", fold).sampled()
    assert np.array_equal(own.y[n:], np.repeat(fold.y_train, 3))


def test_a_forest_that_believes_every_row_is_taught(fold):
    inner = inner_of("relabelled", fold)
    sampled = inner.sampled()
    assert sampled.declined == ""
    assert sampled.chosen.startswith("booster=")
    assert inner.fits >= 2
    weights = [float(part.partition("=")[2]) for part in sampled.chosen.split(",")]
    assert sum(weights) == pytest.approx(1.0, abs=0.02)
    assert len(sampled.y) == 11 * len(fold.y_train)


def test_a_learner_that_knows_as_much_is_left_alone_with_the_reason(fold):
    inner = inner_of("relabelled", fold, learner="logistic")
    sampled = inner.sampled()
    assert "not shown to raise the learner's AUC inside the training rows: " in sampled.declined
    assert np.array_equal(sampled.X, fold.encoded_train)
    assert inner.fits in (4, 6, 8, 10)  # two a fold


def test_the_learners_own_votes_are_labels_only_where_it_has_probabilities(fold):
    assert len(inner_of("relabelled[teacher=learner,copies=1,folds=2]", fold).sampled().y) == 2 * len(fold.y_train)
    with pytest.raises(ValueError, match="the learner ranks"):
        inner_of("relabelled[teacher=learner]", fold, learner="sklearn.svm:LinearSVC").sampled()


def test_a_share_of_the_labelled_rows_may_be_training_rows(fold):
    n = len(fold.y_train)
    sampled = inner_of("filtered[new=0.5,candidates=2.0,copies=2,teacher=booster]", fold).sampled()
    known = {row.tobytes() for row in fold.encoded_train}
    added = [row.tobytes() in known for row in sampled.X[n:]]
    assert len(added) == 4 * n
    assert np.mean(added) == pytest.approx(0.5, abs=0.01)


def test_rows_with_times_are_tried_forwards():
    X, y = noisy_table(1500)
    X["year"] = np.arange(1500) // 30
    fold = make_fold(X, pd.Series(y), chosen("protocol", "time_order[column=year]"), 0)
    pupil = Pupil(chosen("classifier", "forest"), Training.of(fold), "table", 0)
    years = fold.X_train["year"].to_numpy()
    for train, test in pupil.folds(3):
        assert years[train].max() < years[test].min()
    said = _teacher.out_of_fold(fold.X_train, fold.y_train, pupil, 3)
    assert np.isfinite(said.seen).all()
    assert len(inner_of("relabelled", fold).sampled().y) in (len(fold.y_train), 11 * len(fold.y_train))


FEW = ordinary(60, 1)
EQUAL = pd.DataFrame({"a": np.ones(60), "b": pd.Categorical(["x"] * 60)}), np.repeat([0, 1], [45, 15])


@pytest.mark.parametrize(("X", "y"), [FEW, EQUAL], ids=["one minority row", "all rows equal"])
@pytest.mark.parametrize("name", ["relabelled", "filtered[of=smote]", "filtered"])
def test_where_nothing_can_be_tried_it_declines(name, X, y):
    numbers = X.select_dtypes("number").to_numpy(np.float32)
    contender = loaded(name)
    rows = numbers if contender.declared.space == "encoded" else X
    sampler = contender.sampler(0)
    X_new, y_new = sampler.fit_resample(rows, y)
    assert len(X_new) == len(y_new) == len(X)
    assert sampler.declined_


def test_a_teacher_that_cannot_be_fitted_is_declined(fold, monkeypatch):
    def fails(self, X, y):
        raise ValueError("planted")

    monkeypatch.setattr(_teacher.Booster, "fit", fails)
    sampler = relabelled.make(0, copies=3, folds=2)
    sampler.fit_resample(fold.X_train, fold.y_train)
    assert sampler.declined_ == "no teacher can be tried on 2 inner folds: planted"
    with pytest.raises(ValueError, match="planted"):
        relabelled.make(0, teacher="booster").fit_resample(fold.X_train, fold.y_train)


def test_missing_values_are_an_error(fold):
    X = fold.X_train.assign(a=np.where(fold.X_train["a"] > 1, np.nan, fold.X_train["a"]))
    with pytest.raises(ValueError, match="X has missing values"):
        relabelled.make(0).fit_resample(X, fold.y_train)


def test_it_is_a_sampler_of_its_own_outside_the_harness(fold):
    sampler = relabelled.make(0, copies=3, folds=2)
    X_new, y_new = sampler.fit_resample(fold.X_train, fold.y_train)
    assert sampler.chosen_
    assert list(X_new.dtypes) == list(fold.X_train.dtypes)
    again = relabelled.make(0, copies=3, folds=2).fit_resample(fold.X_train, fold.y_train)
    assert np.array_equal(y_new, again[1])


@pytest.mark.parametrize("learner", ["forest", "logistic"])
def test_the_estimator_that_advise_writes_teaches_its_own_learner(learner):
    X, y = noisy_table()
    ours = ob.Oversampled("relabelled", learner, random_state=0).fit(X, y)
    plain = ob.Oversampled("none", learner, random_state=0).fit(X, y)
    same = np.array_equal(ours.predict_proba(X), plain.predict_proba(X))
    assert same == (learner == "logistic"), "a forest is taught, and logistic regression knows as much"


@pytest.mark.parametrize("outer", ["threshold[of={}]", "recalibrated[of={}]", "tuned[budget=4,folds=2,of={}]"])
def test_tuners_wrap_it(fold, outer):
    inner = inner_of(outer.format("relabelled[copies=2,folds=2]"), fold, learner="tree")
    inner.tune()
    assert len(inner.sampled().y) >= len(fold.y_train)


def test_few_positives_among_many_rows_are_all_tried_or_it_declines(monkeypatch):
    monkeypatch.setattr(_teacher, "MAX_TRIED", 600)
    rng = np.random.default_rng(1)
    X = pd.DataFrame({"a": rng.normal(size=6000), "b": rng.normal(size=6000)})
    for positives, why in ((30, "not shown to raise"), (12, "one has fewer than 5 rows of a class")):
        y = np.zeros(6000, dtype=int)
        y[rng.permutation(6000)[:positives]] = 1
        assert _teacher._sample(y, rng)[y == 1].sum() == positives
        sampler = relabelled.make(0)
        assert len(sampler.fit_resample(X, y)[1]) == 6000
        assert why in sampler.declined_


def test_the_first_stretch_of_time_is_judged_by_what_came_after(fold):
    n = len(fold.y_train)

    class Forwards:
        ranked = False

        def folds(self, number):
            yield np.arange(n // 2), np.arange(n // 2, n)

        def fitted(self, X, y):
            known = set(X["a"])
            return lambda rows: np.array([value in known for value in rows["a"]], dtype=float)

    assert _teacher.out_of_fold(fold.X_train, fold.y_train, Forwards(), 2).seen.max() == 0.0


def test_what_is_wrapped_gets_the_learner_too(fold):
    inner = inner_of("filtered[of=relabelled[teacher=learner,copies=1,folds=2],teacher=own,copies=1]", fold, "logistic")
    sampled = inner.sampled()
    assert len(sampled.y) > len(fold.y_train)
    assert inner.fits == 2
    with pytest.raises(UsageError, match="unknown parameter of contender 'relabelled': 'learner'"):
        resolve.check_parameters(Choice(registry.find("contender", "relabelled"), {"learner": "tree"}))


def test_columns_and_categories_may_have_odd_names():
    X, y = noisy_table(600)
    X.columns = [0, 1, 2, 3]
    X[3] = pd.Categorical([1 if value == "x" else "one" for value in X[3]])
    sampler = relabelled.make(0, folds=2)
    X_new, _ = sampler.fit_resample(X, y)
    assert list(X_new.columns) == [0, 1, 2, 3]


def test_a_contender_is_shown_nothing_of_what_is_tested_on_inside(fold, tmp_path):
    path = tmp_path / "peeps.py"
    path.write_text(
        '"""Peeps."""\nfrom imblearn.over_sampling import RandomOverSampler\nTAKES_LEARNER = True\n'
        "def make(random_state, sampling_strategy='auto', learner=None):\n"
        "    assert learner is None or not hasattr(learner.training, 'y_test')\n"
        "    return RandomOverSampler(random_state=random_state)\n"
    )
    inner = inner_of(f"threshold[of={path}]", fold, "logistic")
    inner.tune()
