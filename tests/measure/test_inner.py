"""What tuners learn inside the training rows, against scikit-learn's and imbalanced-learn's own, and by hand."""

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from oversampling_bench.benchmarks.catalog import wrapping
from oversampling_bench.benchmarks.catalog.inner import Learnt
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.catalog.resolve import resolve
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.inner import Inner, Shares, inner_folds, mended
from oversampling_bench.benchmarks.measure.learning import Predicted
from oversampling_bench.benchmarks.measure.rows.encoder import make_fold
from oversampling_bench.benchmarks.measure.rows.folds import Training
from oversampling_bench.benchmarks.record.folder import read_csv
from scipy.special import expit, logit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

SEED = 3


def said(*probability, ranked=False):
    probability = np.array(probability)
    return Predicted((probability > 0.5).astype(int), probability, 0.0, 0.0, ranked)


def inner_of(label, training, learner="tree[max_depth=3]", **how):
    return Inner(wrapping.load(chosen("contender", label)), chosen("classifier", learner), training, SEED, None, **how)


@pytest.fixture(scope="module")
def training(blobs_fold):
    return Training.of(blobs_fold)


def test_odds_are_corrected_for_another_share_of_positives():
    # Of one in five, learnt as one in two: odds of 1 were odds of 1/4 times as high, 0.5 is 0.2, and 0.8 is 0.5.
    found = mended(said(0.5, 0.79, 0.81, 0.0, 1.0), [Learnt(prior=True)], Shares(0.2, 0.5))
    assert found.probability == pytest.approx([0.2, 0.79 / (0.79 + 0.21 * 4), 0.81 / (0.81 + 0.19 * 4), 0, 1])
    assert found.predicted.tolist() == [0, 0, 1, 0, 1]


def test_what_is_mended_already_is_not_corrected_twice():
    once = mended(said(0.5, 0.9), [Learnt(prior=True)], Shares(0.2, 0.5)).probability
    for first in (Learnt(prior=True), Learnt(log_odds=[1.0, float(logit(0.2))])):
        twice = mended(said(0.5, 0.9), [first, Learnt(prior=True)], Shares(0.2, 0.5)).probability
        assert twice == pytest.approx(once)


def test_slope_shift_curve_and_threshold_of_worked_numbers():
    share = Shares(0.2, 0.5)
    found = mended(said(0.3, 0.9), [Learnt(log_odds=[2.0, -1.0])], share)
    assert found.probability == pytest.approx(expit(2 * logit([0.3, 0.9]) - 1))
    found = mended(said(0.1, 0.3, 0.9), [Learnt(isotonic=[[0.2, 0.4], [0.0, 0.5]])], share)
    assert found.probability == pytest.approx([0, 0.25, 0.5])
    # One after the other: the threshold is that of probabilities that were mended.
    found = mended(said(0.5, 0.8), [Learnt(prior=True), Learnt(threshold=0.2)], share)
    assert found.predicted.tolist() == [1, 1]
    assert mended(said(0.5, 0.8), [Learnt(threshold=0.6)], share).predicted.tolist() == [0, 1]


def test_ranks_cannot_be_mended_but_have_a_threshold():
    with pytest.raises(ValueError, match="the learner ranks, and has no probabilities that could be recalibrated"):
        mended(said(0.2, 0.8, ranked=True), [Learnt(prior=True)], Shares(0.2, 0.5))
    assert mended(said(0.2, 0.8, ranked=True), [Learnt(threshold=0.1)], Shares(0.2, 0.5)).predicted.tolist() == [1, 1]


def pipeline():
    return Pipeline(
        [("rows", SMOTE(random_state=SEED)), ("tree", DecisionTreeClassifier(max_depth=3, random_state=SEED))]
    )


def folds(training):
    cv = RepeatedStratifiedKFold(n_splits=3, n_repeats=1, random_state=SEED)
    return list(cv.split(training.encoded_train, training.y_train))


def test_out_of_fold_is_what_a_pipeline_says_under_cross_validation(training):
    X, y = training.encoded_train, training.y_train
    theirs = cross_val_predict(pipeline(), X, y, cv=folds(training), method="predict_proba")[:, 1]
    ours = inner_of("smote", training).out_of_fold(3)
    assert np.array_equal(ours.probability, theirs)
    assert [np.flatnonzero(ours.fold == number).tolist() for number in range(3)] == [
        test.tolist() for _, test in folds(training)
    ]


