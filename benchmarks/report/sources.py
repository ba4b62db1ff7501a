"""Many data sets by their source: what is cut from one table has one vote together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..catalog.contract import Role
from ..catalog.label import parse
from ..measure.outcome import LIFT
from .groups import BASELINE, PLACEBO, Group
from .lift import Operating
from .markdown import measure_of
from .statistics import MIN_UNITS, Units, Word, holm, over_units, word_over_units

if TYPE_CHECKING:
    from .page import Report

MANY_POSITIVES = 20
"""Tables with as many test positives a split are also looked at alone: lifts on others are rough."""


@dataclass(frozen=True)
class Vote:
    """A contender over the sources of one learner's data sets: one score of it, or its difference to the baseline.

    `values` has one a source, the mean over its data sets; `lacking` counts the data sets on which there is none, which
    take no part.
    """

    values: pd.Series
    lacking: int

    @cached_property
    def over(self) -> Units:
        """Mean, median, intervals and test over the sources."""
        return over_units(self.values.to_numpy(dtype=np.float64))


@dataclass(frozen=True)
class Told:
    """A contender's lifts over sources, the p of its being 0, adjusted for the number of contenders, and a word."""

    over: Units
    p_adjusted: float
    word: Word


@dataclass(frozen=True)
class Sources:
    """One learner's data sets, without those that were made scarcer, by their source."""

    classifier: str
    groups: dict[str, Group]
    source: dict[str, str]

    @classmethod
    def of(cls, report: "Report", classifier: str) -> "Sources":
        """Find them in a report."""
        own = {
            group.dataset: group
            for group in report.groups
            if group.classifier == classifier and "positives" not in parse(group.dataset)[1]
        }
        return cls(classifier, own, {name: source_of(report, name) for name in own})

    @classmethod
    def first(cls, report: "Report") -> "Sources | None":
        """Give those of the first learner that has enough, of data sets that are shown together; None else."""
        found = (cls.of(report, name) for name in report.classifiers if report.together)
        return next((each for each in found if each.enough), None)

    @property
    def names(self) -> list[str]:
        """Name the sources, in the order of their data sets."""
        return list(dict.fromkeys(self.source.values()))

    @property
    def contenders(self) -> list[str]:
        """Name all contenders."""
        return list(dict.fromkeys(name for group in self.groups.values() for name in group.scored))

    @property
    def roles(self) -> dict[str, Role]:
        """Give their roles."""
        return {name: role for group in self.groups.values() for name, role in group.roles.items()}

    @property
    def negligible(self) -> Mapping[str, float]:
        """Half the width of each measure's region of practical equivalence, which is the suite's."""
        return next(iter(self.groups.values())).negligible

    @property
    def enough(self) -> bool:
        """Tell whether there are sources enough to compare over them."""
        return len(self.names) >= MIN_UNITS

    def vote(self, value: Callable[[Group], float], among: Sequence[str] | None = None) -> Vote:
        """Average a value within sources, over all data sets or those named."""
        values = {name: float(value(group)) for name, group in self.groups.items() if among is None or name in among}
        by_source: dict[str, list[float]] = {}
        for name, one in values.items():
            if not np.isnan(one):
                by_source.setdefault(self.source[name], []).append(one)
        # To the last digit, for the tests go by ranks.
        known = pd.Series({source: fsum(of) / len(of) for source, of in by_source.items()}, dtype=np.float64)
        return Vote(known, len(values) - sum(map(len, by_source.values())))

    def mean(self, contender: str, score: str, among: Sequence[str] | None = None) -> Vote:
        """Give a contender's mean score; none on a data set where cells are missing."""
        return self.vote(lambda group: group.mean(contender, score) if group.complete(contender) else np.nan, among)

    def lift(self, contender: str, among: Sequence[str] | None = None) -> Vote:
        """Give a contender's lift; none on a data set where cells are missing."""
        return self.mean(contender, LIFT, among)

    def complete(self, contender: str) -> int:
        """Count the data sets on which a contender has all its scores."""
        return sum(group.complete(contender) for group in self.groups.values())

    def seconds(self, contender: str) -> float:
        """Seconds of tuning, sampling and fitting, the median over data sets; NaN where a contender has none."""
        taken = [group.seconds(contender) for group in self.groups.values() if contender in group.scored]
        return float(np.nanmedian(taken)) if np.isfinite(taken).any() else float("nan")

    @cached_property
    def rivals(self) -> dict[str, Vote]:
        """The lifts of all contenders but the baseline."""
        return {name: self.lift(name) for name in self.contenders if name != BASELINE}

    @cached_property
    def told(self) -> dict[str, Told]:
        """The lifts of those that have one on sources enough, with p adjusted for their number (Holm), and a word."""
        votes = {name: vote for name, vote in self.rivals.items() if len(vote.values) >= MIN_UNITS}
        found = {}
        for (name, vote), p in zip(votes.items(), holm([vote.over.p for vote in votes.values()]), strict=True):
            word = word_over_units(vote.over, p, lower_is_better=False, negligible=self.negligible[LIFT])
            found[name] = Told(vote.over, p, word)
        return found

    def difference(self, contender: str, score: str) -> Vote:
        """Give a contender's difference to the baseline in a score."""

        def of(group: Group) -> float:
            there = group.complete(contender) and group.complete(BASELINE)
            return group.mean(contender, score) - group.mean(BASELINE, score) if there else np.nan

        return self.vote(of)

    def ranks(self, score: str) -> pd.DataFrame:
        """Rank the contenders on each data set, 1 is best, and average within sources: sources in rows.

        The control that must show nothing has no rank, for it would push others down. One that did not run on all data
        sets is left out; one that lacks scores on some comes last there.
        """
        sign = 1 if measure_of(score).better == "lower" else -1
        rows = {
            name: {
                one: sign * group.mean(one, score) if group.complete(one) else np.inf
                for one in group.scored
                if one != PLACEBO
            }
            for name, group in self.groups.items()
        }
        ranked = pd.DataFrame.from_dict(rows, orient="index").dropna(axis="columns").rank(axis="columns")
        return ranked.groupby([self.source[str(name)] for name in ranked.index], sort=False).mean()

    def with_positives(self) -> list[str]:
        """Name the data sets that have `MANY_POSITIVES` test positives a split."""
        return [
            name
            for name, group in self.groups.items()
            if group.has_baseline and Operating.of(group.scored[BASELINE]).test_positives >= MANY_POSITIVES
        ]


def source_of(report: "Report", dataset: str) -> str:
    """Name the source of a data set; it is its own where none is declared."""
    known = report.provenance.data.get(dataset)
    return known.source if known and known.source else dataset
