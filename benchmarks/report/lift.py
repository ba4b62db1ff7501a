"""Lift over the moved threshold: what a contender does beyond moving the baseline's operating point.

A decision threshold can be moved for free, along the ROC curve that the learner has without any oversampling. A
contender's lift is how many fewer positives it misses than that curve does at the same rate of false alarms.
"""

from dataclasses import dataclass

import numpy as np

from ..measure.outcome import LIFT
from ..measure.scores import Measure

MEASURE = Measure(
    LIFT,
    heading="lift over threshold",
    better="higher",
    place=5,
    percent=True,
    reading="How many fewer positives are missed than by `none` with its threshold moved to as many false alarms.",
)

ROUNDING = 1e-12
"""A lift below this comes from floating point: one row in a million is 1e-6."""


@dataclass(frozen=True)
class Roc:
    """A ROC curve as rates of error: `false_alarms` ascending from 0 to 1, `misses` descending from 1 to 0."""

    false_alarms: np.ndarray
    misses: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, probability: np.ndarray) -> "Roc":
        """Draw the curve of labels (n,) and probabilities (n,); rows of one probability are one step."""
        from sklearn.metrics import roc_curve

        false_alarms, hits, _ = roc_curve(y, probability, drop_intermediate=False)
        return cls(false_alarms, 1 - hits)

    def misses_at(self, false_alarms: float) -> float:
        """Interpolate linearly; on a vertical step, where several thresholds fit, the fewest misses count.

        >>> Roc(np.array([0, 0, 0.5, 1]), np.array([1, 0.6, 0.2, 0])).misses_at(0.25)
        0.4
        >>> Roc(np.array([0, 0, 0.5, 1]), np.array([1, 0.6, 0.2, 0])).misses_at(0.0)
        0.6
        """
        # numpy takes the last of equal abscissas, which on this curve is the one with the fewest misses.
        return float(np.interp(false_alarms, self.false_alarms, self.misses))


def lift(baseline: Roc, error_negative: float, error_positive: float) -> float:
    """Share of positives that the baseline misses at the contender's rate of false alarms, less the contender's own."""
    difference = baseline.misses_at(error_negative) - error_positive
    return difference if abs(difference) > ROUNDING else 0.0
