"""What the race shows: leave the rows alone, take another learner, use a contender, or there is no telling."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..report.groups import BASELINE
from ..report.statistics import MIN_SEEDS
from .objective import Costs, Objective, ScoredRows
from .race import ENOUGH, Gain, Losses, Runner, gains, smallest_gain

Verdict = Literal["leave the rows alone", "another learner", "use a contender", "cannot tell"]

PER = 1000
"""New rows that counts are given for."""

SPLITS = Mapping[Runner, Mapping[int, ScoredRows]]
"""Test rows of each runner, by seed."""


@dataclass(frozen=True)
class Counts:
    """What happens with `PER` new rows: positives missed, false alarms."""

    missed: float
    false_alarms: float

    def cost(self, costs: Costs) -> float:
        """Give what they cost."""
        return costs.miss * self.missed + costs.false_alarm * self.false_alarms


@dataclass(frozen=True)
class Judgement:
    """What the race found.

    Attributes
    ----------
    losses : dict
        Of each runner, by seed.
    contenders, learners : dict
        What each has over doing nothing with the same learner, and each learner, as it is, over the first one.
    smallest : float
        The gain of a contender that would be found four times in five.
    thresholds : dict
        For each runner, the threshold chosen on all of its splits.
    counts : dict
        Of each runner with its threshold moved, that being chosen on other splits.
    as_it_is : Counts
        Of the first learner at its own decisions.
    racing : collection of Runner
        Contenders that had not dropped out when the race ended.
    """

    objective: Objective
    losses: Losses
    contenders: Mapping[Runner, Gain]
    learners: Mapping[Runner, Gain]
    smallest: float
    thresholds: Mapping[Runner, float]
    counts: Mapping[Runner, Counts]
    as_it_is: Counts
    positives: int
    rows: int
    racing: Collection[Runner] = ()

    @property
    def reference(self) -> Runner:
        """The first learner, as it is."""
        return next(iter(self.losses))

    def base(self, runner: Runner) -> float:
        """Mean loss of a runner."""
        return float(np.mean(list(self.losses[runner].values())))

    @property
    def n_splits(self) -> int:
        """Splits that the race has got to: those of the reference, and of the contender in the race that has most."""
        n = len(self.losses[self.reference])
        own = [len(self.losses.get(each, {})) for each in self.racing if each.learner == self.reference.learner]
        return min(n, max(own, default=n))

    @property
    def best_learner(self) -> Gain | None:
        """The learner that is shown to be better than the first, and has most over it."""
        shown = [gain for gain in self.learners.values() if gain.shown]
        return max(shown, key=lambda gain: gain.comparison.mean, default=None)

    def best_contender(self, learner: str) -> Gain | None:
        """Give the contender that is shown to be better than doing nothing, and has most over that."""
        shown = [gain for runner, gain in self.contenders.items() if gain.shown and runner.learner == learner]
        return max(shown, key=lambda gain: gain.comparison.mean, default=None)

    def most_promising(self, learner: str) -> Gain | None:
        """Give the contender that has most over doing nothing, shown or not."""
        of_learner = [gain for runner, gain in self.contenders.items() if runner.learner == learner]
        known = [gain for gain in of_learner if gain.comparison.n]
        return max(known, key=lambda gain: gain.comparison.mean, default=None)

    @property
    def chosen(self) -> Runner:
        """What is advised: a learner with a contender, or without."""
        if self.n_splits < MIN_SEEDS:
            return self.reference
        learner = self.reference.learner
        better, contender = self.best_learner, self.best_contender(learner)
        if better and (contender is None or better.comparison.mean > contender.comparison.mean):
            learner = better.runner.learner
        contender = self.best_contender(learner)
        return contender.runner if contender else Runner(learner, BASELINE)

    @property
    def verdict(self) -> Verdict:
        """Put it into a word."""
        if self.n_splits < MIN_SEEDS:
            return "cannot tell"
        if self.chosen.learner != self.reference.learner:
            return "another learner"
        if self.chosen.contender != BASELINE:
            return "use a contender"
        base = self.base(self.reference)  # where it never errs, nothing is better
        if not np.isnan(self.smallest) and self.smallest > ENOUGH * base > 0:
            return "cannot tell"
        return "leave the rows alone"

    @property
    def positives_needed(self) -> int:
        """Positives from which a gain of `ENOUGH` would be found: errors shrink with the root of their number."""
        wanted = ENOUGH * self.base(self.reference)
        if np.isnan(self.smallest) or not wanted:
            return 0
        needed = self.positives * (self.smallest / wanted) ** 2
        digits = max(1, len(str(int(needed))) - 1)
        return int(np.ceil(needed / 10**digits) * 10**digits)


def judge(
    objective: Objective,
    splits: SPLITS,
    over: Mapping[Runner, Runner],
    test_to_train: float,
    as_it_is: Counts,
    positives: int,
    rows: int,
    racing: Collection[Runner] = (),
) -> Judgement:
    """Judge a race.

    Parameters
    ----------
    splits : dict
        Test rows of each runner, by seed; the reference first.
    over : dict
        What each contender is to be better than.
    racing : collection of Runner
        Contenders that had not dropped out when the race ended.
    """
    thresholds = {runner: _thresholds(objective, of) for runner, of in splits.items()}
    losses = _losses(objective, splits, thresholds)
    reference = next(iter(splits))
    others = {runner: reference for runner in splits if runner.contender == BASELINE and runner != reference}
    compared = gains(losses, over, test_to_train)
    own = {runner: gain for runner, gain in compared.items() if runner.learner == reference.learner}
    return Judgement(
        objective,
        losses,
        compared,
        gains(losses, others, test_to_train),
        smallest_gain(own),
        {runner: objective.threshold(ScoredRows.joined(list(of.values()))) for runner, of in splits.items()},
        {runner: _errors(of, thresholds[runner]) for runner, of in splits.items()},
        as_it_is,
        positives,
        rows,
        racing,
    )


def losses_of(objective: Objective, splits: SPLITS) -> dict[Runner, dict[int, float]]:
    """Give the loss of each runner on each split; what is chosen for a split is chosen on the others."""
    return _losses(objective, splits, {runner: _thresholds(objective, of) for runner, of in splits.items()})


def _losses(
    objective: Objective, splits: SPLITS, thresholds: Mapping[Runner, Mapping[int, float]]
) -> dict[Runner, dict[int, float]]:
    reference, of_reference = next(iter(splits.items()))
    rates = {}
    for seed, threshold in thresholds[reference].items():
        negatives = of_reference[seed].p[of_reference[seed].y == 0]
        rates[seed] = float((negatives >= threshold).mean())
    at = {seed: _mean_of_others(rates, seed) for seed in rates}
    return {
        runner: {
            seed: objective.loss(of[seed], threshold, at[seed])
            for seed, threshold in thresholds[runner].items()
            if seed in at
        }
        for runner, of in splits.items()
    }


def _mean_of_others(values: Mapping[int, float], own: int) -> float:
    return float(np.mean([value for seed, value in values.items() if seed != own]))


def _thresholds(objective: Objective, of: Mapping[int, ScoredRows]) -> dict[int, float]:
    """Choose a threshold for each split on the others; nothing where there is but one."""
    if len(of) < 2:
        return {}
    return {seed: objective.threshold(ScoredRows.joined([of[other] for other in of if other != seed])) for seed in of}


def count_errors(objective: Objective, of: Mapping[int, ScoredRows]) -> Counts:
    """Count the errors on each split at a threshold that was chosen on the others; give means."""
    return _errors(of, _thresholds(objective, of))


def _errors(of: Mapping[int, ScoredRows], thresholds: Mapping[int, float]) -> Counts:
    found = [(of[seed], of[seed].p >= threshold) for seed, threshold in thresholds.items()]
    if not found:
        return Counts(float("nan"), float("nan"))
    missed = [float(((tested.y == 1) & ~decided).mean()) for tested, decided in found]
    alarms = [float(((tested.y == 0) & decided).mean()) for tested, decided in found]
    return Counts(PER * float(np.mean(missed)), PER * float(np.mean(alarms)))
