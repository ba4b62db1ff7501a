"""The measures: scores of one cell from test labels, decisions and probabilities. Rates are fractions.

To add one, write a function here: its decorator says what it is called and which way is better, its docstring's first
line how to read it. The record's columns, the tables, the pictures and "how to read this" follow.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np

from . import calibration
from .roc import Roc


@dataclass(frozen=True)
class Predictions:
    """A classifier on test rows: labels, its own decisions, its probabilities of the positive class; each (n_test,).

    Those that are `ranked` say which rows are more likely to be positive, and nothing of how likely they are.
    """

    y: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray
    ranked: bool = False

    @cached_property
    def counts(self) -> dict[str, int]:
        """True and false negatives and positives.

        >>> Predictions(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 0, 1]), np.zeros(5)).counts
        {'tn': 2, 'fp': 1, 'fn': 1, 'tp': 1}
        """
        from sklearn.metrics import confusion_matrix

        tn, fp, fn, tp = confusion_matrix(self.y, self.predicted, labels=[0, 1]).ravel().tolist()
        return {"tn": tn, "fp": fp, "fn": fn, "tp": tp}

    @cached_property
    def roc(self) -> Roc:
        """The ROC curve of the probabilities."""
        return Roc.of(self.y, self.probability)


@dataclass(frozen=True)
class Measure:
    """A score of a cell, and how it is shown.

    Attributes
    ----------
    name : str
        Its column in the record.
    heading : str
        What tables and pictures call it.
    better : {"lower", "higher"}
        Which way is better.
    place : float, optional
        Where it stands in tables, counted from the left; None for one that only a section of its own shows.
    percent : bool
        Whether it is a rate, shown in percent with two decimals; else it is shown as it is, with four.
    reading : str
        How to read it, in one line.
    of : callable, optional
        Computes it from one cell; None for one that takes several cells.
    equivalence : float, optional
        Half the width of its region of practical equivalence: differences below it matter to nobody. Where it is left
        out, one point (0.01) of a rate, and 0.005 of others.
    ideal : float, optional
        The value that is right, where it lies between worse ones: contenders are then compared by their distance to it,
        of which lower is better.
    """

    name: str
    heading: str
    better: Literal["lower", "higher"]
    place: float | None
    percent: bool = False
    reading: str = ""
    of: Callable[[Predictions], float] | None = None
    equivalence: float | None = None
    ideal: float | None = None

    @property
    def goal(self) -> str:
        """Say which values are better."""
        return f"{self.better.capitalize()} is better" if self.ideal is None else f"{self.ideal:g} is right"

    @property
    def negligible(self) -> float:
        """Half the width of the region of practical equivalence."""
        if self.equivalence is not None:
            return self.equivalence
        return 0.01 if self.percent else 0.005


MEASURES: dict[str, Measure] = {}
"""All that this module defines, by name, in the order of the record's columns."""


def measure(
    *,
    heading: str,
    better: Literal["lower", "higher"],
    place: float | None,
    percent: bool = False,
    equivalence: float | None = None,
    ideal: float | None = None,
) -> Callable[[Callable[[Predictions], float]], Callable[[Predictions], float]]:
    """Make a measure of a function. What is said here changes no stored cell's key; the function's code does."""

    def register(function: Callable[[Predictions], float]) -> Callable[[Predictions], float]:
        name, reading = function.__name__, inspect.getdoc(function) or ""
        first = reading.partition("\n")[0]
        MEASURES[name] = Measure(name, heading, better, place, percent, first, function, equivalence, ideal)
        return function

    return register


@measure(heading="overall error", better="lower", place=2, percent=True)
def error(tested: Predictions) -> float:
    """Share of all rows that are decided wrongly."""
    counts = tested.counts
    return (counts["fp"] + counts["fn"]) / sum(counts.values())


@measure(heading="error on positives", better="lower", place=3, percent=True)
def error_positive(tested: Predictions) -> float:
    """Share of positives that are missed."""
    return tested.counts["fn"] / (tested.counts["fn"] + tested.counts["tp"])


@measure(heading="error on negatives", better="lower", place=4, percent=True)
def error_negative(tested: Predictions) -> float:
    """Share of negatives that raise a false alarm."""
    return tested.counts["fp"] / (tested.counts["fp"] + tested.counts["tn"])


@measure(heading="balanced error", better="lower", place=1, percent=True)
def balanced_error(tested: Predictions) -> float:
    """Mean of the errors on positives and on negatives."""
    return (error_positive(tested) + error_negative(tested)) / 2


@measure(heading="ROC AUC", better="higher", place=6)
def roc_auc(tested: Predictions) -> float:
    """Chance that a positive is given a higher probability than a negative; moving the threshold does not change it."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(tested.y, tested.probability))


@measure(heading="average precision", better="higher", place=7)
def average_precision(tested: Predictions) -> float:
    """Mean precision over all shares of positives found; moving the threshold does not change it."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(tested.y, tested.probability))


