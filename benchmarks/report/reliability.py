"""Reliability curves: how many rows of a predicted risk are positive, over all seeds of a contender."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ..design.cell import CellId
from ..measure.calibration import Bin

EDGES = np.linspace(0, 1, 11)[1:-1]
"""Ten bins of equal width, as pictures show them; those of the expected calibration error hold equally many rows."""

FEWEST = 30
"""Rows of a bin, over all seeds, below which its share of positives is not shown."""

Who = tuple[str, str, str]
"""Data set, learner, contender."""


@dataclass
class Reliability:
    """Sums over the bins of every contender: rows, probabilities and positives, (10, 3)."""

    sums: dict[Who, np.ndarray] = field(default_factory=dict)

    def add(self, where: CellId, y: np.ndarray, probability: np.ndarray) -> None:
        """Take in a cell."""
        found = self.sums.setdefault(where[:3], np.zeros((len(EDGES) + 1, 3)))
        number = np.searchsorted(EDGES, probability)
        for column, weights in enumerate((np.ones(len(y)), probability, y)):
            found[:, column] += np.bincount(number, weights=weights, minlength=len(found))

    def through(
        self, tested: Iterable[tuple[CellId, np.ndarray, np.ndarray]], among: set[CellId]
    ) -> Iterator[tuple[CellId, np.ndarray, np.ndarray]]:
        """Pass cells on, and take in those `among` on the way: the others have ranks, and no probabilities."""
        for where, y, probability in tested:
            if where in among:
                self.add(where, y, probability)
            yield where, y, probability

    def curve(self, who: Who) -> list[Bin]:
        """Give the bins of a contender that hold rows enough; none where it has none."""
        sums = self.sums.get(who, np.zeros((0, 3)))
        return [Bin(int(n), expected / n, found / n) for n, expected, found in sums.tolist() if n >= FEWEST]
