import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.rows.audit import NOISE, generator, noisy, permuted


def rng(seed=0):
    return generator("noisy of some key", seed)


def test_permuted_labels_are_as_many_and_say_nothing(blobs_fold):
    changed = permuted(blobs_fold, rng(3))
    assert changed.y_train.sum() == blobs_fold.y_train.sum()
    agree = np.mean(changed.y_train == blobs_fold.y_train)
    assert abs(agree - 0.68) < 0.1  # 0.8² + 0.2², where a fifth is positive
    assert np.array_equal(changed.y_test, blobs_fold.y_test)
    assert np.array_equal(changed.encoded_train, blobs_fold.encoded_train)
    assert np.array_equal(changed.y_train, permuted(blobs_fold, rng(3)).y_train)
    assert not np.array_equal(changed.y_train, permuted(blobs_fold, rng(4)).y_train)


def test_noisy_rows_are_of_the_same_kind_and_none_is_the_table_s(adult):
    X, _ = adult
    changed = noisy(X, rng())
    assert (changed.dtypes.astype(str) == [str(t) if str(t) == "category" else "float64" for t in X.dtypes]).all()
    for name in X:
        if isinstance(X[name].dtype, pd.CategoricalDtype):
            shares = X[name].value_counts(normalize=True)
            assert abs(changed[name].value_counts(normalize=True) - shares).max() < 0.01
            drawn_otherwise = NOISE * (1 - (shares**2).sum())
            assert abs((changed[name] != X[name]).mean() - drawn_otherwise) < 0.01
        else:
            assert (changed[name] != X[name]).all()
            assert abs((changed[name] - X[name]).std() / X[name].std() - NOISE) < 0.002
    assert changed.equals(noisy(X, rng()))
    assert not changed.equals(noisy(X, rng(1)))


def test_gaps_stay_gaps():
    X = pd.DataFrame({"a": [1.0, np.nan, 3.0] * 50, "b": pd.Categorical(["x", None, "y"] * 50), "c": [1, 2, 3] * 50})
    X["a"] = X["a"].astype("Float64")
    changed = noisy(X, rng())
    assert changed["a"].isna().sum() == 50
    assert changed["b"].isna().sum() in range(40, 61)  # categories are drawn with their gaps
    assert not changed["c"].isna().any()


@pytest.mark.parametrize("levels", [2, 5])
def test_not_one_row_of_categories_stays(levels):
    rng_of_table = np.random.default_rng(0)
    X = pd.DataFrame({name: pd.Categorical(rng_of_table.integers(levels, size=500)) for name in "abc"})
    X["constant"], X["number"] = pd.Categorical(["x"] * 500), 1
    changed = noisy(X, rng())
    assert (changed != X).any(axis=1).all()
    assert abs((changed["a"] != X["a"]).mean() - 0.3) < 0.1  # of most rows one column alone
    assert changed[["constant", "number"]].equals(X[["constant", "number"]].astype({"number": float}))


def test_another_key_draws_something_else():
    draws = {float(generator(f"noisy {key}", seed).random()) for key in ("a", "b") for seed in (0, 1)}
    assert len(draws) == 4
    assert generator("noisy a", 0).random() == generator("noisy a", 0).random()
