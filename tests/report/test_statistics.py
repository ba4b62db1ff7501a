"""The corrected resampled t-test against worked numbers, an independent implementation, and simulation."""

from pathlib import Path

import baycomp
import numpy as np
import pytest
from oversampling_bench.benchmarks.report.statistics import Comparison, compare, holm, shared_ranks, verdict
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


def replay(rng):
    """Ten resplits of one sample of 200 rows; two learners that are equally good on the population.

    One sees columns 0 and 1, the other 0 and 2; 1 and 2 are alike in distribution. On one finite sample one of them is
    the better by chance, on all its resplits: what a plain t-test takes for a difference.
    """
    X = rng.normal(size=(200, 3))
    y = np.sign(X.sum(axis=1) + rng.normal(size=200))
    differences = []
    for _ in range(10):
        order = rng.permutation(200)
        train, test = order[:160], order[160:]
        errors = []
        for columns in ([0, 1], [0, 2]):
            weights = np.linalg.lstsq(X[train][:, columns], y[train], rcond=None)[0]
            errors.append(np.mean(np.sign(X[test][:, columns] @ weights) != y[test]))
        differences.append(errors[0] - errors[1])
    return np.array(differences)


def test_identical_contenders_are_called_different_at_most_at_the_stated_rate():
    """1,000 replays. The bound is 5 % and three standard errors of the simulation; README gives these figures."""
    rng = np.random.default_rng(0)
    replays = [replay(rng) for _ in range(1000)]

    def called_different(test_to_train):
        found = [compare(differences, test_to_train) for differences in replays]
        return np.mean([verdict(one, one.p, lower_is_better=True) in ("better", "worse") for one in found])

    corrected, plain = called_different(0.25), called_different(0.0)
    assert corrected <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)
    assert plain > 0.2
    readme = " ".join((Path(__file__).parents[2] / "results" / "README.md").read_text().split())
    assert f"different in {corrected:.1%} of the replays".replace("%", " %") in readme
    assert f"a plain t-test in {plain:.1%}".replace("%", " %") in readme


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
