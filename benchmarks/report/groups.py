"""Stored cells, laid out for comparison: one group a data set and learner, contenders in the order of the tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from ..catalog.contract import Role
from ..design.suite import Suite
from ..errors import UsageError, unknown
from ..measure.outcome import LIFT, SCORED, SYNTHETIC
from ..record.provenance import Provenance
from .lift import FIXED, Operating
from .markdown import ALL, NOTHING, SHOWN, mean_std, measure_of
from .statistics import MIN_SEEDS, Comparison, Word, compare, detectable, holm, number_better, verdict, within

BASELINE = "none"
"""The contender that all others are compared with, named before any run."""

MOVED = "threshold"
"""The contender that moves the baseline's threshold, and does nothing else."""

PLACEBO = "other_seed"
"""The contender that must show nothing: the baseline with another seed of the learner."""

ORDERED_BY = "balanced_error"
RANKED_BY = ("balanced_error", "roc_auc", "average_precision", "brier", "log_loss")
"""What contenders are ranked by, side by side: which of them is best depends on that."""


TIMES = ("tune_s", "sample_s", "fit_s")
"""What a contender's seconds are the sum of: what it takes until there is a model."""

OF_PROBABILITIES = (
    "calibration_error", "calibration_slope", "calibration_intercept",
    "net_benefit_at_5", "net_benefit_at_10", "net_benefit_at_20", "net_benefit_at_50",
)  # fmt: skip
"""What a section of its own says of probabilities, beside Brier score and log loss."""


@dataclass(frozen=True)
class Judged:
    """A contender's comparison with the baseline on one score: its p, adjusted for all that is compared, and a word."""

    comparison: Comparison
    p_adjusted: float
    word: Word


def regions(suite: Suite) -> dict[str, float]:
    """Give half the width of every measure's region of practical equivalence, the suite's own where it names one.

    Raises
    ------
    UsageError
        If it names a measure that there is not.
    """
    known = [*ALL, *(own.name for own in suite.own_measures)]
    for name in suite.equivalence:
        if name not in known:
            raise UsageError(f"suite {suite.name}: equivalence: {unknown('measure', name, sorted(known))}")
    for where, listed in (("published", suite.published), ("claims", suite.claims)):
        for one in listed:
            if one.measure not in known:
                raise UsageError(f"suite {suite.name}: {where}: {unknown('measure', one.measure, sorted(known))}")
    return {name: suite.equivalence.get(name, measure_of(name).negligible) for name in known}


