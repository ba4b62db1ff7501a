"""What counts for whoever asks: costs, a share of positives that must be found, or precision; and where to decide then.

A threshold is chosen on the test rows of other splits, never on those that it is judged on.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..errors import UsageError
from ..measure.roc import Roc


@dataclass(frozen=True)
class ScoredRows:
    """Labels and probabilities of test rows, each (n,)."""

    y: np.ndarray
    p: np.ndarray

    @classmethod
    def joined(cls, several: "list[ScoredRows]") -> "ScoredRows":
        """Put several together."""
        return cls(np.concatenate([each.y for each in several]), np.concatenate([each.p for each in several]))


class Objective(Protocol):
    """What counts."""

    @property
    def what(self) -> str:
        """What is compared, in words: less of it is better."""

    @property
    def why_there(self) -> str:
        """Why the threshold is where it is, in words."""

    def threshold(self, seen: ScoredRows) -> float:
        """Choose a threshold on rows; positive is what has at least that probability."""

    def loss(self, tested: ScoredRows, threshold: float, false_alarms: float) -> float:
        """Judge a split: lower is better.

        Parameters
        ----------
        threshold : float
            That which was chosen on other splits.
        false_alarms : float
            The rate that the reference raises on other splits, where contenders are compared at equal false alarms.
        """


@dataclass(frozen=True)
class Costs:
    """A missed positive costs so much, a false alarm so much; what is right costs nothing."""

    miss: float
    false_alarm: float

    @property
    def what(self) -> str:
        """What is compared."""
        return f"costs a row (a miss {self.miss:g}, a false alarm {self.false_alarm:g})"

    @property
    def why_there(self) -> str:
        """Why the threshold is there."""
        return f"there, misses at {self.miss:g} and false alarms at {self.false_alarm:g} cost least together"

    def threshold(self, seen: ScoredRows) -> float:
        """Where costs are lowest.

        >>> Costs(5, 1).threshold(ScoredRows(np.array([0, 0, 1, 0, 1]), np.array([0.1, 0.2, 0.3, 0.4, 0.9])))
        0.25
        """
        return _lowest(seen, self.miss, self.false_alarm)

    def loss(self, tested: ScoredRows, threshold: float, false_alarms: float) -> float:
        """Give the cost of a row."""
        decided = tested.p >= threshold
        misses, alarms = (tested.y == 1) & ~decided, (tested.y == 0) & decided
        return float(self.miss * misses.mean() + self.false_alarm * alarms.mean())


@dataclass(frozen=True)
class EqualFalseAlarms:
    """Nobody said what errors cost: positives missed, at the false alarms of the reference.

    The reference decides where the errors on positives and on negatives have the lowest mean.
    """

    what: str = "share of positives missed at equal false alarms"
    why_there: str = (
        "there, the mean of the errors on positives and on negatives is lowest; say what they cost (--costs)"
    )

    def threshold(self, seen: ScoredRows) -> float:
        """Where the balanced error is lowest."""
        positives = float(seen.y.mean())
        return _lowest(seen, 1 - positives, positives)

    def loss(self, tested: ScoredRows, threshold: float, false_alarms: float) -> float:
        """Give the share of positives that are missed at that rate of false alarms."""
        return Roc.of(tested.y, tested.p).misses_at(false_alarms)


@dataclass(frozen=True)
class Recall:
    """So large a share of the positives must be found: false alarms, then."""

    share: float

    @property
    def what(self) -> str:
        """What is compared."""
        return f"share of negatives that raise a false alarm where {self.share:.0%} of the positives are found"

    @property
    def why_there(self) -> str:
        """Why the threshold is there."""
        return f"there, {self.share:.0%} of the positives are found"

    def threshold(self, seen: ScoredRows) -> float:
        """Give the highest that finds the share.

        >>> Recall(0.5).threshold(ScoredRows(np.array([0, 1, 0, 1]), np.array([0.1, 0.2, 0.3, 0.4])))
        0.35
        """
        thresholds, hits, _ = _steps(seen)
        return float(thresholds[np.argmax(hits >= self.share * hits[-1] - 1e-9)])

    def loss(self, tested: ScoredRows, threshold: float, false_alarms: float) -> float:
        """Give the rate of false alarms on the split's own curve, where that share is found."""
        _, hits, alarms = _steps(tested)
        return float(alarms[np.argmax(hits >= self.share * hits[-1] - 1e-9)] / alarms[-1])


@dataclass(frozen=True)
class Precision:
    """So large a share of the alarms must be right: positives missed, then."""

    share: float

    @property
    def what(self) -> str:
        """What is compared."""
        return f"share of positives missed where {self.share:.0%} of the alarms are right"

    @property
    def why_there(self) -> str:
        """Why the threshold is there."""
        return f"there, {self.share:.0%} of the alarms are right"

    def threshold(self, seen: ScoredRows) -> float:
        """Give the lowest at which the share of right alarms is there; above all probabilities where it never is."""
        thresholds, hits, alarms = _steps(seen)
        good = self._good(hits, alarms)
        return float(thresholds[good[-1]]) if len(good) else float(thresholds[0])

    def loss(self, tested: ScoredRows, threshold: float, false_alarms: float) -> float:
        """Give the share of positives that the split's own curve misses at that precision: all, where it has none."""
        _, hits, alarms = _steps(tested)
        good = self._good(hits, alarms)
        return float(1 - hits[good[-1]] / hits[-1]) if len(good) else 1.0

    def _good(self, hits: np.ndarray, alarms: np.ndarray) -> np.ndarray:
        return np.flatnonzero((hits > 0) & (hits >= self.share * (hits + alarms) - 1e-9))


def objective(costs: str | None, recall: float | None, precision: float | None) -> Objective:
    """Read what counts.

    Raises
    ------
    UsageError
        If it means nothing, or more than one thing is said.
    """
    said = [
        name for name, value in (("costs", costs), ("recall", recall), ("precision", precision)) if value is not None
    ]
    if len(said) > 1:
        raise UsageError(f"--{said[0]} and --{said[1]} say different things; give one of them")
    if costs is not None:
        parts = costs.split(":")
        try:
            miss, false_alarm = (float(part) for part in parts)
        except ValueError:
            raise UsageError(f"--costs {costs}: give MISS:FALSE_ALARM, such as 10:1") from None
        if not (0 < miss < float("inf") and 0 < false_alarm < float("inf")):
            raise UsageError(f"--costs {costs}: both must be more than 0, such as 10:1")
        return Costs(miss, false_alarm)
    for name, value in (("recall", recall), ("precision", precision)):
        if value is not None and not 0 < value < 1:
            raise UsageError(f"--{name} {value:g}: give a share between 0 and 1, such as 0.9")
    if recall is not None:
        return Recall(recall)
    return EqualFalseAlarms() if precision is None else Precision(precision)


def _steps(seen: ScoredRows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give thresholds from high to low, between probabilities, and the hits and false alarms at or above each."""
    order = np.argsort(-seen.p, kind="stable")
    y, p = seen.y[order].astype(np.float64), seen.p[order]
    last = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)  # the last row of each probability
    below = np.append(p[last[1:]], 0.0)
    thresholds = np.concatenate([[1 + 1e-9], (p[last] + below) / 2])
    hits = np.concatenate([[0.0], np.cumsum(y)[last]])
    return thresholds, hits, np.concatenate([[0.0], last + 1]) - hits


def _lowest(seen: ScoredRows, miss: float, false_alarm: float) -> float:
    thresholds, hits, alarms = _steps(seen)
    return float(thresholds[np.argmin(miss * (hits[-1] - hits) + false_alarm * alarms)])
