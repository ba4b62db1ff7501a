"""ROC curves: worked ones with steps, ties and end points, and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oversampling_bench.benchmarks.measure.roc import Roc
from oversampling_bench.benchmarks.measure.scores import Predictions, scores
from sklearn.metrics import roc_curve

# Scores of four negatives and two positives; one tie across the classes at 0.6.
Y = np.array([0, 0, 0, 0, 1, 1])
P = np.array([0.1, 0.2, 0.4, 0.6, 0.6, 0.9])


@pytest.fixture
def curve():
    # From the strictest threshold: (0, 1); 0.9 takes one positive: (0, 0.5); 0.6 takes a negative and a positive at
    # once, a slanted step: (0.25, 0); then negatives alone: (0.5, 0), (0.75, 0), (1, 0).
    return Roc.of(Y, P)


def test_the_curve_has_a_point_a_threshold(curve):
    assert curve.false_alarms.tolist() == [0, 0, 0.25, 0.5, 0.75, 1]
    assert curve.misses.tolist() == [1, 0.5, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("false_alarms", "misses"),
    [
        (0.0, 0.5),  # a vertical step: the threshold with the fewest misses counts
        (0.125, 0.25),  # half-way up the slanted step that the tie makes
        (0.25, 0.0),
        (0.6, 0.0),
        (1.0, 0.0),
    ],
)
def test_misses_are_interpolated(curve, false_alarms, misses):
    assert curve.misses_at(false_alarms) == pytest.approx(misses)


def test_a_curve_of_one_probability_is_the_diagonal():
    curve = Roc.of(np.array([0, 1, 0, 1]), np.full(4, 0.5))
    assert curve.misses_at(0.3) == pytest.approx(0.7)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=60))
def test_it_is_scikit_learns(rows):
    y, p = (np.array(column) for column in zip(*rows, strict=True))
    if len(set(y.tolist())) == 2:
        false_alarms, hits, _ = roc_curve(y, p / 10, drop_intermediate=False)
        curve = Roc.of(y.astype(np.uint8), p / 10)
        assert np.array_equal(curve.false_alarms, false_alarms)
        assert np.array_equal(curve.misses, 1 - hits)


def test_misses_at_fixed_rates_of_false_alarms_are_scores():
    # 100 negatives at 0.00 to 0.99. At a rate of 1 % the threshold is 0.99, at 5 % 0.95, at 10 % 0.90.
    y = np.repeat([0, 1], [100, 4])
    p = np.append(np.arange(100) / 100, [0.993, 0.97, 0.92, 0.1])
    found = scores(Predictions(y, (p > 0.5).astype(int), p))
    assert [found[f"error_positive_at_{rate}"] for rate in (1, 5, 10)] == [0.75, 0.5, 0.25]
