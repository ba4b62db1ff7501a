"""Calibration and net benefit against statsmodels, scikit-learn, the numbers of dcurves, and bins worked by hand."""

import numpy as np
import pytest
from oversampling_bench.benchmarks.measure import calibration
from oversampling_bench.benchmarks.measure.scores import Predictions, scores
from scipy.special import expit, logit
from sklearn.calibration import calibration_curve

Y, PROBABILITY = np.array([0, 0, 0, 0, 1, 1]), np.array([0.1, 0.2, 0.4, 0.6, 0.3, 0.9])
OF_PROBABILITIES = ("calibration_error", "calibration_slope", "calibration_intercept", "net_benefit_at_20")


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    p = rng.beta(1, 4, 200).round(3)
    return (rng.random(200) < p).astype(int), p


def test_slope_and_intercept_are_those_of_statsmodels(drawn):
    import statsmodels.api as sm

    y, p = drawn
    odds = logit(p)
    both = sm.Logit(y, sm.add_constant(odds)).fit(disp=0).params
    alone = sm.GLM(y, np.ones(len(y)), family=sm.families.Binomial(), offset=odds).fit().params
    assert calibration.slope(y, p) == pytest.approx(both[1], abs=1e-5)
    assert calibration.intercept(y, p) == pytest.approx(alone[0], abs=1e-5)


def test_a_shift_and_a_stretch_of_the_log_odds_come_back(drawn):
    y, p = drawn
    shifted, stretched = expit(logit(p) + 1.5), expit(logit(p) * 2)
    assert calibration.intercept(y, shifted) == pytest.approx(calibration.intercept(y, p) - 1.5, abs=1e-6)
    assert calibration.slope(y, stretched) == pytest.approx(calibration.slope(y, p) / 2, abs=1e-5)


def test_there_is_no_slope_where_probabilities_are_the_same_or_separate_the_classes():
    y = np.array([0, 0, 1, 1])
    for p in ([0.3] * 4, [0.1, 0.2, 0.8, 0.9], [0.9, 0.8, 0.2, 0.1], [0.1, 0.5, 0.5, 0.9]):
        assert np.isnan(calibration.slope(y, np.array(p)))
    assert np.isfinite(calibration.slope(y, np.array([0.1, 0.6, 0.5, 0.9])))


def test_of_nothing_but_certainties_there_is_neither():
    y, p = np.array([0, 1, 0, 1]), np.array([0.0, 0.0, 1.0, 1.0])
    assert np.isnan(calibration.slope(y, p))
    assert np.isnan(calibration.intercept(y, p))


def test_an_intercept_that_depends_on_how_sure_certainty_is_is_none(drawn):
    y, p = drawn
    sure = np.where(np.arange(200) < 198, y, p)  # all but two rows are certain, and right
    sure[:3] = 1 - y[:3]
    assert np.isnan(calibration.intercept(y, sure))
    few = np.where(np.arange(200) < 10, 0.0, p)
    assert np.isfinite(calibration.intercept(y, few))
    assert np.isfinite(calibration.slope(y, few))


def test_net_benefit_is_that_of_dcurves(drawn):
    # dcurves 1.1.7, dca(data, outcome="y", modelnames=["p"], thresholds=[0.05, 0.1, 0.2, 0.5]), on the same rows
    found = [calibration.net_benefit(*drawn, at) for at in (0.05, 0.1, 0.2, 0.5)]
    assert found == pytest.approx([0.1910526, 0.1555556, 0.1175, 0], abs=1e-7)


def test_calibration_error_of_worked_bins():
    # Ten bins of six rows: each is alone in one. |0.1 - 0| + |0.2 - 0| + |0.4 - 0| + |0.6 - 0| + |0.3 - 1| + |0.9 - 1|
    assert calibration.expected_error(Y, PROBABILITY) == pytest.approx(2.1 / 6)
    # Rows of one probability stay together, and half of them are positive.
    assert calibration.expected_error(np.array([0, 1] * 10), np.full(20, 0.5)) == 0


@pytest.mark.parametrize("n", [50, 1000])
def test_bins_are_those_of_scikit_learn(n):
    rng = np.random.default_rng(n)
    p = rng.random(n)
    y = (rng.random(n) < p).astype(int)
    for strategy, edges in (("uniform", np.linspace(0, 1, 11)), ("quantile", np.quantile(p, np.linspace(0, 1, 11)))):
        theirs = calibration_curve(y, p, n_bins=10, strategy=strategy)
        ours = calibration.binned(y, p, edges[1:-1])
        assert sum(each.n for each in ours) == n
        assert np.allclose(theirs, ([each.positive for each in ours], [each.probability for each in ours]))


def test_ranks_are_no_probabilities():
    found = scores(Predictions(Y, (PROBABILITY > 0.5).astype(int), PROBABILITY, ranked=True))
    assert all(np.isnan(found[name]) for name in OF_PROBABILITIES)
    found = scores(Predictions(Y, (PROBABILITY > 0.5).astype(int), PROBABILITY))
    assert all(np.isfinite(found[name]) for name in OF_PROBABILITIES)