def test_isotonic_recalibration_is_scikit_learns(training, blobs_fold):
    X, y = training.encoded_train, training.y_train
    least = 1 / (len(y) + 2)
    theirs = CalibratedClassifierCV(pipeline(), method="isotonic", cv=folds(training), ensemble=False).fit(X, y)
    inner = inner_of("recalibrated[folds=3,method=isotonic,of=smote]", training)
    inner.tune()
    plain = pipeline().fit(X, y).predict_proba(blobs_fold.encoded_test)[:, 1]
    ours = mended(said(*plain), inner.learnt, Shares(0.2, 0.5)).probability
    # By Laplace's rule nothing is certain, and what lies between such a point and the next moves a little, too.
    expected = theirs.predict_proba(blobs_fold.encoded_test)[:, 1].clip(least, 1 - least)
    assert ours == pytest.approx(expected, abs=least)
    assert np.isclose(ours, expected, atol=1e-12).mean() > 0.9


def test_the_threshold_is_the_best_there_is_out_of_fold(training):
    inner = inner_of("threshold", training)
    inner.tune()
    (learnt,) = inner.learnt
    probability = inner_of("none", training).out_of_fold(3).probability
    best = max(balanced_accuracy_score(training.y_train, probability >= at) for at in np.unique(probability))
    assert balanced_accuracy_score(training.y_train, probability >= learnt.threshold) == best
    assert inner.fits == 3


@pytest.mark.parametrize(
    ("budget", "fits"), [(6, 6), (11, 9), (30, 30), (999, 36)]
)  # a grid of 4 x 3, one of which is as it is
def test_tuning_keeps_its_budget_and_takes_the_best(training, budget, fits):
    inner = inner_of(f"tuned[budget={budget},of=smote]", training)
    inner.tune()
    assert inner.fits == fits <= max(budget, fits)
    assert inner.fits <= budget
    found = inner.contender.params

    def auc(params):
        found = inner_of("smote", training).out_of_fold(3, params)
        return np.mean([roc_auc_score(found.y[found.fold == k], found.probability[found.fold == k]) for k in range(3)])

    assert auc(found) >= auc({})


def test_ratios_lie_between_what_is_there_and_balance(training):
    positives, negatives = training.y_train.sum(), (training.y_train == 0).sum()
    tried = []
    inner = inner_of("tuned[budget=60,of=undersample]", training)
    plain = inner.out_of_fold
    inner.out_of_fold = lambda folds, params: tried.append(params) or plain(folds, params)
    inner.tune()
    ratios = {params["sampling_strategy"] for params in tried if params}
    now = positives / negatives
    assert ratios == {round(now + (1 - now) / 4, 6), round(now + (1 - now) / 2, 6)}  # balance is how it is


def test_the_threshold_after_tuning_is_that_of_what_was_tuned(training):
    inner = inner_of("threshold[of=tuned[budget=12,of=smote]]", training)
    inner.tune()
    tuned, moved = inner.learnt
    assert inner.fits == 15
    probability = inner_of("smote", training).out_of_fold(3, tuned.params).probability
    assert moved.threshold in probability


def test_groups_stay_together_on_inner_folds():
    rng = np.random.default_rng(0)
    X, y = pd.DataFrame({"a": rng.normal(size=200)}), pd.Series((rng.random(200) < 0.3).astype(int))
    from oversampling_bench.benchmarks.catalog.data import Tied

    groups = pd.Series(rng.integers(0, 40, 200))
    fold = make_fold(X, y, chosen("protocol", "strict"), 0, tied=Tied(groups=groups))
    inner = inner_of("none", Training.of(fold))
    number = inner.out_of_fold(3).fold
    assert pd.Series(number).groupby(fold.tied.groups).nunique().max() == 1


def test_groups_and_times_of_a_column_are_heeded_on_inner_folds():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=300), "hospital": np.arange(300) // 10, "year": rng.integers(0, 60, 300)})
    y = pd.Series((rng.random(300) < 0.3).astype(int))
    fold = make_fold(X, y, chosen("protocol", "groups[column=hospital]"), 0)
    said = inner_of("none", Training.of(fold)).out_of_fold(3)
    assert pd.Series(said.fold).groupby(fold.X_train["hospital"]).nunique().max() == 1
    assert said.y.tolist() == fold.y_train.tolist()
    fold = make_fold(X, y, chosen("protocol", "time_order[column=year]"), 0)
    inner = inner_of("none", Training.of(fold))
    years = fold.X_train["year"].to_numpy()
    for train, test in inner_folds(inner.training, 3, inner.seed):
        assert years[train].max() < years[test].min()
    said = inner.out_of_fold(3)
    assert 0.6 * len(years) < len(said.y) < 0.85 * len(years)  # nothing is said of the first of four stretches