@dataclass(frozen=True)
class Group:
    """The cells of one data set and learner.

    `scored` holds each contender's scored cells, contenders by mean balanced error, those with unscored cells after
    those without; `roles` their roles; `n_seeds` counts the seeds that any contender of the group was run on;
    `negligible` is half the width of each measure's region of practical equivalence; `own` names measures of the user's
    own.
    """

    dataset: str
    classifier: str
    scored: dict[str, pd.DataFrame]
    roles: dict[str, Role]
    n_seeds: int
    negligible: Mapping[str, float] = field(
        default_factory=lambda: {name: each.negligible for name, each in ALL.items()}
    )
    own: Sequence[str] = ()

    @property
    def shown(self) -> list[str]:
        """Name the measures in the order of tables."""
        return [*SHOWN, *self.own]

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

    def seconds(self, name: str) -> float:
        """Seconds of tuning, sampling and fitting, the median over a contender's seeds; NaN where it has none."""
        parts = np.stack([self._arrays[name][column] for column in TIMES])
        known = ~np.isnan(parts).all(axis=0)
        return float(np.median(np.nansum(parts[:, known], axis=0))) if known.any() else float("nan")

    def summary(self, name: str, score: str, sign: str = "") -> str:
        """Write mean ± standard deviation of a score, with the seeds it has where some are missing."""
        return mean_std(self.scored[name][score], score, sign, of=self.n_seeds) if name in self.scored else NOTHING

    def paired(self, name: str, score: str, base: str = BASELINE) -> np.ndarray:
        """Differences of a contender's score to another's, on the seeds that both have."""
        own, other = self._arrays[name], self._arrays[base]
        _, here, there = np.intersect1d(own["seed"], other["seed"], return_indices=True)
        one, two = own[score][here], other[score][there]
        if (ideal := measure_of(score).ideal) is not None:
            one, two = np.abs(one - ideal), np.abs(two - ideal)
        differences: np.ndarray = one - two
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
        names = [
            "seed",
            "n_train",
            "n_test",
            "n_synthetic",
            *TIMES,
            *self.shown,
            *OF_PROBABILITIES,
            *FIXED.values(),
            *SYNTHETIC,
        ]
        cells = pd.concat(list(self.scored.values())) if self.scored else pd.DataFrame(columns=names)
        ends = np.cumsum([len(each) for each in self.scored.values()])[:-1]
        parts = {name: np.split(cells[name].to_numpy(dtype=np.float64, na_value=np.nan), ends) for name in names}
        return {contender: {name: parts[name][place] for name in names} for place, contender in enumerate(self.scored)}

    @cached_property
    def judged(self) -> dict[str, dict[str, Judged]]:
        """Compare every complete contender with a complete baseline: by score, then by contender.

        Lift is the one primary score: its p are adjusted for the number of contenders (Holm). All others are looked at
        beside it: theirs are adjusted for all of them together, contenders times scores. Those of probabilities, and
        measures of the user's own, are adjusted among themselves, so that asking for one changes no other word.
        """
        names = self.rivals() if self.complete(BASELINE) else []
        found = {
            score: {name: self.interval(name, score) for name in names} for score in (*self.shown, *OF_PROBABILITIES)
        }
        found = {
            score: {name: one for name, one in by_name.items() if one.n == self.n_seeds > 1}
            for score, by_name in found.items()
        }
        judged: dict[str, dict[str, Judged]] = {}
        for family in ([LIFT], [score for score in SHOWN if score != LIFT], OF_PROBABILITIES, self.own):
            adjusted = iter(holm([one.p for score in family for one in found[score].values()]))
            for score in family:
                judged[score] = {name: self._judge(score, one, next(adjusted)) for name, one in found[score].items()}
        return judged

    def _judge(self, score: str, comparison: Comparison, p_adjusted: float) -> Judged:
        word = verdict(comparison, p_adjusted, measure_of(score).better == "lower", self.negligible[score])
        return Judged(comparison, p_adjusted, word)

    def in_words(self, name: str, score: str) -> str:
        """Give the word on a contender's difference to the baseline, and say where the whole of it is negligible."""
        judged, negligible = self.judged[score][name], self.negligible[score]
        if judged.word in ("better", "worse") and within(judged.comparison.interval(), negligible):
            least = f"{negligible * 100:g} point" if measure_of(score).percent else f"{negligible:g}"
            return f"{judged.word} by less than {least}"
        return judged.word

    @property
    def of_placebo(self) -> dict[str, Word]:
        """What is said of the control that must show nothing, by score; nothing where all seeds give the same score.

        A learner that draws nothing gives the same scores with any seed, and shows nothing of false alarms.
        """
        found = {score: by_name[PLACEBO] for score, by_name in self.judged.items() if PLACEBO in by_name}
        return {
            score: judged.word
            for score, judged in found.items()
            if judged.word and judged.comparison.equal < judged.comparison.n
        }

    def why_no_lift(self, name: str) -> str:
        """Say why a contender has no lift here; nothing where it has one, or has no scores."""
        cells = self.scored[name]
        if name == BASELINE or cells[LIFT].notna().any() or not len(cells):
            return ""
        return Operating.of(cells).why_no_lift or f"`{BASELINE}` has no scores on the same seeds"

    @property
    def detectable_lift(self) -> float:
        """The lift that is found with 80 % power, for the contenders' median standard error; NaN for few seeds."""
        errors = [judged.comparison.error for judged in self.judged[LIFT].values() if judged.comparison.error > 0]
        if not self.decides or not errors:
            return float("nan")
        return detectable(self.n_seeds, len(self.judged[LIFT])) * float(np.median(errors))

    @cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """Rank complete contenders by each of `RANKED_BY`: one more than the number of those shown to be better.

        Shown: p below 0.05, adjusted for all pairs of the score (Holm). Empty for few seeds. The control that must show
        nothing has no rank, for it would push others down.
        """
        names = [name for name in self.scored if self.complete(name) and name != PLACEBO]
        # Not by a measure that is younger than the cells, nor by one of probabilities where a learner gives none.
        scores = {score: [name for name in names if not np.isnan(self.mean(name, score))] for score in RANKED_BY}
        return {score: self._ranked(known, score) for score, known in scores.items()} if self.decides else {}

    def unbeaten(self, score: str) -> set[str]:
        """Name those that no other is shown to beat by a score; nobody, where nobody is compared."""
        ranks = self.ranks.get(score, {})
        return {name for name, rank in ranks.items() if rank == 1 and len(ranks) > 1}

    def _ranked(self, names: list[str], score: str) -> dict[str, int]:
        pairs = {(one, other): self.interval(one, score, base=other) for one, other in combinations(names, 2)}
        words = {}
        for pair, found, p in zip(pairs, pairs.values(), holm([each.p for each in pairs.values()]), strict=True):
            words[pair] = verdict(found, p, measure_of(score).better == "lower", self.negligible[score])
        return number_better(
            names, lambda one, other: words.get((one, other)) == "better" or words.get((other, one)) == "worse"
        )


def group_cells(cells: pd.DataFrame, provenance: Provenance) -> Iterator[Group]:
    """Split cells into groups, in the order of the suite where it names them."""
    known, suite = provenance.contenders, provenance.suite
    negligible, own = regions(suite), provenance.own_measures
    parts = dict(iter(cells.groupby(["dataset", "classifier"], sort=False)))
    for dataset in _ordered(cells["dataset"], suite.datasets):
        for classifier in _ordered(cells["classifier"], suite.classifiers):
            here = parts.get((dataset, classifier))
            if here is None:
                continue
            n_seeds = here["seed"].nunique()
            there = dict(iter(here[here["status"].isin(SCORED)].groupby("contender", sort=False)))
            scored = {name: there.get(name, here.iloc[:0]) for name in _ordered(here["contender"], list(known))}
            order = sorted(scored, key=lambda name: (len(scored[name]) < n_seeds, _mean(scored[name]), name))
            roles: dict[str, Role] = {name: known[name].role if name in known else "oversampler" for name in order}
            yield Group(dataset, classifier, {name: scored[name] for name in order}, roles, n_seeds, negligible, own)


def _mean(cells: pd.DataFrame) -> float:
    return float(cells[ORDERED_BY].mean()) if len(cells) else float("inf")


def _ordered(values: pd.Series, first: list[str]) -> list[str]:
    present = set(values)
    return [name for name in first if name in present] + sorted(present - set(first))