def _unless_ranked(tested: Predictions, score: Callable[[np.ndarray, np.ndarray], float]) -> float:
    # What ranks has no probabilities that could be right or wrong.
    return math.nan if tested.ranked else float(score(tested.y, tested.probability))


@measure(heading="Brier score", better="lower", place=8)
def brier(tested: Predictions) -> float:
    """Mean squared error of the probabilities."""
    from sklearn.metrics import brier_score_loss

    return _unless_ranked(tested, brier_score_loss)


@measure(heading="log loss", better="lower", place=9)
def log_loss(tested: Predictions) -> float:
    """Mean negative log-likelihood of the labels under the probabilities; one sure mistake costs much."""
    from sklearn import metrics

    return _unless_ranked(tested, partial(metrics.log_loss, labels=[0, 1]))


@measure(heading="expected calibration error", better="lower", place=None, percent=True)
def calibration_error(tested: Predictions) -> float:
    """Mean distance of predicted risks to the share of positives, over ten bins of equally many test rows (ECE)."""
    return _unless_ranked(tested, calibration.expected_error)


@measure(heading="calibration slope", better="lower", place=None, equivalence=0.05, ideal=1.0)
def calibration_slope(tested: Predictions) -> float:
    """Factor on the log-odds that would mend them (logistic recalibration): below 1, they are too extreme."""
    return _unless_ranked(tested, calibration.slope)


@measure(heading="calibration intercept", better="lower", place=None, equivalence=0.05, ideal=0.0)
def calibration_intercept(tested: Predictions) -> float:
    """Shift of the log-odds after which as many positives are expected as there are; below 0, risks are overstated."""
    return _unless_ranked(tested, calibration.intercept)


@measure(heading="net benefit at 5 %", better="higher", place=None)
def net_benefit_at_5(tested: Predictions) -> float:
    """Net benefit of acting from a risk of 5 % on, where a miss costs as much as 19 false alarms."""
    return _unless_ranked(tested, partial(calibration.net_benefit, threshold=0.05))


@measure(heading="net benefit at 10 %", better="higher", place=None)
def net_benefit_at_10(tested: Predictions) -> float:
    """Net benefit of acting from a risk of 10 % on, where a miss costs as much as 9 false alarms."""
    return _unless_ranked(tested, partial(calibration.net_benefit, threshold=0.1))


@measure(heading="net benefit at 20 %", better="higher", place=None)
def net_benefit_at_20(tested: Predictions) -> float:
    """Net benefit of acting from a risk of 20 % on, where a miss costs as much as 4 false alarms."""
    return _unless_ranked(tested, partial(calibration.net_benefit, threshold=0.2))


@measure(heading="net benefit at 50 %", better="higher", place=None)
def net_benefit_at_50(tested: Predictions) -> float:
    """Net benefit of acting from a risk of 50 % on, where a miss costs as much as a false alarm."""
    return _unless_ranked(tested, partial(calibration.net_benefit, threshold=0.5))


@measure(heading="error on positives at 1 % false alarms", better="lower", place=None, percent=True)
def error_positive_at_1(tested: Predictions) -> float:
    """Share of positives that are missed with the threshold moved to false alarms on 1 % of the test negatives."""
    return tested.roc.misses_at(0.01)


@measure(heading="error on positives at 5 % false alarms", better="lower", place=None, percent=True)
def error_positive_at_5(tested: Predictions) -> float:
    """Share of positives that are missed with the threshold moved to false alarms on 5 % of the test negatives."""
    return tested.roc.misses_at(0.05)


@measure(heading="error on positives at 10 % false alarms", better="lower", place=None, percent=True)
def error_positive_at_10(tested: Predictions) -> float:
    """Share of positives that are missed with the threshold moved to false alarms on 10 % of the test negatives."""
    return tested.roc.misses_at(0.1)


def scores(tested: Predictions) -> dict[str, float]:
    """Give all scores of a cell, its four counts among them.

    Raises
    ------
    ValueError
        If probabilities are not finite, or the test rows hold one class only, so that a rate is undefined.
    """
    if bad := np.count_nonzero(~np.isfinite(tested.probability)):
        raise ValueError(f"{bad} probabilities are not finite")
    counts = tested.counts
    if (counted := sum(counts.values())) != len(tested.y):
        raise ValueError(f"{len(tested.y) - counted} of {len(tested.y)} decisions are neither 0 nor 1")
    positives, negatives = counts["fn"] + counts["tp"], counts["fp"] + counts["tn"]
    if not (positives and negatives):
        raise ValueError(f"the test rows hold one class only ({positives} positives, {negatives} negatives)")
    return counts | {each.name: each.of(tested) for each in MEASURES.values() if each.of}
