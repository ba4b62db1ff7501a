"""The corrected resampled t-test against worked numbers, an independent implementation, and simulation."""

from pathlib import Path

import baycomp
import numpy as np
import pytest
from oversampling_bench.benchmarks.report.statistics import (
    Comparison,
    compare,
    detectable,
    holm,
    number_better,
    over_units,
    simultaneous,
    verdict,
    word_over_units,
)
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
        return np.mean([verdict(one, one.p, True, 0.01) in ("better", "worse") for one in found])

    corrected, plain = called_different(0.25), called_different(0.0)
    assert corrected <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)
    assert plain > 0.2
    readme = " ".join((Path(__file__).parents[2] / "results" / "README.md").read_text().split())
    assert f"different in {corrected:.1%} of the replays".replace("%", " %") in readme
    assert f"a plain t-test in {plain:.1%}".replace("%", " %") in readme


def test_a_real_difference_is_found():
    differences = np.random.default_rng(0).normal(-0.02, 0.005, size=10)
    found = compare(differences, 0.25)
    assert verdict(found, found.p, lower_is_better=True, negligible=0.01) == "better"
    assert verdict(found, found.p, lower_is_better=False, negligible=0.01) == "worse"


def test_equal_differences_have_no_variance():
    nothing, constant = compare(np.zeros(6), 0.25), compare(np.full(6, 0.5), 0.25)
    assert (nothing.p, nothing.low, nothing.high) == (1.0, 0.0, 0.0)
    assert (constant.p, constant.low, constant.high) == (0.0, 0.5, 0.5)
    assert verdict(nothing, 1.0, lower_is_better=True, negligible=0.01) == "equivalent"


@pytest.mark.parametrize("differences", [[], [0.1]])
def test_fewer_than_two_seeds_have_no_interval(differences):
    found = compare(np.array(differences), 0.25)
    assert np.isnan([found.low, found.high, found.p]).all()
    assert verdict(found, found.p, lower_is_better=True, negligible=0.01) == ""


def test_verdicts_want_seeds_and_an_adjusted_p():
    def said(n, p_adjusted, mean=-0.2, error=0.03):
        return verdict(Comparison(n, mean, error, 0, 0, n), p_adjusted, lower_is_better=True, negligible=0.01)

    assert said(4, 0.001) == ""
    assert said(5, 0.001) == "better"
    assert said(5, 0.001, mean=0.2) == "worse"
    assert said(5, 0.2) == "undecided"


def test_equivalence_is_an_interval_inside_of_the_region_and_absence_of_evidence_is_not():
    # t(0.95, 9) = 1.8331: the 90 % interval of 0.002 ends at 0.00933 (standard error 0.004) and at 0.0112 (0.005).
    def said(error, negligible=0.01):
        return verdict(Comparison(10, 0.002, error, 5, 0, 5), 0.6, lower_is_better=True, negligible=negligible)

    assert [said(0.004), said(0.005), said(0.1)] == ["equivalent", "undecided", "undecided"]
    assert said(0.005, negligible=0.02) == "equivalent"


