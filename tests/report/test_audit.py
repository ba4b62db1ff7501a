"""What an audit says: of cells that are made up, and of contenders that cheat or never do the same twice."""

import pandas as pd
import pytest
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.report.sections import audit


@pytest.fixture
def audited(run_small, plugin):
    """Run contenders with every split audited."""
    return lambda *contenders, **how: run_small(*contenders, **({"options": ("--audit", 1)} | how))


def test_cheats_are_found_and_honest_contenders_are_not(audited, plugin):
    kinds = ("carries", "recognises", "unsteady")
    done = audited("none", "random", *(f"{plugin('cheats')}[kind={kind}]" for kind in kinds), seeds=3)
    assert done.code == 1
    said = [line for line in done.err.splitlines() if "does not fit" in line]
    assert len(said) == 1
    text = (done.folder / "leaderboard.md").read_text()
    rows = [[part.strip() for part in line.split("|")[1:-1]] for line in text.split("## Audit")[1].splitlines()]
    found = {row[0].strip("`"): row for row in rows if len(row) == 9}
    assert "knows labels that it was not told" in found["cheats[kind=carries]"][-1]
    assert found["cheats[kind=recognises]"][-1] == "lifts on the published rows alone"
    assert found["cheats[kind=unsteady]"][-1] == "other scores when run again"
    assert found["cheats[kind=unsteady]"][4] == "0 of 3"
    for honest in ("none", "random"):
        assert found[honest][-1] == "–", found[honest]
        assert found[honest][4] == "3 of 3"
    assert text.count("The audit found what does not fit") == 1
    assert text.index("The audit found") < text.index("Coverage: ")


def test_an_audit_changes_nothing_else(audited, run_small, scores):
    with_audit = audited("none", "smote", seeds=2, out="audited")
    without = run_small("none", "smote", seeds=2, out="plain")
    assert with_audit.code == without.code == 0
    pd.testing.assert_frame_equal(scores(with_audit.folder), scores(without.folder))
    assert len(read_csv(with_audit.folder / "audit.csv")) == 2 * 2 * 3
    assert not (without.folder / "audit.csv").exists()
    before, after = ((each.folder / "leaderboard.md").read_text() for each in (without, with_audit))
    assert "Coverage: 4 of 4 cells scored" in after
    assert after.split("## Runtime")[0].split("## Audit")[0] == before.split("## Runtime")[0]
    assert "4 cells ran again, and all gave the same scores to the last digit." in after


def test_it_is_done_once_kept_and_rendered_again(audited, run_small, cli):
    first = audited("none", "random")
    assert "16 cells, 0 done before" in first.err
    assert "16 cells, 16 done before" in audited("none", "random").err
    again = run_small("none", "random")
    assert "4 cells, 4 done before" in again.err
    assert "## Audit" in (first.folder / "leaderboard.md").read_text()
    (first.folder / "cells.sqlite").unlink()
    text = (first.folder / "leaderboard.md").read_bytes()
    assert cli("report", first.folder).code == 0
    assert (first.folder / "leaderboard.md").read_bytes() == text
    name = "quick/blobs[audit=noisy]/forest/random/0"
    assert cli("reproduce", name, "--out", first.folder, "--dataset", again.dataset).code == 0


def test_what_makes_no_sense_is_said(run_small):
    done = run_small("none", options=("--audit", 0))
    assert (done.code, done.err) == (
        2,
        "oversampling-bench: --audit 0: give N, 1 or more: one in N splits is audited\n",
    )


@pytest.mark.parametrize(
    ("aucs", "bases", "misfits"),
    [
        ([0.60, 0.80, 0.90], [0.5, 0.6, 0.7], ["knows labels that it was not told"]),
        ([0.59, 0.99, 0.99], [0.5, 0.5, 0.5], []),  # not on every split
        ([0.95, 0.95, 0.95], [0.9, 0.85, 0.9], []),  # the baseline as well: it is the labels, or the learner
        ([0.99, 0.99], [0.5, 0.5], []),  # too few
    ],
)
def test_what_is_known_of_permuted_labels(aucs, bases, misfits):
    finding = audit.Finding(("adult", "forest", "mine"), 3, {0: []}, aucs, bases, [], 0.0)
    assert finding.misfits == misfits


@pytest.mark.parametrize(
    ("lifts", "positives", "misfits"),
    [
        ([(0.06, 0.01), (0.05, 0.02), (0.07, 0.0)], 4704, ["lifts on the published rows alone"]),
        ([(0.06, 0.01), (0.05, 0.02), (0.07, 0.0)], 1000, []),  # 5 points, and an error of 3.2
        ([(0.06, 0.01), (0.05, 0.06), (0.19, 0.0)], 4704, []),  # not on every split
        ([(0.06, 0.03), (0.05, 0.04), (0.07, 0.05)], 4704, []),  # more than half is left
        ([(0.01, -0.2), (0.01, -0.2), (0.01, -0.2)], 4704, []),  # nothing to lose
        ([(0.06, 0.01), (0.05, 0.02)], 4704, []),  # too few
    ],
)
def test_what_is_lost_on_noisy_rows(lifts, positives, misfits):
    finding = audit.Finding(("adult", "forest", "mine"), 3, {0: []}, [], [], lifts, positives)
    assert finding.misfits == misfits


def test_a_learner_that_knows_labels_is_found_by_the_baseline():
    found = [
        audit.Finding(("adult", "mine", name), 3, {0: []}, [auc] * 3, [auc] * 3, [], 0.0).misfits
        for name, auc in (("none", 0.8), ("smote", 0.8), ("none", 0.79))
    ]
    assert found == [["knows labels that it was not told"], [], []]