def test_a_threshold_of_a_learner_that_ranks_is_one_of_its_decision_values(training, blobs_fold):
    inner = inner_of("threshold", training, learner="sklearn.svm:LinearSVC")
    inner.tune()
    (learnt,) = inner.learnt
    from oversampling_bench.benchmarks.measure.learning import predictions
    from sklearn.svm import LinearSVC

    svc = LinearSVC(random_state=SEED).fit(training.encoded_train, training.y_train)
    X = blobs_fold.encoded_test
    decided = mended(predictions(svc, X), inner.learnt, Shares(0.2, 0.2)).predicted
    assert decided.tolist() == (svc.decision_function(X) >= learnt.threshold).astype(int).tolist()
    one_by_one = [mended(predictions(svc, row[None]), inner.learnt, Shares(0.2, 0.2)).predicted[0] for row in X]
    assert decided.tolist() == one_by_one
    for label in ("recalibrated[method=platt]", "recalibrated[method=isotonic]", "tuned[score=log_loss]"):
        with pytest.raises(ValueError, match=r"ranks|has none"):
            inner_of(label, training, learner="sklearn.svm:LinearSVC").tune()


def test_what_tunes_stands_inside_of_what_learns_thresholds_and_curves(training):
    for label in ("tuned[of=threshold[of=smote]]", "tuned[of=recalibrated[method=platt,of=smote]]"):
        with pytest.raises(ValueError, match="put what tunes inside"):
            inner_of(label, training).tune()


def test_platts_slope_is_finite_for_classes_that_are_separated():
    inner = inner_of("recalibrated[method=platt,of=none]", few(20), learner="logistic")
    inner.tune()
    slope, _ = inner.learnt[0].log_odds
    assert 0 < slope < 50


def test_a_suite_that_asks_for_a_number_of_rows_leaves_no_ratio_to_tune(training):
    inner = inner_of("tuned[of=smote]", training)
    assert inner.takes_ratio
    inner.n_requested = 20
    assert not inner.takes_ratio
    assert not inner_of("tuned[of=filtered]", training).takes_ratio


def test_the_code_that_deals_inner_folds_is_part_of_what_a_tuner_is(monkeypatch):
    from oversampling_bench.benchmarks.catalog.entry import Entry

    before = {name: wrapping.fingerprint(chosen("contender", name)) for name in ("threshold", "smote")}
    own = Entry.fingerprint
    other = lambda entry: own(entry) + "x" * (entry.name == "kfold")  # noqa: E731
    monkeypatch.setattr(Entry, "fingerprint", other)
    after = {name: wrapping.fingerprint(chosen("contender", name)) for name in ("threshold", "smote")}
    assert [name for name in before if before[name] != after[name]] == ["threshold"]


def few(positives):
    X = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60.0) % 7})
    y = pd.Series([0] * (60 - positives) + [1] * positives)
    rows = np.arange(60)
    from oversampling_bench.benchmarks.measure.rows.encoder import encoded_fold

    return Training.of(encoded_fold(X, y, rows, rows))


def test_too_few_positives_for_inner_folds_are_said(training):
    with pytest.raises(ValueError, match="3 folds take 3 different rows of each class, and there are 2 of one"):
        inner_of("threshold", few(2)).tune()


