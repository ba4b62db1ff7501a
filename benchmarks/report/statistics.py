"""Paired comparisons over repeated splits, with the variance that overlapping training sets call for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, Protocol

import numpy as np
from scipy import special

Word = Literal["better", "worse", "equivalent", "undecided", ""]

MIN_SEEDS = 5
"""With fewer seeds than this no verdict is given: the variance is too poorly known."""

CONFIDENCE = 0.95

EQUIVALENCE = 0.90
"""The interval that must lie inside the region of practical equivalence: two one-sided tests at 5 %."""

POWER = 0.80


@dataclass(frozen=True)
class Comparison:
    """Mean of paired differences over `n` seeds, its standard error, and the seeds by sign."""

    n: int
    mean: float
    error: float
    above: int
    equal: int
    below: int

    @property
    def low(self) -> float:
        """Lower end of the confidence interval."""
        return self.interval()[0]

    @property
    def high(self) -> float:
        """Upper end of the confidence interval."""
        return self.interval()[1]

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Give the confidence interval of the mean; NaN of fewer than two seeds."""
        return _student(self.mean, self.error, self.n - 1, confidence)

    @cached_property
    def p(self) -> float:
        """Two-sided p of a mean of 0; NaN of fewer than two seeds."""
        if self.error == 0:  # every seed gives the same difference
            return 1.0 if self.mean == 0 else 0.0
        return float(2 * special.stdtr(self.n - 1, -abs(self.mean) / self.error))


@cache
def _quantile(probability: float, degrees: int) -> float:
    return float(special.stdtrit(degrees, probability))


def _student(mean: float, error: float, degrees: int, confidence: float) -> tuple[float, float]:
    half = _quantile((1 + confidence) / 2, degrees) * error if error else error
    return mean - half, mean + half


def compare(differences: np.ndarray, test_to_train: float) -> Comparison:
    """Corrected resampled t-test.

    The splits share most of their training rows, so the differences are correlated and the plain t-test finds too
    much. Its variance of the mean, s² / J, becomes s² (1 / J + n_test / n_train).

    Parameters
    ----------
    differences : ndarray of shape (J,)
        Contender less baseline, one a seed.
    test_to_train : float
        n_test / n_train.

    References
    ----------
    Nadeau & Bengio 2003, Inference for the Generalization Error, doi 10.1023/A:1024068626366.

    Examples
    --------
    >>> result = compare(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), test_to_train=0.25)
    >>> round(result.mean, 3), round(result.high - result.mean, 3), round(result.p, 4)
    (3.0, 2.945, 0.0474)
    """
    n = len(differences)
    above, equal = int((differences > 0).sum()), int((differences == 0).sum())
    mean = float(np.mean(differences)) if n else float("nan")
    error = float(np.std(differences, ddof=1) * np.sqrt(1 / n + test_to_train)) if n > 1 else float("nan")
    return Comparison(n, mean, error, above, equal, n - above - equal)


def holm(p: list[float]) -> list[float]:
    """Adjust p values for their number, step-down. Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    # statsmodels has it too, but collects all garbage at each call, which takes minutes over a large report.
    values = np.asarray(p)
    order = np.argsort(values)
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)).clip(max=1.0)
    adjusted = np.empty_like(stepped)
    adjusted[order] = stepped
    return [float(value) for value in adjusted]


def verdict(comparison: Comparison, p_adjusted: float, lower_is_better: bool, negligible: float) -> Word:
    """Put a comparison into a word, or none.

    "better" and "worse" take an adjusted p below 0.05; "equivalent" a 90 % interval inside of the region of practical
    equivalence; "undecided" is all else. With fewer than `MIN_SEEDS` seeds there is no word.

    Parameters
    ----------
    negligible : float
        Half the width of the region of practical equivalence.
    """
    if comparison.n < MIN_SEEDS:
        return ""
    return _word(comparison, p_adjusted < 1 - CONFIDENCE, lower_is_better, negligible)


def _word(found: "HasInterval", shown: bool, lower_is_better: bool, negligible: float) -> Word:
    if shown:
        return "better" if (found.mean < 0) == lower_is_better else "worse"
    return "equivalent" if within(found.interval(EQUIVALENCE), negligible) else "undecided"


def within(interval: tuple[float, float], negligible: float) -> bool:
    """Tell whether an interval lies inside of the region of practical equivalence."""
    return -negligible < interval[0] and interval[1] < negligible


class HasInterval(Protocol):
    """A mean, and what it is uncertain by."""

    @property
    def mean(self) -> float:
        """The mean."""

    def interval(self, confidence: float) -> tuple[float, float]:
        """Give the confidence interval."""


def simultaneous(comparisons: Sequence[HasInterval]) -> list[tuple[float, float]]:
    """Give intervals that hold all at once with 95 % confidence: Bonferroni's, wider for every further one."""
    confidence = 1 - (1 - CONFIDENCE) / max(1, len(comparisons))
    return [comparison.interval(confidence) for comparison in comparisons]