def test_contenders_on_the_border_of_the_region_are_called_equivalent_at_the_stated_rate():
    """A true difference of just what is not negligible: in one run of twenty, the interval lies inside all the same."""
    rng = np.random.default_rng(0)
    found = [compare(differences, 0.0) for differences in rng.normal(0.01, 0.004, (4000, 10))]
    rate = np.mean([verdict(one, 1.0, True, 0.01) == "equivalent" for one in found])
    assert abs(rate - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_simultaneous_limits_are_bonferronis():
    # Of two, each takes 97.5 %: t(0.9875, 9) = 2.6850.
    intervals = simultaneous([Comparison(10, 0.0, 0.01, 5, 0, 5)] * 2)
    assert intervals[0] == intervals[1] == pytest.approx((-0.026850, 0.026850), abs=1e-6)
    assert simultaneous([]) == []


def test_what_is_called_detectable_is_found_in_four_runs_of_five():
    n, count, error = 10, 4, 0.01
    rng = np.random.default_rng(0)
    runs = rng.normal(detectable(n, count) * error, error * np.sqrt(n), (4000, n))
    found = np.mean([compare(run, 0.0).p < 0.05 / count for run in runs])
    assert abs(found - 0.8) < 3 * np.sqrt(0.8 * 0.2 / 4000)
    assert detectable(5, 1000) > detectable(5, 100) > 10  # found however strict the test


def test_holm_of_a_worked_example():
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, kept from falling: 0.02, 0.03, 0.06, 0.06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_holm_agrees_with_statsmodels():
    p = np.random.default_rng(0).random(30) ** 3
    assert holm(p.tolist()) == pytest.approx(multipletests(p, method="holm")[1].tolist())


def test_ranks_count_those_shown_better_and_do_not_chain():
    # Each is a step of 1 better than the next, and only two steps are told apart.
    order = ["a", "b", "c", "d"]
    ranks = number_better(order, lambda one, other: order.index(other) - order.index(one) >= 2)
    assert ranks == {"a": 1, "b": 1, "c": 2, "d": 3}
    assert number_better([], lambda one, other: True) == {}


def test_over_units_it_is_wilcoxons_signed_ranks():
    # Ranks 1 to 8 by size, of which only the smallest, 0.5, is negative: W = 1. Of 2^8 patterns of signs two have
    # W <= 1 (none and {1}), so p = 2 · 2 / 256.
    units = over_units(np.array([-0.5, 1, 2, 3, 4, 5, 6, 7.0]))
    assert units.p == pytest.approx(4 / 256)
    assert (units.mean, units.median) == (3.4375, 3.5)
    assert units.bootstrapped == units.bootstrapped
    low, high = units.bootstrapped
    assert 1 < low < units.mean < high < 6
    # Student's: s = 2.5556, t(0.975, 7) = 2.3646, so the half-width is 2.3646 · 2.5556 / sqrt(8) = 2.1366.
    assert units.interval() == pytest.approx((3.4375 - 2.1366, 3.4375 + 2.1366), abs=1e-3)


@pytest.mark.parametrize("n", [6, 9, 13, 40])
def test_over_units_it_is_scipys(n):
    values = np.random.default_rng(n).normal(0.5, 1, n)
    assert over_units(values).p == pytest.approx(stats.wilcoxon(values).pvalue)


def test_ties_and_zeros_are_exact_for_few_units():
    # Ranks by size, zeros among them (Pratt): 0 → 1, the four 1 → 3.5 each, 2 → 6. All five that differ are positive:
    # the largest sum there is, which two of 2^5 patterns reach.
    assert over_units(np.array([0, 1, 1, 1, 1, 2.0])).p == pytest.approx(2 / 32)
    assert over_units(np.array([1, 1, 1, 1, 1, -1.0])).p == pytest.approx(14 / 64)  # none, one of six, five of six, all


@pytest.mark.parametrize(
    ("values", "p_adjusted", "word"),
    [
        ([0.02, 0.03, 0.04, 0.05, 0.02, 0.03], 0.03, "better"),
        ([-0.02, -0.03, -0.04, -0.05, -0.02, -0.03], 0.03, "worse"),
        ([0.02, -0.03, 0.04, -0.05, 0.02, -0.03], 0.9, "undecided"),
        ([0.001, -0.001, 0.002, 0.0, 0.001, -0.002], 0.9, "equivalent"),
        ([0.0] * 6, 1.0, "equivalent"),
        ([0.02] * 5, 0.01, ""),  # of five units Wilcoxon's test can say nothing
    ],
)
def test_words_over_units(values, p_adjusted, word):
    assert word_over_units(over_units(np.array(values)), p_adjusted, lower_is_better=False, negligible=0.01) == word


def test_units_that_are_all_alike_have_no_variance():
    assert over_units(np.zeros(6)).p == 1.0
    assert over_units(np.full(6, 0.1)).interval() == pytest.approx((0.1, 0.1))
    assert over_units(np.full(6, 0.1)).bootstrapped == pytest.approx((0.1, 0.1))


def test_many_a_little_worse_and_one_far_better_are_undecided():
    units = over_units(np.array([*np.linspace(-0.0013, -0.0010, 30), 0.1]))
    assert units.mean > 0
    assert units.direction < 0
    assert word_over_units(units, units.p, lower_is_better=False, negligible=0.001) == "undecided"


def test_what_is_excluded_over_sources_holds_at_the_stated_rate():
    """Ten contenders without any lift over twelve sources with heavy tails: all limits hold in 19 of 20 replays."""
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(100):
        units = [over_units(values) for values in rng.standard_t(4, (10, 12))]
        missed += any(not low <= 0 <= high for low, high in simultaneous(units))
    assert missed / 100 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)
