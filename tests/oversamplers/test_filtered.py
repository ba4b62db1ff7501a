"""The filter: what it labels, how, and whom it wraps."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog import label, registry, wrapping
from oversampling_bench.benchmarks.catalog.entry import Choice
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.measure.resample import resample
from oversampling_bench.benchmarks.measure.rows.encoder import make_fold
from oversampling_bench.benchmarks.verify.tables import ordinary
from oversampling_bench.oversamplers import filtered, smote
from oversampling_bench.oversamplers._booster import Booster


def loaded(text):
    name, params = label.parse(text)
    return wrapping.load(Choice(registry.find("contender", name), params))


@pytest.fixture(scope="module")
def known():
    """Give a table whose class the first column decides, but for a tenth of the labels."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 3)).astype(np.float32)
    y = (X[:, 0] > 0.7).astype(int)
    y[:200] = 1 - y[:200]
    return X, y


def test_candidates_are_asked_for_in_the_proportion_of_the_classes(known):
    asked = {}

    def of(random_state, sampling_strategy):
        asked.update(sampling_strategy)
        return smote.make(random_state, sampling_strategy)

    X_new, y_new = filtered.make(0, of, candidates=2.0, teacher="booster").fit_resample(*known)
    negatives, positives = np.bincount(known[1])
    assert asked == {0: 3 * negatives, 1: 3 * positives}
    assert len(X_new) == len(y_new) == 2000 + 2 * 2000 * 5


def test_labels_are_what_the_columns_say_and_not_what_the_noise_says(known):
    contender = loaded("filtered[of=smote,candidates=1.0,copies=9,prior=0.0,teacher=booster]")
    X_new, y_new = contender.sampler(0).fit_resample(*known)
    new, labels = X_new[2000::9], y_new[2000:].reshape(-1, 9).mean(axis=1) > 0.5
    clear = np.abs(new[:, 0] - 0.7) > 0.1
    assert (labels[clear] == (new[clear, 0] > 0.7)).mean() > 0.97


def test_it_lifts_where_labels_are_noisy(known):
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(1)
    X_test = rng.normal(size=(4000, 3)).astype(np.float32)
    truth = (X_test[:, 0] > 0.7).astype(int)
    contender = loaded("filtered[of=smote,copies=10,prior=0.0,teacher=booster]")
    rows = {"none": known, "filtered": contender.sampler(0).fit_resample(*known)}
    error = {
        name: (RandomForestClassifier(30, random_state=0).fit(*each).predict(X_test) != truth).mean()
        for name, each in rows.items()
    }
    assert error["filtered"] < 0.6 * error["none"]


def test_where_no_rows_are_asked_for_none_are_added():
    X, y = np.random.default_rng(0).normal(size=(40, 2)), np.repeat([0, 1], 20)
    contender = loaded("filtered[of=smote]")
    assert len(contender.sampler(0).fit_resample(X, y)[1]) == 40


def test_a_contender_that_adds_nothing_is_refused(known):
    contender = loaded("filtered[of=none,teacher=booster]")
    with pytest.raises(ValueError, match="adds no rows"):
        contender.sampler(0).fit_resample(*known)


def test_the_booster_takes_more_categories_than_trees_tell_apart():
    rng = np.random.default_rng(0)
    code = rng.integers(10_000, size=20_000)
    X = pd.DataFrame({"many": pd.Categorical([f"c{i}" for i in code]), "one": rng.normal(size=20_000)})
    y = (X["one"] > 1).astype(int).to_numpy()
    q = Booster(0).fit(X, y).positive(X.iloc[:500])
    assert ((q > 0.5) == (y[:500] == 1)).mean() > 0.99


@pytest.mark.parametrize("text", ["smote", "basic_vae[epochs=2]", "gaussian_noise"])
def test_it_wraps_contenders_of_encoded_rows(blobs_fold, text):
    contender = loaded(f"filtered[of={text},teacher=booster]")
    assert contender.declared.space == "encoded"
    rows = resample(contender, blobs_fold, 0)
    assert set(rows.synthetic_y) == {0, 1}
    assert rows.verdict(contender.declared.approximate, contender.declared.cleans) == ("ok", "")


