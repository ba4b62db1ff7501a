"""Probabilities against outcomes: what a logistic recalibration would change, bins of a reliability curve, net benefit.

Van Calster, McLernon, van Smeden, Wynants & Steyerberg 2019, Calibration: the Achilles heel of predictive analytics,
doi 10.1186/s12916-019-1466-7.
"""

from typing import NamedTuple

import numpy as np

SUREST = 1e-6
"""A probability nearer to 0 or 1 than this counts as this: its log-odds would be infinite.

The slope of a learner that often says 0 or 1 depends on it: that of a fully grown forest on Adult is 0.77 with this,
0.85 with 1e-3 and 0.74 with 1e-8.
"""

BINS = 10
"""Bins of the expected calibration error, each of a tenth of the rows; rows of one probability stay in one bin."""

SETTLED = 0.1
"""By so much an intercept may change where `SUREST` is a hundred times as large; else it is one of `SUREST` alone."""

FARTHEST = 50.0
"""Log-odds past which an intercept is not looked for."""


class Bin(NamedTuple):
    """Rows of similar probability: their number, their mean probability, and their share of positives."""

    n: int
    probability: float
    positive: float


def intercept(y: np.ndarray, probability: np.ndarray) -> float:
    """Give the shift of the log-odds, the same for all rows, after which as many positives are expected as there are.

    Calibration in the large: 0 is right, below 0 says that risks are overestimated. NaN where so many probabilities
    are 0 or 1 that it depends on `SUREST`.

    >>> from scipy.special import logit
    >>> round(intercept(np.array([0, 0, 0, 1]), np.full(4, 0.5)), 4), round(float(logit(0.25)), 4)
    (-1.0986, -1.0986)
    """
    from scipy.optimize import brentq
    from scipy.special import expit

    if _all_sure(probability):
        return float("nan")

    def shift(surest: float) -> float:
        odds = _odds(probability, surest)
        return float(brentq(lambda by: expit(odds + by).mean() - y.mean(), -FARTHEST, FARTHEST))

    found = shift(SUREST)
    return found if abs(found - shift(100 * SUREST)) < SETTLED else float("nan")


def slope(y: np.ndarray, probability: np.ndarray) -> float:
    """Give the factor by which a logistic regression of the labels on the log-odds multiplies them.

    Cox 1958, Two Further Applications of a Model for Binary Regression, doi 10.1093/biomet/45.3-4.562: 1 is right,
    below 1 says that probabilities are too extreme. NaN where there is none: all probabilities are the same, or they
    separate the classes, or all are 0 or 1.
    """
    if _all_sure(probability):
        return float("nan")
    odds = _odds(probability)
    negatives, positives = odds[y == 0], odds[y == 1]
    if np.ptp(odds) == 0 or negatives.max() <= positives.min() or positives.max() <= negatives.min():
        return float("nan")
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(odds[:, None], y)
    return float(fitted.coef_[0, 0])


def expected_error(y: np.ndarray, probability: np.ndarray) -> float:
    """Give the mean distance of a bin's mean probability to its share of positives, weighted by the bins' rows.

    Naeini, Cooper & Hauskrecht 2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning,
    doi 10.1609/aaai.v29i1.9602, with bins of equally many rows (Nixon et al. 2019, Measuring Calibration in Deep
    Learning). It is above 0 for perfect probabilities, too, the more so the fewer rows there are.
    """
    edges = np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1])
    return sum(each.n * abs(each.probability - each.positive) for each in binned(y, probability, edges)) / len(y)


def binned(y: np.ndarray, probability: np.ndarray, edges: np.ndarray) -> list[Bin]:
    """Group rows by the inner edges of bins, ascending; a row on an edge belongs below it. Empty bins are left out.

    >>> binned(np.array([0, 1, 1]), np.array([0.25, 0.5, 0.875]), np.array([0.5]))
    [Bin(n=2, probability=0.375, positive=0.5), Bin(n=1, probability=0.875, positive=1.0)]
    """
    number = np.searchsorted(edges, probability)
    n = np.bincount(number, minlength=len(edges) + 1)
    sums = [np.bincount(number, weights=values, minlength=len(n)) for values in (probability, y)]
    return [
        Bin(int(count), float(expected / count), float(found / count))
        for count, expected, found in zip(n, *sums, strict=True)
        if count
    ]


def net_benefit(y: np.ndarray, probability: np.ndarray, threshold: float) -> float:
    """Give the true positives a row, less the false positives weighed by the odds of the threshold.

    Who acts from a risk of `threshold` on holds a false alarm for ``threshold / (1 - threshold)`` as bad as a miss. To
    act on nobody is worth 0. Vickers & Elkin 2006, Decision Curve Analysis, doi 10.1177/0272989X06295361.

    >>> round(net_benefit(np.array([0, 0, 1, 1]), np.array([0.1, 0.3, 0.3, 0.8]), 0.2), 4)
    0.4375
    """
    acted = probability >= threshold
    true, false = (acted & (y == 1)).mean(), (acted & (y == 0)).mean()
    return float(true - false * threshold / (1 - threshold))


def _odds(probability: np.ndarray, surest: float = SUREST) -> np.ndarray:
    from scipy.special import logit

    return np.asarray(logit(probability.clip(surest, 1 - surest)))


def _all_sure(probability: np.ndarray) -> bool:
    return not ((probability > SUREST) & (probability < 1 - SUREST)).any()
