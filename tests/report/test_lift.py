"""Lift over the threshold: worked curves, where there is none to be told, and that identical models have none."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.measure.roc import Roc
from oversampling_bench.benchmarks.report.lift import MIN_FOUND, MIN_POSITIVES, Operating, lift, rates
from oversampling_bench.benchmarks.report.write import with_lift

BETTER = Roc(np.array([0.0, 0.5, 1.0]), np.array([0.8, 0.1, 0.0]))
WORSE = Roc(np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.2, 0.0]))


def test_it_is_how_many_fewer_are_missed_at_the_same_false_alarms():
    assert lift(WORSE, BETTER, 0.25) == pytest.approx(0.6 - 0.45)
    assert lift(BETTER, WORSE, 0.25) == pytest.approx(0.45 - 0.6)
    assert lift(WORSE, WORSE, 0.3) == 0.0


def scored(contender, seed, error_negative, status="ok", fn=10, tp=10, fp=5):
    where = {"dataset": "toy", "classifier": "forest", "contender": contender, "seed": seed, "status": status}
    return where | {"error_negative": error_negative, "fn": fn, "tp": tp, "fp": fp}


def test_the_curves_are_read_at_the_false_alarms_of_the_other_seeds():
    rows = [scored("none", seed, 0.4) for seed in range(3)]
    rows += [scored("a", seed, rate) for seed, rate in enumerate((0.1, 0.2, 0.3))]
    cells = pd.DataFrame([*rows, scored("b", 0, np.nan, status="failed")])
    # 200 negatives, and positives whose curve is 1 - f for one and 1 - sqrt(f) for the other, near enough.
    y, p = np.repeat([0, 1], 200), np.append(np.arange(200), np.arange(200)) / 200
    higher = np.append(np.arange(200) / 200, np.sqrt(np.arange(200) / 200))
    baseline = {CellId("toy", "forest", "none", seed): Roc.of(y, p) for seed in range(3)}
    tested = [(CellId("toy", "forest", "a", seed), y, higher) for seed in range(3)]
    lifts = with_lift(cells, baseline, tested)["lift_over_threshold"].tolist()
    curves = Roc.of(y, p), Roc.of(y, higher)
    assert lifts[:3] == [0.0] * 3
    assert lifts[3:6] == pytest.approx([lift(*curves, at) for at in (0.25, 0.2, 0.15)])
    assert np.isnan(lifts[6])


def test_without_a_baseline_on_that_seed_there_is_none():
    cells = pd.DataFrame([scored("a", seed, 0.2) for seed in range(3)])
    y, p = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    tested = [(CellId("toy", "forest", "a", seed), y, p) for seed in range(3)]
    found = with_lift(cells, {CellId("toy", "forest", "none", 1): Roc.of(y, p)}, tested)["lift_over_threshold"]
    assert found.notna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([scored("a", 0, 0.1)], "one seed"),
        ([scored("a", seed, 0.1, fn=5, tp=4) for seed in range(3)], "9.0 test positives a split are too few, 10 are"),
        ([scored("a", seed, 0.0, fn=20, tp=0, fp=0) for seed in range(3)], "it predicts no positive at all, and"),
        (
            [scored("a", seed, 0.01, fn=20, tp=seed == 1, fp=9) for seed in range(3)],
            "it finds 0.3 positives a split, and so has",
        ),
        ([scored("a", seed, 0.0, fn=5, tp=5, fp=0) for seed in range(2)], ""),  # no false alarm is a fine place to be
    ],
)
def test_where_there_is_none_to_be_told_it_says_why(rows, why):
    found = Operating.of(pd.DataFrame(rows)).why_no_lift
    assert why in found
    assert bool(why) == bool(found)


def replay(rng, positives, negatives, threshold, seeds):
    """Two forests of the same kind that differ by their seed alone, on splits of one table: labels, votes of each.

    A row has a true score, a split moves all scores on it a little (its training rows), and a forest votes: a hundred
    trees, each for a positive with a probability that rises with the score.
    """
    table = np.append(rng.normal(2, 1, positives * 5), rng.normal(0, 1, negatives * 5))
    y = np.repeat([1, 0], [positives, negatives])
    for _ in range(seeds):
        rows = np.append(
            rng.choice(positives * 5, positives, replace=False),
            positives * 5 + rng.choice(negatives * 5, negatives, replace=False),
        )
        scores = table[rows] - threshold + rng.normal(0, 0.3, len(rows))
        own = scores + rng.normal(0, 0.25, (2, len(rows)))
        yield y, rng.binomial(100, 1 / (1 + np.exp(-1.5 * own))) / 100


def mean_lifts(splits):
    """Mean lift of each forest over the other, where it has one; and as it was read before, at its own decisions."""
    false_alarms, found = (
        np.array([[(votes[y == label] > 0.5).sum() for votes in both] for y, both in splits]) for label in (0, 1)
    )
    false_alarms = false_alarms / (splits[0][0] == 0).sum()
    now, before = [], []
    for one, other in ((0, 1), (1, 0)):  # either could be called the baseline: half the noise cancels
        if found[:, other].mean() < MIN_FOUND:
            continue
        for (y, both), at, own in zip(splits, rates(false_alarms[:, other]), false_alarms[:, other], strict=True):
            curve = Roc.of(y, both[one])
            now.append(lift(curve, Roc.of(y, both[other]), at))
            before.append(curve.misses_at(own) - (both[other][y == 1] <= 0.5).mean())
    return (np.mean(now), np.mean(before)) if now else (np.nan, np.nan)


@pytest.mark.parametrize(
    ("positives", "negatives", "threshold", "replays"),
    [
        (MIN_POSITIVES, 100, 1.5, 500),
        (MIN_POSITIVES, 400, 2.6, 500),  # few false alarms
        (25, 300, 3.0, 500),  # about one false alarm a split
        (25, 300, 3.3, 500),  # hardly any, and few positives found
        (50, 300, 1.0, 300),
    ],
)
def test_identical_models_have_none_whatever_the_number_of_positives_and_false_alarms(
    positives, negatives, threshold, replays
):
    """Bias below 0.3 points, seen through a simulation whose own standard error is below 0.1."""
    rng = np.random.default_rng(0)
    found = np.array(
        [mean_lifts(list(replay(rng, int(positives), negatives, threshold, seeds=5))) for _ in range(replays)]
    )
    found = found[~np.isnan(found[:, 0])]
    now, before = np.mean(found, axis=0) * 100
    error = np.std(found, axis=0, ddof=1)[0] * 100 / np.sqrt(len(found))
    print(f"{positives:.0f} positives: {now:+.2f} ± {error:.2f}, before {before:+.2f}, {len(found)} replays")
    assert len(found) > 0.3 * replays
    assert error < 0.1
    assert abs(now) < 0.3 - error


def test_what_it_replaces_was_biased_where_false_alarms_are_few():
    """The planted fault of the simulation above: reading only the baseline in hindsight."""
    rng = np.random.default_rng(0)
    found = [mean_lifts(list(replay(rng, 25, 300, 3.0, seeds=5))) for _ in range(200)]
    now, before = np.mean(found, axis=0) * 100
    assert before < -1
    assert abs(now) < 0.3
