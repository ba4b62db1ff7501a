"""The race: who gets the next splits, and who is shown to be better in the end.

All contenders run on the first splits. After each round, whoever cannot win any more drops out: the 90 % interval of
what it has over doing nothing lies below what would matter, or below that of the leader; or, after `LATE` splits, it
would not be shown to be better even if it had a standard error more. The next splits go to the others. The seeds are
0, 1, 2, … for everybody, so that all comparisons are paired, and nobody is called better before the last round: p is
adjusted for all who started, whether they dropped out or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..report.statistics import CONFIDENCE, MIN_SEEDS, Comparison, compare, detectable, holm

ROUNDS = (3, 5, 10, 15)
"""Splits after each round. More tell little: the variance that splits of one table share stays."""

LATE = 10
"""After so many splits, further ones change what is known by little."""

MATTERS = 0.02
"""Gains below this part of the loss matter to nobody."""

ENOUGH = 0.25
"""A part of the loss: where only larger gains could be found, there is no telling."""


class Runner(NamedTuple):
    """A learner with a contender."""

    learner: str
    contender: str


Losses = Mapping[Runner, Mapping[int, float]]
"""Of each runner, by seed; lower is better."""


@dataclass(frozen=True)
class Gain:
    """What a runner has over another: its loss less by `comparison.mean`, with p adjusted for all that started."""

    runner: Runner
    comparison: Comparison
    p: float

    @property
    def shown(self) -> bool:
        """Tell whether it is shown to be better."""
        return self.comparison.n >= MIN_SEEDS and self.comparison.mean > 0 and self.p < 1 - CONFIDENCE


def gains(losses: Losses, over: Mapping[Runner, Runner], test_to_train: float) -> dict[Runner, Gain]:
    """Compare each runner with the one that it is to be better than, on the seeds that both have."""
    found = {runner: compare(_paired(losses, runner, base), test_to_train) for runner, base in over.items()}
    p = holm([1.0 if np.isnan(each.p) else each.p for each in found.values()])
    return {runner: Gain(runner, each, adjusted) for (runner, each), adjusted in zip(found.items(), p, strict=True)}


def still_racing(
    losses: Losses, over: Mapping[Runner, Runner], test_to_train: float, racing: set[Runner]
) -> set[Runner]:
    """Leave out who cannot win any more.

    One that was just as good on every split so far stays: with few positives that says little.
    """
    known = {runner: compare(_paired(losses, runner, base), test_to_train) for runner, base in over.items()}
    intervals = {
        runner: each.interval(0.9) if each.n > 1 and each.error > 0 else (-np.inf, np.inf)
        for runner, each in known.items()
        if runner in racing and losses.get(runner) and losses.get(over[runner])
    }
    hopeless = _hopeless(known)
    stay = set()
    for runner, (_, high) in intervals.items():
        rivals = [low for other, (low, _) in intervals.items() if over[other] == over[runner] and other != runner]
        matters = MATTERS * float(np.mean(list(losses[over[runner]].values())))
        if high > max([matters, *rivals]) and runner not in hopeless:
            stay.add(runner)
    return stay


def _hopeless(known: Mapping[Runner, Comparison]) -> set[Runner]:
    """Name those with `LATE` splits that would not be shown to be better with a standard error more."""
    hopeful = {runner: replace(each, mean=each.mean + each.error) for runner, each in known.items()}
    p = holm([each.p if each.n > 1 and each.mean > 0 else 1.0 for each in hopeful.values()])
    late = {runner for runner, each in known.items() if each.n >= LATE and each.error > 0}
    return {runner for runner, adjusted in zip(hopeful, p, strict=True) if adjusted >= 1 - CONFIDENCE} & late


def smallest_gain(found: Mapping[Runner, Gain]) -> float:
    """Give the gain that would be found four times in five, for the median standard error; NaN for few seeds."""
    known = [each.comparison for each in found.values() if each.comparison.n >= MIN_SEEDS and each.comparison.error > 0]
    if not known:
        return float("nan")
    n = max(each.n for each in known)
    errors = [each.error for each in known if each.n == n]
    return detectable(n, len(found)) * float(np.median(errors))


def _paired(losses: Losses, runner: Runner, base: Runner) -> np.ndarray:
    own, other = losses.get(runner, {}), losses.get(base, {})
    return np.array([other[seed] - own[seed] for seed in sorted(own.keys() & other.keys())])
