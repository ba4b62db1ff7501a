"""Rows come to a learner as it wants them, and go through the encoder and back unharmed."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog import wrapping
from oversampling_bench.benchmarks.catalog.entry import Choice
from oversampling_bench.benchmarks.catalog.registry import find
from oversampling_bench.benchmarks.measure.resample import resample
from oversampling_bench.benchmarks.measure.rows import encodings
from oversampling_bench.benchmarks.measure.rows.encoder import encoded_fold
from oversampling_bench.benchmarks.measure.rows.encodings import UNSEEN, training_rows
from oversampling_bench.benchmarks.measure.rows.folds import Training, Unlabelled


@pytest.fixture
def fold():
    X = pd.DataFrame(
        {
            "height": [1.7, np.nan, 1.8, 1.9, 1.6, 1.5, np.nan],
            "town": pd.Categorical(["Rome", "Oslo", None, "Rome", "Oslo", "Bonn", "Oslo"]),
            "age": [30, 40, 50, 60, 35, 45, 55],
        }
    )
    return encoded_fold(X, pd.Series([0, 0, 1, 0, 1, 0, 1]), np.arange(5), np.arange(5, 7))


def test_a_table_comes_back_with_its_gaps(fold):
    table = training_rows("table", fold.encoded_train, Training.of(fold))
    assert table["height"].tolist() == pytest.approx([1.7, np.nan, 1.8, 1.9, 1.6], nan_ok=True)
    assert table["town"].tolist() == ["Rome", "Oslo", np.nan, "Rome", "Oslo"]
    assert table["age"].tolist() == [30, 40, 50, 60, 35]
    assert list(table.columns) == ["height", "town", "age"]
    assert table.dtypes.astype(str).tolist() == ["float64", "category", "float64"]
    test = encodings.test_rows("table", Unlabelled.of(fold), Training.of(fold))
    assert test["town"].tolist() == [np.nan, "Oslo"]  # nobody learns of Bonn
    assert test["town"].cat.categories.tolist() == ["Oslo", "Rome"] == table["town"].cat.categories.tolist()
    assert np.isnan(test["height"].iloc[1])


def test_codes_take_the_place_of_one_hot_columns(fold):
    codes = training_rows("ordinal", fold.encoded_train, Training.of(fold))
    assert codes.shape == (5, 4)  # two numbers, the town, and where the height is missing
    assert codes[:, 2].tolist() == [2, 1, 0, 2, 1]  # (missing), Oslo, Rome
    assert encodings.test_rows("ordinal", Unlabelled.of(fold), Training.of(fold))[:, 2].tolist() == [UNSEEN, 1]


def test_what_lies_between_categories_becomes_the_nearer_one(fold):
    training = Training.of(fold)
    between = 0.7 * fold.encoded_train[[0]] + 0.3 * fold.encoded_train[[4]]  # Rome, 30 and Oslo, 35
    table = training_rows("table", np.concatenate([fold.encoded_train, between]), training)
    assert table["town"].iloc[-1] == "Rome"
    assert table["age"].iloc[-1] == pytest.approx(31.5)
    assert table["height"].iloc[-1] == pytest.approx(1.67)


@pytest.mark.parametrize("contender", ["random", "undersample", "smote", "smotenc"])
def test_what_a_contender_returns_decodes(blobs_fold, contender):
    training = Training.of(blobs_fold)
    rows = resample(wrapping.load(Choice(find("contender", contender))), training, 0)
    table = training_rows("table", rows.X, training)
    assert len(table) == len(rows.X)
    if contender in ("random", "undersample"):
        known = {tuple(row) for row in blobs_fold.X_train.itertuples(index=False)}
        assert {tuple(row) for row in table.itertuples(index=False)} <= known
