"""Stored cells, laid out for comparison: one group a data set and learner, contenders in the order of the tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .record import SCORED

BASELINE = "none"
"""The contender that all others are compared with, named before any run."""


@dataclass(frozen=True)
class Group:
    """The cells of one data set and learner.

    `scored` holds each contender's scored cells, contenders by mean balanced error, those with unscored cells after
    those without; `n_seeds` counts the seeds that any contender of the group was run on.
    """

    dataset: str
    classifier: str
    scored: dict[str, pd.DataFrame]
    n_seeds: int

    def complete(self, name: str) -> bool:
        """Tell whether a contender has scores on every seed of the group."""
        return len(self.scored[name]) == self.n_seeds

    def mean(self, name: str, score: str) -> float:
        """Mean of a score over a contender's seeds; NaN where it has none."""
        return float(self.scored[name][score].mean())

    def paired(self, name: str, score: str) -> pd.Series:
        """Differences of a contender's score to the baseline's, on the seeds that both have."""
        own, base = (self.scored[each].set_index("seed")[score] for each in (name, BASELINE))
        return (own - base).dropna()

    @property
    def has_baseline(self) -> bool:
        """Tell whether the baseline has any scores here."""
        return BASELINE in self.scored and len(self.scored[BASELINE]) > 0


def group_cells(cells: pd.DataFrame, environment: dict[str, Any]) -> Iterator[Group]:
    """Split cells into groups, in the order of the suite where it names them."""
    listed = list(environment["contenders"])
    suite = environment["suite"]
    for dataset in _ordered(cells["dataset"], suite["datasets"]):
        for classifier in _ordered(cells["classifier"], suite["classifiers"]):
            here = cells[(cells["dataset"] == dataset) & (cells["classifier"] == classifier)]
            if here.empty:
                continue
            n_seeds = here["seed"].nunique()
            own = here[here["status"].isin(SCORED)]
            scored = {name: own[own["contender"] == name] for name in _ordered(here["contender"], listed)}
            order = sorted(
                scored, key=lambda name: (len(scored[name]) < n_seeds, scored[name]["balanced_error"].mean(), name)
            )
            yield Group(dataset, classifier, {name: scored[name] for name in order}, n_seeds)


def _ordered(values: pd.Series, first: list[str]) -> list[str]:
    present = set(values)
    return [name for name in first if name in present] + sorted(present - set(first))