def test_candidates_that_fail_are_passed_over_and_all_failing_is_said():
    inner = inner_of("tuned[of=smote[k_neighbors=6]]", few(9))  # 6 positives to learn from: 5 neighbours at most
    inner.tune()
    assert inner.contender.params["k_neighbors"] in (3, 5)
    with pytest.raises(ValueError, match="every one of 10 candidates fails, the first with ValueError: Expected n_"):
        inner_of("tuned[of=smote]", few(4)).tune()
    with pytest.raises(ValueError, match="declares no SEARCH and has no sampling ratio: there is nothing to tune"):
        inner_of("tuned[of=none]", few(9)).tune()


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        (
            "tuned[budget=3]",
            "contender 'tuned': ValueError: budget=3 is less than two candidates on 3 folds",
        ),
        ("tuned[score=f1]", "contender 'tuned': InvalidParameterError: The 'score' parameter of tuned must be a str"),
        ("tuned[budgte=30]", "unknown parameter of contender 'tuned': 'budgte'; did you mean 'budget'?"),
        ("recalibrated[method=plat]", "The 'method' parameter of recalibrated must be a str among"),
        ("threshold[folds=1]", "The 'folds' parameter of threshold must be an int in the range [2, inf)"),
        ("tuned[of=smoet]", "unknown contender 'smoet'; did you mean 'smote'?"),
        ("tuned[of=smote[k=3]]", "unknown parameter of contender 'smote': 'k'"),
        ("filtered[of=tuned]", "wraps what makes rows, and 'tuned' makes none: put it outside, tuned[of=filtered[…]]"),
    ],
)
def test_what_cannot_be_tuned_is_said_before_anything_runs(label, complaint):
    with pytest.raises(UsageError) as refused:
        resolve("contender", [label])
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("label", "role"),
    [("threshold", "control"), ("threshold[of=smote]", "oversampler"), ("recalibrated[of=class_weight]", "control")],
)
def test_a_tuner_has_the_role_of_what_it_wraps(label, role):
    assert wrapping.declared(chosen("contender", label)).role == role


def test_what_was_chosen_is_in_the_record_and_the_leaderboard(cli, plugin, tmp_path):
    labels = ["none", "smote", "recalibrated", "threshold[of=smote]", "tuned[budget=9]", "tuned[of=none]"]
    options = [word for label in labels for word in ("--contender", label)]
    options += ["--dataset", plugin("blobs"), "--classifier", "tree[max_depth=3]", "--seeds", "2"]
    done = cli("run", "quick", *options, "--out", tmp_path / "out")
    assert done.code == 1  # nothing to tune of none
    cells = read_csv(tmp_path / "out" / "cells.csv").set_index(["contender", "seed"])
    assert cells.loc["tuned[budget=9]", "tune_fits"].tolist() == [9, 9]
    assert (cells.loc["tuned[budget=9]", "tune_s"] > 0).all()
    assert cells.loc["recalibrated", "chosen"].tolist() == ["prior"] * 2
    assert cells.loc["threshold[of=smote]", "chosen"].str.startswith("threshold=").all()
    assert cells.loc["none", "chosen"].tolist() == [""] * 2
    assert cells.loc["none", "tune_fits"].isna().all()
    assert cells.loc["tuned[of=none]", "phase"].tolist() == ["tune"] * 2
    for label in ("recalibrated", "threshold[of=smote]"):  # neither changes which rows are likelier than which
        assert cells.loc[label, "roc_auc"].tolist() == cells.loc["smote", "roc_auc"].tolist()
        assert cells.loc[label, "n_synthetic"].tolist() == cells.loc["smote", "n_synthetic"].tolist()
    intercepts = cells["calibration_intercept"].abs()
    assert (intercepts["recalibrated"] != intercepts["smote"]).all()
    text = (tmp_path / "out" / "details.md").read_text()
    assert "| `tuned[budget=9]` " in text.split("### Tuned inside the training rows")[1].split("###")[0]
    assert "tune s" in text.split("## Runtime")[1]
    again = cli("reproduce", "quick/blobs/tree[max_depth=3]/tuned[budget=9]/1", "--out", tmp_path / "out",
                "--dataset", plugin("blobs"))  # fmt: skip
    assert "same: 37 of 37 columns agree exactly" in again.out


def test_a_number_of_numpys_is_a_parameter():
    assert Learnt.of({"params": {"k": np.int64(3), "share": np.float64(0.5)}}).params == {"k": 3, "share": 0.5}
    assert type(Learnt.of({"params": {"k": np.int64(3)}}).params["k"]) is int


def test_a_tuner_must_say_what_it_wraps(tmp_path):
    path = tmp_path / "alone.py"
    path.write_text("def tuner(random_state):\n    return lambda trial: {}\n")
    with pytest.raises(UsageError, match="defines tuner\\(\\): say what it wraps"):
        resolve("contender", [str(path)])


def test_a_learner_may_be_given_a_seed_of_its_own():
    ((label, choice),) = resolve("classifier", ["tree[random_state=1234]"]).choices.items()
    assert label == "tree[random_state=1234]"
    from oversampling_bench.benchmarks.measure.inner import made

    assert made(choice, 7).random_state == 1234
    assert isinstance(made(chosen("classifier", "logistic"), 7), LogisticRegression)