def test_it_wraps_contenders_of_tables(blobs_fold):
    for text in (
        "filtered[teacher=booster]",
        "filtered[of=smotenc[k_neighbors=3],teacher=booster]",
        "filtered[of=filtered[of=crossover,candidates=1.0,teacher=booster],teacher=booster]",
    ):
        contender = loaded(text)
        assert contender.declared.space == "table"
        assert set(resample(contender, blobs_fold, 0).synthetic_y) == {0, 1}


def test_it_wraps_a_file_and_a_bare_class(blobs_fold, plugin):
    for text in (
        f"filtered[of={plugin('mixed')},teacher=booster]",
        "filtered[of=imblearn.over_sampling:SMOTE,teacher=booster]",
    ):
        contender = loaded(text)
        assert len(resample(contender, blobs_fold, 0).synthetic)


def test_what_is_said_of_a_wrapper_is_what_is_said_of_the_inner_one():
    entry = registry.find("contender", "filtered")
    assert wrapping.declared(Choice(entry)).meant_for == "any"
    assert wrapping.declared(Choice(entry, {"of": "smotenc"})).meant_for == "mixed"
    assert wrapping.declared(Choice(entry, {"of": "filtered[of=smoten]"})).meant_for == "categorical"


def test_code_of_the_inner_one_counts(tmp_path):
    inner = tmp_path / "inner.py"
    inner.write_text("def make(random_state, sampling_strategy='auto'):\n    return 1\n")
    entry = registry.find("contender", "filtered")
    choice = Choice(entry, {"of": str(inner)})
    before = wrapping.fingerprint(choice)
    assert before != wrapping.fingerprint(Choice(entry)) != entry.fingerprint()
    inner.write_text("def make(random_state, sampling_strategy='auto'):\n    return 22\n")
    assert wrapping.fingerprint(choice) != before


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("filtered[of=smoten_c]", "unknown contender 'smoten_c'"),
        ("filtered[of=3]", "of is the name of a contender, got 3"),
        ("filtered[of=smote[neighbors=3]]", "parameter of contender 'smote'"),
        ("filtered[off=smote]", "parameter of contender 'filtered'"),
        ("filtered[copies=0]", "copies"),
        ("filtered[prior=2.0]", "prior"),
        ("filtered[new=0.0]", "new"),
        ("filtered[teacher=me]", "teacher"),
        ("filtered[of=class_weight,teacher=booster]", "adds no rows"),
    ],
)
def test_bad_input_is_one_line(run_small, text, complaint):
    done = run_small("none", text)
    if "class_weight" in text:
        assert done.code == 1
        assert complaint in (done.folder / "details.md").read_text()
        return
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_a_wrapper_of_itself_is_refused(run_small, tmp_path):
    path = tmp_path / "loop.py"
    path.write_text('"""Loop."""\nWRAPS = {"of": "' + str(path) + '"}\ndef make(random_state, of):\n    return of\n')
    done = run_small("none", str(path))
    assert done.code == 2
    assert "wraps itself" in done.err


def test_it_races(run_small):
    done = run_small(
        "none", "smote", "filtered[of=smote,teacher=booster]", "filtered[of=smote,copies=1,teacher=booster]"
    )
    assert done.code == 0, done.err
    assert "`filtered[copies=1,of=smote,teacher=booster]`" in (done.folder / "details.md").read_text()


def test_synthetic_positives_alone_are_compared_with_positives():
    X, y = ordinary(600, 200)
    fold = make_fold(X, pd.Series(y), chosen("protocol", "strict"), 0)
    contender = loaded("filtered[copies=1,prior=0.0,teacher=booster]")
    rows = resample(contender, fold, 0)
    assert len(rows.synthetic) == 2 * len(fold.y_train)
    assert 0.05 < rows.synthetic_y.mean() < 0.5
