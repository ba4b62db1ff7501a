"""The corrected resampled t-test against worked numbers, an independent implementation, and simulation."""

import baycomp
import numpy as np
import pytest
from oversampling_bench.benchmarks.statistics import Comparison, compare, holm, shared_ranks, verdict
from scipy import stats
from statsmodels.stats.multitest import multipletests


def test_the_variance_factor_is_nadeau_and_bengios():
    # s = 1.5811 for 1…5; standard error s sqrt(1/5 + 1/4) = 1.0607; t = 2.8284 on 4 degrees of freedom.
    found = compare(np.array([1.0, 2, 3, 4, 5]), test_to_train=0.25)
    assert found.p == pytest.approx(2 * stats.t.sf(3 / 1.06066, 4), rel=1e-4)
    assert (found.low, found.high) == pytest.approx((3 - 2.77645 * 1.06066, 3 + 2.77645 * 1.06066), rel=1e-4)
    assert (found.above, found.equal, found.below) == (5, 0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_baycomps_correlated_t_test(seed):
    # baycomp's factor for 10 scores in 2 runs of 5 folds is 1/10 + 1/(5 - 1): ours for 80/20 splits. Its posterior is
    # the same t distribution, so twice its smaller tail is our p.
    x, y = np.random.default_rng(seed).normal([[0.20], [0.21]], 0.02, size=(2, 10))
    left, right = baycomp.CorrelatedTTest.probs(x, y, runs=2)
    assert compare(y - x, 0.25).p == pytest.approx(2 * min(left, right), abs=1e-12)


def test_identical_contenders_are_called_different_at_most_at_the_stated_rate():
    """1,000 replays of 10 splits of 200 rows; two contenders that differ in nothing but their random numbers.

    The bound is 5 % and three standard errors of the simulation. README gives the figure that this prints (-s).
    """
    rng = np.random.default_rng(0)
    replays, called = 1000, 0
    for _ in range(replays):
        X = rng.normal(size=(200, 4))
        y = np.sign(X.sum(axis=1) + rng.normal(size=200) * 2)
        differences = []
        for _ in range(10):
            order = rng.permutation(200)
            train, test = order[:160], order[160:]
            errors = []
            for _ in range(2):
                # A bagged half: least squares on a random half of the training rows.
                half = rng.choice(train, 80, replace=False)
                weights = np.linalg.lstsq(X[half], y[half], rcond=None)[0]
                errors.append(np.mean(np.sign(X[test] @ weights) != y[test]))
            differences.append(errors[0] - errors[1])
        found = compare(np.array(differences), 0.25)
        called += verdict(found, found.p, lower_is_better=True) in ("better", "worse")
    print(f"called different: {called / replays:.1%} of {replays} replays")
    assert called / replays <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / replays)


def test_a_real_difference_is_found():
    differences = np.random.default_rng(0).normal(-0.02, 0.005, size=10)
    found = compare(differences, 0.25)
    assert verdict(found, found.p, lower_is_better=True) == "better"
    assert verdict(found, found.p, lower_is_better=False) == "worse"


def test_equal_differences_have_no_variance():
    nothing, constant = compare(np.zeros(6), 0.25), compare(np.full(6, 0.5), 0.25)
    assert (nothing.p, nothing.low, nothing.high) == (1.0, 0.0, 0.0)
    assert (constant.p, constant.low, constant.high) == (0.0, 0.5, 0.5)
    assert verdict(nothing, 1.0, lower_is_better=True) == "tied"


@pytest.mark.parametrize("differences", [[], [0.1]])
def test_fewer_than_two_seeds_have_no_interval(differences):
    found = compare(np.array(differences), 0.25)
    assert np.isnan([found.low, found.high, found.p]).all()
    assert verdict(found, found.p, lower_is_better=True) == ""


def test_verdicts_want_seeds_an_interval_and_an_adjusted_p():
    def comparison(n, low, high):
        return Comparison(n, (low + high) / 2, low, high, 0.01, 0, 0, n)

    assert verdict(comparison(4, -0.3, -0.1), 0.001, lower_is_better=True) == ""
    assert verdict(comparison(5, -0.3, -0.1), 0.001, lower_is_better=True) == "better"
    assert verdict(comparison(5, -0.3, -0.1), 0.2, lower_is_better=True) == "unclear"
    assert verdict(comparison(5, -0.3, 0.1), 0.9, lower_is_better=True) == "tied"


def test_holm_of_a_worked_example():
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, kept from falling: 0.02, 0.03, 0.06, 0.06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_holm_agrees_with_statsmodels():
    p = np.random.default_rng(0).random(30) ** 3
    assert holm(p.tolist()) == pytest.approx(multipletests(p, method="holm")[1].tolist())


def test_ranks_are_shared_down_a_chain():
    assert shared_ranks([False, False, False, True, False]) == [1, 1, 1, 4, 4]
    assert shared_ranks([]) == []
