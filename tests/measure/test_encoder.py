"""The two protocols against an independent few lines of scikit-learn, to the last digit."""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.catalog.data import check_data, data_hash
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.design import plan, suite
from oversampling_bench.benchmarks.measure import trial as cell
from oversampling_bench.benchmarks.measure.rows.encoder import lump, make_fold, split
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMERIC = [0, 2, 4, 10, 11, 12]
CATEGORICAL = [1, 3, 5, 6, 7, 8, 9, 13]


def fold_of(X, y, protocol, seed, *more, **how):
    return make_fold(X, y, chosen("protocol", protocol), seed, *more, **how)


@pytest.fixture(scope="module")
def plain_adult():
    """Adult as anyone's script would read it."""
    path = Path(registry.find("dataset", "adult").path).with_name("adult.data.gz")
    table = pd.read_csv(io.BytesIO(gzip.decompress(path.read_bytes())), header=None, skipinitialspace=True)
    return table.iloc[:, :14], (table[14] == ">50K").astype(int)


@pytest.mark.parametrize(("protocol", "seed"), [("strict", 3), ("article", 42)])
def test_a_plain_script_with_the_same_seed_gets_the_same_forest(plain_adult, protocol, seed):
    X, y = plain_adult
    strict = protocol == "strict"
    if strict:
        # Copies stay on one side: distinct rows are drawn, and copies come right after the row that they equal.
        distinct = X[~X.duplicated()]
        first = X.reset_index().groupby(list(X.columns), sort=False)["index"].transform("min")
        sides = train_test_split(distinct.index, test_size=0.2, random_state=seed, stratify=y[distinct.index])
        train, test = (np.concatenate([np.flatnonzero(first == row) for row in side]) for side in sides)
    else:
        train, test = train_test_split(np.arange(len(X)), test_size=0.2, random_state=seed)
    X_train, X_test, y_train, y_test = X.loc[train], X.loc[test], y[train], y[test]
    one_hot = OneHotEncoder(handle_unknown="ignore" if strict else "error")
    encoder = ColumnTransformer([("num", StandardScaler(), NUMERIC), ("cat", one_hot, CATEGORICAL)])
    encoder.fit(X_train if strict else X)
    A, B = (encoder.transform(part).toarray().astype(np.float32) for part in (X_train, X_test))
    forest = RandomForestClassifier(n_estimators=20, random_state=seed).fit(A, y_train)
    predicted = forest.predict(B)

    learner = "forest[n_estimators=20]"
    changes = {"protocol": protocol, "seeds": [seed], "contenders": ["none"], "classifiers": [learner]}
    planned = plan.make_plan(suite.read("quick").model_copy(update=changes)).cells
    record = cell.run(planned[0]).record

    assert record["status"] == "ok", record["reason"]
    assert A.shape[1] == 108 or strict
    assert (record["n_train"], record["n_test"]) == (len(train), len(test))
    assert strict or len(train) == 26048
    assert record["error"] == np.mean(predicted != y_test)
    assert record["error_positive"] == np.mean(predicted[y_test == 1] == 0)
    assert record["error_negative"] == np.mean(predicted[y_test == 0] == 1)
    assert record["roc_auc"] == roc_auc_score(y_test, forest.predict_proba(B)[:, 1])


def test_strict_is_stratified_and_article_is_not(adult):
    X, y = adult
    shares = {protocol: fold_of(X, y, protocol, 0).y_test.mean() for protocol in ("strict", "article")}
    assert abs(shares["strict"] - y.mean()) < 1e-4
    assert abs(shares["article"] - y.mean()) > 1e-4


