"""Measures of synthetic rows, where the answer is known."""

from types import SimpleNamespace

import numpy as np
import pytest
from oversampling_bench.benchmarks.measure.outcome import SYNTHETIC
from oversampling_bench.benchmarks.measure.synthetic import detectability, judge, spread, unique, valid


@pytest.fixture
def fold(rng):
    """Two classes three standard deviations apart, 1,200 rows, as much of a `Fold` as is looked at."""
    y = np.repeat([0, 1], [800, 400])
    X = rng.normal(3.0 * y[:, None], 1.0, size=(1200, 3))
    train, test = np.arange(0, 1200, 2), np.arange(1, 1200, 2)
    return SimpleNamespace(
        encoded_train=X[train], y_train=y[train], encoded_test=X[test], y_test=y[test], groups=lambda: []
    )


def test_a_repeated_point_has_collapsed(fold):
    measured = judge(np.repeat(fold.encoded_train[:1] + 0.5, 300, axis=0), fold, seed=0)
    assert measured["synthetic_unique"] == 1 / 300
    assert measured["synthetic_spread"] == pytest.approx(0, abs=1e-12)
    assert measured["synthetic_copies"] == 0
    assert measured["synthetic_detectability"] > 0.95


def test_copies_are_copies_and_hard_to_detect(fold, rng):
    positives = fold.encoded_train[fold.y_train == 1]
    measured = judge(positives[rng.choice(len(positives), 1000)], fold, seed=0)
    assert measured["synthetic_copies"] == 1
    assert measured["synthetic_spread"] == pytest.approx(1, abs=0.05)
    assert measured["synthetic_detectability"] == pytest.approx(0.5, abs=0.08)
    assert measured["synthetic_invalid"] < 0.05


def test_rows_of_the_other_class_are_invalid_and_detected(fold):
    measured = judge(fold.encoded_train[fold.y_train == 0], fold, seed=0)
    assert measured["synthetic_invalid"] > 0.95
    assert measured["synthetic_detectability"] > 0.95


def test_real_held_out_positives_cannot_be_told_from_real_held_out_positives(rng):
    real = rng.normal(size=(3000, 4))
    assert detectability(real[:1500], real[1500:], rng) == pytest.approx(0.5, abs=0.04)


def test_every_measure_is_there_and_repeats(fold, rng):
    rows = rng.normal(size=(5000, 3))
    first, second = (judge(rows, fold, seed=3) for _ in range(2))
    assert list(first) == SYNTHETIC
    assert first == second


def test_too_few_rows_to_tell_apart_give_no_detectability(rng):
    assert np.isnan(detectability(np.zeros((1, 2)), rng.normal(size=(50, 2)), rng))


def test_unique_rounds_to_two_decimals_and_ignores_the_sign_of_zero():
    assert unique(np.array([[0.001], [-0.001], [0.004], [0.006]])) == 2 / 4


def test_spread_leaves_out_columns_in_which_positives_do_not_vary():
    positives = np.array([[0.0, 3.0], [2.0, 3.0]])
    assert spread(np.array([[0.0, 9.0], [4.0, 0.0]]), positives) == 2.0
    assert np.isnan(spread(positives[:, 1:], positives[:, 1:]))


@pytest.mark.parametrize(
    ("row", "is_valid"),
    [
        ([7.0, 1, 0, 0, 1], True),
        ([7.0, 1, 0, 0, 0], False),  # no level in the second group
        ([7.0, 1, 1, 0, 1], False),  # two levels
        ([7.0, 0.5, 0.5, 0, 1], False),  # a mixture
        ([7.0, 2, -1, 0, 1], False),  # sums to one, but is no level
    ],
)
def test_valid_wants_one_level_a_group(row, is_valid):
    assert valid(np.array([row]), [slice(1, 3), slice(3, 5)]) == is_valid
