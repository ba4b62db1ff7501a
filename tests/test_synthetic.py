"""Measures of synthetic rows, where the answer is known."""

import numpy as np
import pytest
from oversampling_bench.benchmarks.synthetic import judge, spread, unique, valid


def test_a_repeated_point_is_neither_varied_nor_spread(rng):
    positives = rng.normal(size=(50, 3))
    measured = judge(np.repeat(positives[:1], 200, axis=0), positives, groups=[])
    assert measured == pytest.approx({"synthetic_unique": 1 / 200, "synthetic_spread": 0.0, "synthetic_valid": 1.0})


def test_the_positives_themselves_have_spread_one(rng):
    positives = rng.normal(size=(50, 3)).astype(np.float32)
    assert spread(positives, positives) == pytest.approx(1.0)
    assert unique(positives) == 1.0


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
