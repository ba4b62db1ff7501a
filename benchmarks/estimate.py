"""How long cells should take, from those that were measured."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

Id = tuple[Any, ...]
"""(dataset, classifier, contender, seed), as `Cell.id` gives it."""


class Estimate:
    """Expected seconds of cells: the mean over those most like it.

    That is, over other seeds of the same data set, learner and contender; where there are none, over all cells of the
    contender; where there are none either, over all cells.
    """

    def __init__(self, measured: Iterable[tuple[Id, float]] = ()):
        self._sums: dict[Id, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for where, seconds in measured:
            self.add(where, seconds)

    def add(self, where: Id, seconds: float) -> None:
        """Learn of a cell that took so long."""
        for alike in _alike(where):
            count, total = self._sums[alike]
            self._sums[alike] = (count + 1, total + seconds)

    def of(self, where: Id) -> float | None:
        """Give the seconds that a cell should take; None as long as nothing was measured."""
        for alike in _alike(where):
            if alike in self._sums:
                count, total = self._sums[alike]
                return total / count
        return None

    def total(self, cells: Counter[Id]) -> float | None:
        """Give the seconds that all these cells should take; see `groups`.

        >>> estimate = Estimate([(("adult", "forest", "smote", 0), 3.0)])
        >>> estimate.total(groups([("adult", "forest", "smote", 1), ("adult", "forest", "none", 1)]))
        6.0
        """
        expected = [(self.of((*group, None)), count) for group, count in cells.items()]
        return sum(seconds * count for seconds, count in expected if seconds is not None) if self._sums else None


def groups(cells: Iterable[Id]) -> Counter[Id]:
    """Count cells by data set, learner and contender: what is expected of one is expected of all."""
    return Counter(where[:3] for where in cells)


def _alike(where: Id) -> list[Id]:
    dataset, classifier, contender, *_ = where
    return [(dataset, classifier, contender), (contender,), ()]
