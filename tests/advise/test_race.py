"""The race calls nobody better by chance more often than it says, drops nobody who could win, and finds who is."""

from dataclasses import replace

import numpy as np
import pytest
from oversampling_bench.benchmarks.advise.judgement import Counts, judge, losses_of
from oversampling_bench.benchmarks.advise.objective import Costs, EqualFalseAlarms, ScoredRows
from oversampling_bench.benchmarks.advise.race import ROUNDS, Runner, gains, still_racing
from sklearn.model_selection import train_test_split

BASE = Runner("forest", "none")
DEFAULT = EqualFalseAlarms()


def over(names):
    return {Runner("forest", name): BASE for name in names}


def raced(rng, lifts, n=600, share=0.2, objective=DEFAULT):
    """Race contenders whose scores are as good as the baseline's but for a shift of positives; give the judgement.

    The noise of a row and contender is half its own, the same on all splits, half drawn anew: as of models that learn
    from mostly the same rows.
    """
    y = (rng.random(n) < share).astype(int)
    signal = rng.normal(1.5 * y, 1.0)
    runners = {BASE: 0.0} | dict(zip(over(lifts), lifts.values(), strict=True))
    own = {runner: rng.normal(0, 0.5, n) for runner in runners}
    splits = {runner: {} for runner in runners}
    racing = set(over(lifts))
    for seeds in ROUNDS:
        for seed in range(seeds):
            _, test = train_test_split(np.arange(n), test_size=0.2, random_state=seed, stratify=y)
            for runner, lift in runners.items():
                if seed not in splits[runner] and runner in racing | {BASE}:
                    z = signal + own[runner] + rng.normal(0, 0.5, n) + lift * y
                    splits[runner][seed] = ScoredRows(y[test], 1 / (1 + np.exp(-z[test])))
        racing = still_racing(losses_of(objective, splits), over(lifts), 0.25, racing)
        if not racing:
            break
    return judge(objective, splits, over(lifts), 0.25, Counts(0, 0), int(y.sum()), n), racing


@pytest.mark.parametrize("objective", [EqualFalseAlarms(), Costs(5, 1)])
def test_of_contenders_that_are_as_good_one_in_twenty_races_calls_one_better_at_most(objective):
    rng = np.random.default_rng(0)
    names = dict.fromkeys(("a", "b", "c", "d", "e", "f"), 0.0)
    called = [raced(rng, names, objective=objective)[0].best_contender("forest") is not None for _ in range(100)]
    assert np.mean(called) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)


def test_who_is_far_better_is_found_and_the_hopeless_drop_out():
    rng = np.random.default_rng(0)
    judged, racing = raced(rng, {"good": 1.5, "same": 0.0, "bad": -1.5}, n=2000)
    assert judged.best_contender("forest").runner.contender == "good"
    assert judged.verdict == "use a contender"
    assert Runner("forest", "bad") not in racing
    assert len(judged.losses[Runner("forest", "bad")]) == ROUNDS[0]
    assert len(judged.losses[Runner("forest", "good")]) == ROUNDS[-1]


def test_who_would_not_be_shown_with_a_standard_error_more_drops_out_late():
    def losses(gains):
        runners = {Runner("forest", name): gain for name, gain in gains.items()}
        ends = [np.array([0.01, -0.01] * 5), np.zeros(10)]
        return {BASE: dict(enumerate(0.5 + ends[1]))} | {
            runner: dict(enumerate(0.5 - gain + ends[0])) for runner, gain in runners.items()
        }

    # The deviation 0.0105 makes a standard error of 0.0105 · sqrt(1/10 + 0.25) = 0.0062. "good" has 5.9 of them and
    # "middling" 3.0; with one more, p of 9 degrees of freedom is 0.0001 and 0.0032, times 18 and 17: 0.0012 and 0.054.
    many = {f"c{number}": 0.0125 for number in range(16)}
    known = losses({"good": 0.037, "middling": 0.0186} | many)
    stay = still_racing(known, over(["good", "middling", *many]), 0.25, set(known) - {BASE})
    assert stay == {Runner("forest", "good")}
    early = {
        runner: {seed: loss for seed, loss in of.items() if seed < 5}
        for runner, of in losses({"middling": 0.01}).items()
    }
    assert still_racing(early, over(["middling"]), 0.25, set(early) - {BASE}) == {Runner("forest", "middling")}


def test_a_contender_whose_learner_has_no_scores_alone_drops_out():
    """It timed out as it is, say, and not on the fewer rows that are left of it."""
    alone = Runner("svm", "undersample")
    losses = {BASE: {0: 0.5, 1: 0.6}, alone: {0: 0.4, 1: 0.5}}
    bases = {alone: Runner("svm", "none")}
    assert still_racing(losses, bases, 0.25, {alone}) == set()
    assert gains(losses, bases, 0.25)[alone].comparison.n == 0


def test_where_the_race_ended_early_nothing_is_said_of_another_learner():
    rng = np.random.default_rng(0)
    judged, _ = raced(rng, {"a": 0.0})
    boosting = Runner("boosting", "none")
    better = {**judged.losses, boosting: {seed: loss - 0.1 for seed, loss in judged.losses[BASE].items()}}
    better[Runner("forest", "a")] = {0: 0.5, 1: 0.5, 2: 0.5}
    learners = gains(better, {boosting: BASE}, 0.25)
    finished = replace(judged, losses=better, learners=learners, racing=())
    assert (finished.chosen, finished.verdict) == (boosting, "another learner")
    early = replace(finished, racing={Runner("forest", "a")})
    assert (early.n_splits, early.chosen, early.verdict) == (3, BASE, "cannot tell")


def test_few_positives_tell_nothing_and_more_are_asked_for():
    rng = np.random.default_rng(1)
    judged, _ = raced(rng, {"a": 0.0, "b": 0.0}, n=120, share=0.15)
    assert judged.verdict == "cannot tell"
    assert judged.positives_needed > judged.positives


def test_p_is_adjusted_for_all_who_started():
    losses = {
        BASE: dict.fromkeys(range(5), 0.5) | {0: 0.52},
        Runner("forest", "a"): {k: 0.4 + k / 100 for k in range(5)},
    }
    losses |= {Runner("forest", name): {0: 0.6, 1: 0.7, 2: 0.65} for name in "bcd"}
    found = gains(losses, over("abcd"), 0.25)
    alone = gains({runner: losses[runner] for runner in list(losses)[:2]}, over("a"), 0.25)
    assert found[Runner("forest", "a")].p == pytest.approx(4 * alone[Runner("forest", "a")].p)
    assert not found[Runner("forest", "b")].shown
