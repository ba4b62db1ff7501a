"""Thresholds and losses on a few rows, worked by hand; and what cannot be asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oversampling_bench.benchmarks.advise.judgement import count_errors
from oversampling_bench.benchmarks.advise.objective import (
    Costs,
    EqualFalseAlarms,
    Precision,
    Recall,
    ScoredRows,
    objective,
)
from oversampling_bench.benchmarks.errors import UsageError

ROWS = ScoredRows(np.array([0, 0, 1, 0, 1]), np.array([0.1, 0.2, 0.3, 0.4, 0.9]))


@pytest.mark.parametrize(
    ("wanted", "threshold", "loss"),
    [
        (Costs(5, 1), 0.25, 1 / 5),  # one false alarm
        (Costs(1, 5), 0.65, 1 / 5),  # one miss
        (Recall(1.0), 0.25, 1 / 3),
        (Recall(0.5), 0.65, 0.0),
        (Precision(0.9), 0.65, 0.5),
        (Precision(0.6), 0.25, 0.0),
    ],
)
def test_worked_by_hand(wanted, threshold, loss):
    assert wanted.threshold(ROWS) == pytest.approx(threshold)
    assert wanted.loss(ROWS, threshold, 0.0) == pytest.approx(loss)


def test_at_equal_false_alarms_misses_are_read_from_the_curve():
    assert EqualFalseAlarms().loss(ROWS, 0.5, 1 / 3) == 0.0
    assert EqualFalseAlarms().loss(ROWS, 0.5, 0.0) == 0.5


@given(st.integers(0, 10_000), st.floats(0.1, 20), st.floats(0.1, 20))
def test_no_other_threshold_costs_less(seed, miss, false_alarm):
    rng = np.random.default_rng(seed)
    y = np.append(rng.integers(0, 2, 20), [0, 1])
    rows = ScoredRows(y, rng.integers(0, 8, 22) / 8)
    costs = Costs(miss, false_alarm)
    least = costs.loss(rows, costs.threshold(rows), 0.0)
    assert all(least <= costs.loss(rows, other, 0.0) + 1e-12 for other in np.linspace(0, 1.1, 50))


def test_errors_are_counted_where_other_splits_put_the_threshold():
    low, high = ScoredRows(np.array([0, 1]), np.array([0.1, 0.2])), ScoredRows(np.array([0, 1]), np.array([0.7, 0.8]))
    found = count_errors(Costs(1, 1), {0: low, 1: high})
    assert (found.missed, found.false_alarms) == (
        250,
        250,
    )  # of the first split the positive, of the other the negative


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"costs": "5"}, "--costs 5: give MISS:FALSE_ALARM, such as 10:1"),
        ({"costs": "0:1"}, "--costs 0:1: both must be more than 0"),
        ({"costs": "inf:1"}, "--costs inf:1: both must be more than 0"),
        ({"recall": 1.5}, "--recall 1.5: give a share between 0 and 1"),
        ({"precision": 0.0}, "--precision 0: give a share between 0 and 1"),
        ({"recall": 0.9, "precision": 0.9}, "--recall and --precision say different things"),
    ],
)
def test_what_means_nothing_is_refused(said, complaint):
    with pytest.raises(UsageError, match=complaint):
        objective(**{"costs": None, "recall": None, "precision": None} | said)
