"""Scores against tiny confusion matrices worked by hand."""

import numpy as np
import pytest
from oversampling_bench.benchmarks.measure.scores import MEASURES, Predictions, scores

Y = np.array([0, 0, 0, 0, 1, 1])
PREDICTED = np.array([0, 0, 0, 1, 0, 1])
PROBABILITY = np.array([0.1, 0.2, 0.4, 0.6, 0.3, 0.9])


def test_counts_have_the_positive_class_last():
    assert Predictions(Y, PREDICTED, PROBABILITY).counts == {"tn": 3, "fp": 1, "fn": 1, "tp": 1}


def test_counts_of_one_decision_are_still_four():
    assert Predictions(Y, np.zeros(6, dtype=int), PROBABILITY).counts == {"tn": 4, "fp": 0, "fn": 2, "tp": 0}


def test_error_rates_of_a_worked_matrix():
    found = scores(Predictions(Y, PREDICTED, PROBABILITY))
    rates = {name: found[name] for name in ("error", "error_positive", "error_negative", "balanced_error")}
    assert rates == {"error": 2 / 6, "error_positive": 1 / 2, "error_negative": 1 / 4, "balanced_error": 3 / 8}


def test_scores_of_worked_probabilities():
    result = scores(Predictions(Y, PREDICTED, PROBABILITY))
    # Pairs (negative, positive) in right order: 0.3 beats 0.1 and 0.2; 0.9 beats all four: 6 of 8.
    assert result["roc_auc"] == pytest.approx(6 / 8)
    # Positives come 1st and 4th in descending order: precision 1/1 and 2/4, half the positives each.
    assert result["average_precision"] == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    assert result["brier"] == pytest.approx((0.01 + 0.04 + 0.16 + 0.36 + 0.49 + 0.01) / 6)
    assert result["log_loss"] == pytest.approx(-np.log([0.9, 0.8, 0.6, 0.4, 0.3, 0.9]).mean())


def test_scores_refuse_probabilities_that_are_not_finite():
    with pytest.raises(ValueError, match="1 probabilities are not finite"):
        scores(Predictions(Y, PREDICTED, np.array([0.1, 0.2, 0.4, np.nan, 0.3, 0.9])))


@pytest.mark.parametrize(("y", "counts"), [(np.zeros(3, int), "0 positives, 3"), (np.ones(3, int), "3 positives, 0")])
def test_scores_refuse_test_rows_of_one_class(y, counts):
    with pytest.raises(ValueError, match=f"one class only \\({counts}"):
        scores(Predictions(y, y, np.full(3, 0.5)))


def test_every_measure_says_how_it_is_shown_and_read():
    for measure in MEASURES.values():
        assert measure.heading
        assert measure.reading.endswith(".")
        assert measure.better in ("lower", "higher")
    places = [measure.place for measure in MEASURES.values() if measure.place is not None]
    assert len(set(places)) == len(places)