@cache
def detectable(n: int, count: int = 1) -> float:
    """Give the difference that is found with 80 % power, in standard errors of its mean.

    Of one contender among `count`, at the strictest of Holm's steps, p < 0.05 / `count`, over `n` seeds: the
    non-centrality of Student's t at which it exceeds its critical value four times in five.

    >>> round(detectable(10), 2), round(detectable(10, count=4), 2)
    (3.15, 4.06)
    """
    critical = _quantile(1 - (1 - CONFIDENCE) / (2 * count), n - 1)
    return float(special.nctdtrinc(n - 1, 1 - POWER, critical))


def number_better(names: Sequence[str], shown_better: Callable[[str, str], bool]) -> dict[str, int]:
    """Rank: one more than the number of others that are shown to be better.

    >>> number_better(["a", "b", "c"], lambda one, other: (one, other) == ("a", "c"))
    {'a': 1, 'b': 1, 'c': 2}
    """
    return {name: 1 + sum(shown_better(other, name) for other in names if other != name) for name in names}


MIN_UNITS = 6
"""Of fewer, Wilcoxon's test cannot give a two-sided p below 0.05."""

FEW_UNITS = 13
"""Of as many, all 2^n patterns of signs are gone through."""


@dataclass(frozen=True)
class Units:
    """Values of units that are independent of each other, such as sources.

    `values` has one a unit, `p` is Wilcoxon's, two-sided, `direction` the sign of the sum of signed ranks it is of.
    """

    values: np.ndarray
    p: float
    direction: float

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.values.mean())

    @property
    def median(self) -> float:
        """The median."""
        return float(np.median(self.values))

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Give Student's interval of the mean, on which decisions rest: a bootstrap over few units is too narrow."""
        n = len(self.values)
        return _student(self.mean, float(np.std(self.values, ddof=1) / np.sqrt(n)), n - 1, confidence)

    @cached_property
    def bootstrapped(self) -> tuple[float, float]:
        """The 95 % interval of the mean from a bootstrap over the units (BCa, Efron 1987); the same every time."""
        if np.ptp(self.values) == 0:
            return self.mean, self.mean
        from scipy import stats  # takes half a second, and most reports do without

        found = stats.bootstrap(
            (self.values,), np.mean, confidence_level=CONFIDENCE, n_resamples=9999, rng=np.random.default_rng(0)
        ).confidence_interval
        return float(found.low), float(found.high)


def over_units(values: np.ndarray) -> Units:
    """Test by Wilcoxon's signed ranks whether values of independent units lie around 0.

    Benavoli, Corani & Mangili 2016, Should We Really Use Post-Hoc Tests Based on Mean-Ranks?, JMLR 17(5): unlike those
    of mean ranks, its answer on two contenders does not depend on which others race. Units at 0 take part in the
    ranking, but not in the sums (Pratt 1959).

    >>> round(over_units(np.array([1.0, 2, 3, 4, 5, 6, 7, -1.5])).p, 4)
    0.0234
    """
    if not np.any(values):
        return Units(values, 1.0, 0.0)
    from scipy import stats  # see above

    ranks = stats.rankdata(np.abs(values))
    total = float(np.sign(values) @ ranks)
    if len(values) <= FEW_UNITS:
        p = _of_all_signs(ranks[values != 0], total)
    else:
        p = float(stats.wilcoxon(values, zero_method="pratt").pvalue)
    return Units(values, p, float(np.sign(total)))


def _of_all_signs(ranks: np.ndarray, total: float) -> float:
    """Share of all patterns of signs whose sum of ranks is as far from 0: exact with ties too, where SciPy is slow."""
    n = len(ranks)
    signs = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1  # (2^n, n)
    return float(np.mean(np.abs(signs @ ranks) >= abs(total) - 1e-9))


def word_over_units(units: Units, p_adjusted: float, lower_is_better: bool, negligible: float) -> Word:
    """Put a comparison over units into a word, as `verdict` does.

    Where the ranks, which are tested, and the mean, which is shown, lie on different sides of 0, nothing is decided:
    many units say one thing a little, and a few another by far.
    """
    if len(units.values) < MIN_UNITS:
        return ""
    shown = p_adjusted < 1 - CONFIDENCE and units.direction * units.mean > 0
    return _word(units, shown, lower_is_better, negligible)