def test_strict_fits_the_encoder_on_training_rows_only(blobs):
    X, y = blobs
    fold = fold_of(X, y, "strict", 0)
    assert np.allclose(fold.encoded_train[:, :2].mean(axis=0), 0, atol=1e-6)
    assert not np.allclose(fold.encoded_test[:, :2].mean(axis=0), 0, atol=1e-3)
    everything = fold_of(X, y, "article", 0)
    both = np.concatenate([everything.encoded_train, everything.encoded_test])
    assert np.allclose(both[:, :2].mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize("protocol", ["strict", "article"])
def test_scarcer_positives_are_scarce_in_training_rows_only(adult, protocol):
    X, y = adult
    plain, scarce = (
        fold_of(X, y, protocol, 3),
        fold_of(X, y, protocol, 3, positives=0.02),
    )
    assert scarce.y_train.mean() == pytest.approx(0.02, abs=1e-4)
    assert (scarce.y_train == 0).sum() == (plain.y_train == 0).sum()
    assert np.array_equal(scarce.y_test, plain.y_test)
    # Which positives stay is random, but the split's seed decides it, and the scarcer are among the less scarce.
    again, scarcer = (
        fold_of(X, y, protocol, 3, positives=0.02),
        fold_of(X, y, protocol, 3, positives=0.01),
    )
    assert scarce.X_train.equals(again.X_train)
    kept, fewer = (set(fold.X_train["fnlwgt"][fold.y_train == 1]) for fold in (scarce, scarcer))
    assert fewer < kept
    other = fold_of(X, y, protocol, 4, positives=0.02)
    assert not scarce.X_train.equals(other.X_train)


def test_positives_that_are_not_there_cannot_be_kept(blobs):
    with pytest.raises(ValueError, match=r"80 training positives would make 29.41%, but there are 48"):
        fold_of(*blobs, "strict", 0, positives=0.2941)
    with pytest.raises(ValueError, match=r"0 training positives would make 0.10%"):
        fold_of(*blobs, "strict", 0, positives=0.001)


def test_a_category_that_only_test_rows_have_is_all_zeros():
    X = pd.DataFrame({"n": np.arange(10.0), "c": pd.Categorical(["a", "b"] * 5)})
    y = pd.Series([0, 1] * 5)
    _, test = train_test_split(np.arange(10), test_size=0.2, random_state=0, stratify=y)
    X["c"] = X["c"].cat.add_categories(["rare"])
    X.loc[test[0], "c"] = "rare"
    fold = fold_of(X, y, "strict", 0)
    assert fold.groups() == [slice(1, 3)]
    assert fold.encoded_test[0, 1:].tolist() == [0.0, 0.0]


def test_of_a_thousand_categories_the_most_frequent_of_the_training_rows_stay():
    words = [f"v{number % 150}" for number in range(300)] + ["common"] * 50
    X = pd.DataFrame({"word": pd.Categorical(words), "few": pd.Categorical(["a", "b"] * 175)})
    fitted_on, test = X.iloc[:-1], pd.DataFrame({"word": pd.Categorical(["common", "new", None]), "few": ["a"] * 3})

    lumped, tested = lump(fitted_on, [fitted_on, test])

    kept = ["common", *sorted(f"v{number}" for number in range(150))][:99]
    assert list(lumped["word"].cat.categories) == [*kept, "(other)"]
    assert list(tested["word"].astype(object))[:2] == ["common", "(other)"]
    assert tested["word"].isna().tolist() == [False, False, True]  # a gap stays one, to be filled
    assert lumped["few"].equals(fitted_on["few"])
    assert (lumped["word"] == "(other)").sum() == 300 - 2 * 98
    called_so = fitted_on.assign(word=fitted_on["word"].cat.rename_categories({"common": "(other)"}))
    (again,) = lump(called_so, [called_so])
    assert (again["word"] == "(other)").sum() == 300 - 2 * 98 + 49


def test_numeric_columns_come_first_each_part_in_file_order(blobs, blobs_fold):
    names = list(blobs_fold.encoder.get_feature_names_out())
    assert names == ["num__height", "num__width", "cat__colour_blue", "cat__colour_green", "cat__colour_red"]
    assert blobs_fold.groups() == [slice(2, 5)]
    assert blobs_fold.encoded_train.dtype == np.float32


def test_the_data_hash_notices_a_value_a_label_a_name_and_a_type(blobs):
    X, y = blobs
    changed = X.copy()
    changed.loc[3, "width"] += 1e-9
    others = [
        (changed, y),
        (X, y.replace({0: 1, 1: 0})),
        (X.rename(columns={"width": "w"}), y),
        (X.astype({"width": "float32"}), y),
    ]
    hashes = {data_hash(*pair) for pair in [(X, y), *others]}
    assert len(hashes) == 5
    assert data_hash(X.copy(), y.copy()) == data_hash(X, y)


def test_copies_of_a_row_stay_on_one_side_and_the_share_is_kept(rng):
    X = pd.DataFrame({"a": rng.integers(0, 40, 1000).astype(float), "b": pd.Categorical(rng.choice(list("xy"), 1000))})
    y = pd.Series((X["a"] < 10).astype(int))
    sizes = []
    for seed in range(20):
        train, test = split(chosen("protocol", "strict"), X, y, seed)
        assert sorted([*train, *test]) == list(range(1000))
        sides = [set(map(tuple, X.iloc[rows].to_numpy().tolist())) for rows in (train, test)]
        assert not sides[0] & sides[1]
        assert y.iloc[test].nunique() == 2
        sizes.append(len(test))
    assert 180 < np.mean(sizes) < 220
    rows, _ = split(chosen("protocol", "article"), X, y, 0)
    assert len(rows) == 800  # as printed: row by row


def test_without_copies_rows_are_split_as_anyone_splits_them(rng):
    X, y = pd.DataFrame({"a": rng.random(100)}), pd.Series(np.repeat([0, 1], [80, 20]))
    plain = train_test_split(np.arange(100), test_size=0.2, random_state=3, stratify=y)
    assert [rows.tolist() for rows in split(chosen("protocol", "strict"), X, y, 3)] == [rows.tolist() for rows in plain]


def test_a_table_of_copies_alone_is_refused_in_one_line():
    X, y = pd.DataFrame({"a": np.repeat([0.0, 1.0, 2.0], [50, 30, 20])}), pd.Series(np.repeat([0, 1], [80, 20]))
    with pytest.raises(ValueError, match="2 distinct negatives and 1 distinct positives; 6 are needed"):
        split(chosen("protocol", "strict"), X, y, 0)
    with pytest.raises(ValueError, match="of its 100 rows, 3 differ, 1 of them positive; 6 are needed"):
        check_data(X, y)


def test_an_audit_splits_noisy_rows_as_the_table_is_split(rng):
    X = pd.DataFrame({"a": np.repeat(rng.random(50), 2)})
    y = pd.Series(np.tile(np.repeat([0, 1], 2), 25))
    fold, like = (
        fold_of(X, y, "strict", 0),
        fold_of(X + rng.random((100, 1)), y, "strict", 0, like=X),
    )
    assert fold.X_train.index.equals(like.X_train.index)
    assert fold.y_test.tolist() == like.y_test.tolist()
    assert len(set(fold.X_train["a"])) == len(fold.X_train) / 2
