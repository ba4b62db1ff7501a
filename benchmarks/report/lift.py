"""Lift over the moved threshold: what a contender does beyond moving the baseline's operating point.

A decision threshold can be moved for free, along the ROC curve that the learner has without any oversampling. A
contender's lift is how many fewer positives it misses than the baseline at equally many false alarms: on each split
both are read from their own ROC curves, at the contender's mean rate of false alarms over the *other* splits. Reading
the contender at its own decisions, and the baseline at the threshold that fits best on the same labels, would favour
the baseline where test positives or false alarms are few, by 4 points on small tables: only the baseline would be
chosen in hindsight.

Comparing what is found at a rate that is fixed for both is not new: `BinaryClassifierPrecisionEfficacy` of SDMetrics
fixes the recall of a learner with and without synthetic rows, and compares precision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..measure.outcome import LIFT
from ..measure.scores import Measure

if TYPE_CHECKING:
    import pandas as pd

    from ..design.cell import CellId
    from ..measure.roc import Roc

MEASURE = Measure(
    LIFT,
    heading="lift over threshold",
    better="higher",
    place=0,
    percent=True,
    reading="How many fewer positives are missed than by `none` with its threshold moved to as many false alarms: "
    "those that the contender raises on the other seeds.",
)

FIXED = {1: "error_positive_at_1", 5: "error_positive_at_5", 10: "error_positive_at_10"}
"""Measures of the positives missed at a fixed rate of false alarms, by that rate in percent."""

ROUNDING = 1e-12
"""A lift below this comes from floating point: one row in a million is 1e-6."""

MIN_POSITIVES = 10.0
"""Test positives a split, on average, below which a lift is not shown: one of them would be more than 10 points."""

MIN_FOUND = 1.0
"""Positives found a split, on average, below which a contender has no operating point: all miss nearly all there."""


@dataclass(frozen=True)
class Operating:
    """What a contender decides on one data set with one learner: means over its scored splits."""

    n: int
    test_positives: float
    found: float
    predicted: float

    @classmethod
    def of(cls, scored: "pd.DataFrame") -> "Operating":
        """Look at a contender's scored cells."""
        fn, tp, fp = (scored[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("fn", "tp", "fp"))
        if not len(scored):
            return cls(0, 0.0, 0.0, 0.0)
        return cls(len(scored), float((fn + tp).mean()), float(tp.mean()), float((tp + fp).mean()))

    @property
    def why_no_lift(self) -> str:
        """Say why there is no lift to be told; nothing where there is."""
        if self.n < 2:
            return "one seed: the false alarms at which to read the curves come from other seeds"
        if self.test_positives < MIN_POSITIVES:
            return f"{self.test_positives:.1f} test positives a split are too few, {MIN_POSITIVES:.0f} are needed"
        if self.found < MIN_FOUND:
            few = f"finds {self.found:.1f} positives a split" if self.predicted else "predicts no positive at all"
            return f"it {few}, and so has no operating point at which to compare"
        return ""


def rates(error_negative: np.ndarray) -> np.ndarray:
    """Give for each seed the mean rate of false alarms over the others.

    >>> rates(np.array([0.1, 0.2, 0.6]))
    array([0.4 , 0.35, 0.15])
    """
    return np.asarray((error_negative.sum() - error_negative) / (len(error_negative) - 1))


def lift(baseline: "Roc", contender: "Roc", false_alarms: float) -> float:
    """Share of positives that the baseline misses at a rate of false alarms, less what the contender misses there."""
    difference = baseline.misses_at(false_alarms) - contender.misses_at(false_alarms)
    return difference if abs(difference) > ROUNDING else 0.0


def reading_rates(scored: "pd.DataFrame") -> "Iterator[tuple[CellId, float]]":
    """Give the rate at which to read the curves of each cell that can have a lift.

    Parameters
    ----------
    scored : DataFrame
        Scored cells.
    """
    from ..design.cell import CellId

    for (dataset, classifier, contender), cells in scored.groupby(["dataset", "classifier", "contender"], sort=False):
        if not Operating.of(cells).why_no_lift:
            at = rates(cells["error_negative"].to_numpy(dtype=np.float64))
            for seed, rate in zip(cells["seed"], at, strict=True):
                yield CellId(str(dataset), str(classifier), str(contender), int(seed)), float(rate)
