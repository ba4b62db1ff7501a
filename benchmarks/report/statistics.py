"""Paired comparisons over repeated splits, with the variance that overlapping training sets call for."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

MIN_SEEDS = 5
"""With fewer seeds than this no verdict is given: the variance is too poorly known."""

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Comparison:
    """Mean of paired differences over `n` seeds, its confidence interval and two-sided p, and the seeds by sign."""

    n: int
    mean: float
    low: float
    high: float
    p: float
    above: int
    equal: int
    below: int


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
    mean = float(np.mean(differences)) if n else float("nan")
    signs = {"above": int((differences > 0).sum()), "equal": int((differences == 0).sum())}
    signs["below"] = n - signs["above"] - signs["equal"]
    if n < 2:
        return Comparison(n, mean, float("nan"), float("nan"), float("nan"), **signs)
    error = float(np.std(differences, ddof=1) * np.sqrt(1 / n + test_to_train))
    if error == 0:  # every seed gives the same difference
        return Comparison(n, mean, mean, mean, 1.0 if mean == 0 else 0.0, **signs)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
    return Comparison(n, mean, mean - half, mean + half, float(2 * stats.t.sf(abs(mean) / error, n - 1)), **signs)


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


def verdict(comparison: Comparison, p_adjusted: float, lower_is_better: bool) -> str:
    """Put a comparison into a word, or none.

    "better" and "worse" take an interval wholly on that side of 0 and an adjusted p below 0.05; "tied" an interval that
    holds 0. Between the two stands "unclear": the interval alone would say so, but not among so many contenders. With
    fewer than `MIN_SEEDS` seeds there is no word.
    """
    if comparison.n < MIN_SEEDS:
        return ""
    if comparison.low <= 0 <= comparison.high:
        return "tied"
    if p_adjusted >= 1 - CONFIDENCE:
        return "unclear"
    return "better" if (comparison.mean < 0) == lower_is_better else "worse"


def shared_ranks(told_from_above: list[bool]) -> list[int]:
    """Give ranks from best to worst; one that cannot be told from the one above it shares its rank.

    The first value says nothing, for there is none above.

    >>> shared_ranks([False, True, False, True])
    [1, 2, 2, 4]
    """
    ranks: list[int] = []
    for position, told in enumerate(told_from_above, start=1):
        ranks.append(position if told or not ranks else ranks[-1])
    return ranks
