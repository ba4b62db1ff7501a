"""Stored cells, laid out for comparison: one group a data set and learner, contenders in the order of the tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from ..catalog.contract import Role
from ..measure.outcome import SCORED, SYNTHETIC
from ..record.provenance import Provenance
from .markdown import NOTHING, SHOWN, mean_std
from .statistics import MIN_SEEDS, Comparison, compare, holm, shared_ranks, verdict

BASELINE = "none"
"""The contender that all others are compared with, named before any run."""

RANKED_BY = "balanced_error"


@dataclass(frozen=True)
class Judged:
    """A contender's comparison with the baseline on one score, its p adjusted for the number of contenders, a word."""

    comparison: Comparison
    p_adjusted: float
    word: str


@dataclass(frozen=True)
class Group:
    """The cells of one data set and learner.

    `scored` holds each contender's scored cells, contenders by mean balanced error, those with unscored cells after
    those without; `roles` their roles; `n_seeds` counts the seeds that any contender of the group was run on.
    """

    dataset: str
    classifier: str
    scored: dict[str, pd.DataFrame]
    roles: dict[str, Role]
    n_seeds: int

    @property
    def has_baseline(self) -> bool:
        """Tell whether the baseline has any scores here."""
        return BASELINE in self.scored and len(self.scored[BASELINE]) > 0

    @property
    def decides(self) -> bool:
        """Tell whether there are seeds enough for verdicts and ranks."""
        return self.n_seeds >= MIN_SEEDS

    def complete(self, name: str) -> bool:
        """Tell whether a contender has scores on every seed of the group."""
        return name in self.scored and len(self.scored[name]) == self.n_seeds

    def seeds(self, name: str) -> str:
        """Tell how many seeds a contender has scores on, and of how many where some are missing."""
        return str(self.n_seeds) if self.complete(name) else f"{len(self.scored[name])} of {self.n_seeds}"

    def rivals(self, role: Role | None = None) -> list[str]:
        """Name the complete contenders other than the baseline, best first, of one role if given."""
        names = [name for name in self.scored if name != BASELINE and self.complete(name)]
        return [name for name in names if role is None or self.roles[name] == role]

    def mean(self, name: str, score: str) -> float:
        """Mean of a score over a contender's seeds; NaN where it has none."""
        values = self._arrays[name][score]
        return float(np.mean(values)) if len(values) else float("nan")

    def summary(self, name: str, score: str, sign: str = "") -> str:
        """Write mean ± standard deviation of a score, with the seeds it has where some are missing."""
        return mean_std(self.scored[name][score], score, sign, of=self.n_seeds) if name in self.scored else NOTHING

    def paired(self, name: str, score: str, base: str = BASELINE) -> np.ndarray:
        """Differences of a contender's score to another's, on the seeds that both have."""
        own, other = self._arrays[name], self._arrays[base]
        _, here, there = np.intersect1d(own["seed"], other["seed"], return_indices=True)
        differences: np.ndarray = own[score][here] - other[score][there]
        finite: np.ndarray = differences[~np.isnan(differences)]
        return finite

    def interval(self, name: str, score: str, base: str | None = BASELINE) -> Comparison:
        """Compare a contender with another, or with 0 where `base` is None."""
        own = self._arrays[name]
        values = own[score] if base is None else self.paired(name, score, base)
        return compare(values, self.mean(name, "n_test") / self.mean(name, "n_train"))

    @cached_property
    def _arrays(self) -> dict[str, dict[str, np.ndarray]]:
        # Plain arrays: a report of many groups makes tens of thousands of these comparisons.
        names = ["seed", "n_train", "n_test", "n_synthetic", *SHOWN, *SYNTHETIC]
        return {
            contender: {name: cells[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names}
            for contender, cells in self.scored.items()
        }

    @cached_property
    def judged(self) -> dict[str, dict[str, Judged]]:
        """Compare every complete contender with a complete baseline: by score, then by contender."""
        names = self.rivals() if self.complete(BASELINE) else []
        result: dict[str, dict[str, Judged]] = {}
        for score, measure in SHOWN.items():
            found = {name: self.interval(name, score) for name in names}
            found = {name: comparison for name, comparison in found.items() if comparison.n == self.n_seeds > 1}
            adjusted = holm([comparison.p for comparison in found.values()])
            result[score] = {
                name: Judged(comparison, p, verdict(comparison, p, lower_is_better=measure.better == "lower"))
                for (name, comparison), p in zip(found.items(), adjusted, strict=True)
            }
        return result

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Rank complete contenders; those that cannot be told from the one above share a rank. Empty for few seeds."""
        names = [name for name in self.scored if self.complete(name)]
        if not self.decides:
            return {}
        steps = [self.interval(name, RANKED_BY, base=above) for above, name in pairwise(names)]
        told = [not (step.low <= 0 <= step.high) for step in steps]
        return dict(zip(names, shared_ranks([False, *told][: len(names)]), strict=True))


def group_cells(cells: pd.DataFrame, provenance: Provenance) -> Iterator[Group]:
    """Split cells into groups, in the order of the suite where it names them."""
    known, suite = provenance.contenders, provenance.suite
    for dataset in _ordered(cells["dataset"], suite.datasets):
        for classifier in _ordered(cells["classifier"], suite.classifiers):
            here = cells[(cells["dataset"] == dataset) & (cells["classifier"] == classifier)]
            if here.empty:
                continue
            n_seeds = here["seed"].nunique()
            own = here[here["status"].isin(SCORED)]
            scored = {name: own[own["contender"] == name] for name in _ordered(here["contender"], list(known))}
            order = sorted(scored, key=lambda name: (len(scored[name]) < n_seeds, _mean(scored[name]), name))
            roles: dict[str, Role] = {name: known[name].role if name in known else "oversampler" for name in order}
            yield Group(dataset, classifier, {name: scored[name] for name in order}, roles, n_seeds)


def _mean(cells: pd.DataFrame) -> float:
    return float(cells[RANKED_BY].mean()) if len(cells) else float("inf")


def _ordered(values: pd.Series, first: list[str]) -> list[str]:
    present = set(values)
    return [name for name in first if name in present] + sorted(present - set(first))
