"""Lift over the threshold: worked ROC curves with steps, ties and end points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oversampling_bench.benchmarks.measure.scores import Predictions, error_negative, error_positive
from oversampling_bench.benchmarks.report.lift import Roc, lift

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


def test_a_contender_on_the_curve_has_no_lift_above_it_has_and_below_it_lacks(curve):
    assert lift(curve, error_negative=0.125, error_positive=0.25) == pytest.approx(0.0)
    assert lift(curve, error_negative=0.125, error_positive=0.0) == pytest.approx(0.25)
    assert lift(curve, error_negative=0.25, error_positive=0.5) == pytest.approx(-0.5)


def test_a_useless_baseline_is_the_diagonal():
    curve = Roc.of(np.array([0, 1, 0, 1]), np.full(4, 0.5))
    assert curve.misses_at(0.3) == pytest.approx(0.7)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=40), st.integers(0, 10))
def test_moving_the_threshold_never_lifts(rows, threshold):
    y, p = (np.array(column) for column in zip(*rows, strict=True))
    y = y.astype(int)
    if len(set(y.tolist())) == 2:
        tested = Predictions(y, (p >= threshold).astype(int), p / 10)
        moved = lift(Roc.of(y, p / 10), error_negative(tested), error_positive(tested))
        assert moved <= 1e-12
