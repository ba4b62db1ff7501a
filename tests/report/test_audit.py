"""What an audit says: of cells that are made up, and of contenders that cheat or never do the same twice."""

import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.record.provenance import Provenance
from oversampling_bench.benchmarks.report.page import Report
from oversampling_bench.benchmarks.report.sections import audit

EVERY = ("--audit", 1)
QUICKLY, TREE = (*EVERY, "--classifier", "logistic"), (*EVERY, "--classifier", "tree")


@pytest.fixture
def audited(run_small):
    """Run contenders with every split audited, with a learner that is quick."""
    return lambda *contenders, **how: run_small(*contenders, **({"options": QUICKLY} | how))


def found_in(text):
    """Read the table of an audit: by contender, scores that were the same again, and what does not fit."""
    rows = [[part.strip() for part in line.split("|")[1:-1]] for line in text.split("## Audit")[1].splitlines()]
    return {row[0].strip("`"): (row[4], row[-1]) for row in rows if len(row) == 9}


def test_cheats_are_found_and_honest_contenders_are_not(audited, plugin):
    recognises, unsteady = (f"{plugin('cheats')}[kind={kind}]" for kind in ("recognises", "unsteady"))
    done = audited("none", recognises, unsteady, seeds=3, options=TREE)
    assert done.code == 1
    assert len([line for line in done.err.splitlines() if "does not fit" in line]) == 1
    text = (done.folder / "leaderboard.md").read_text()
    details = (done.folder / "details.md").read_text()
    assert text.count("The audit found what does not fit") == 1
    assert text.index("The audit found") < text.index("Coverage: ")
    found = found_in(details)
    assert found["cheats[kind=recognises]"] == ("3 of 3", "lifts less than half as much on noisy rows")
    assert found["cheats[kind=unsteady]"] == ("0 of 3", "other scores when run again")
    assert found["none"] == ("3 of 3", "–")


def test_who_carries_the_table_is_found(audited, plugin):
    done = audited("none", f"{plugin('cheats')}[kind=carries]", seeds=7)  # few rows: chance may do much
    found = found_in((done.folder / "details.md").read_text())
    assert "knows labels that it was not told" in found["cheats[kind=carries]"][1]
    assert found["none"] == ("7 of 7", "–")


def test_an_audit_changes_nothing_else(audited, run_small, scores):
    with_audit = audited("none", "smote", seeds=2, out="audited")
    without = run_small("none", "smote", seeds=2, out="plain", options=QUICKLY[2:])
    assert with_audit.code == without.code == 0
    pd.testing.assert_frame_equal(scores(with_audit.folder), scores(without.folder))
    assert len(read_csv(with_audit.folder / "audit.csv")) == 2 * 2 * 3
    assert not (without.folder / "audit.csv").exists()
    assert "Coverage: 4 of 4 cells scored" in (with_audit.folder / "leaderboard.md").read_text()
    before, after = ((each.folder / "details.md").read_text().split("## Setting")[1] for each in (without, with_audit))
    assert after.split("## Runtime")[0].split("## Audit")[0] == before.split("## Runtime")[0]
    assert "4 cells ran again, and all gave the same scores to the last digit." in after


def test_it_is_done_once_kept_and_rendered_again(audited, run_small, cli, plugin):
    first = audited("none", "random")
    assert "16 cells, 0 done before" in first.err
    assert "16 cells, 16 done before" in audited("none", "random").err
    again = run_small("none", "random", options=QUICKLY[2:])
    assert "4 cells, 4 done before" in again.err
    assert "## Audit" in (first.folder / "details.md").read_text()
    (first.folder / "cells.sqlite").unlink()
    text = (first.folder / "leaderboard.md").read_bytes()
    assert cli("report", first.folder).code == 0
    assert (first.folder / "leaderboard.md").read_bytes() == text
    name = "quick/blobs[audit=noisy]/logistic/random/0"
    assert cli("reproduce", name, "--out", first.folder, "--dataset", plugin("blobs")).code == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--audit", 0), "--audit 0: give N, 1 or more: one in N splits is audited"),
        (("--audit-key", "x"), "--audit-key x goes with --audit N"),
        (("--audit", 5, "--shard", "1/2"), "--audit N with --shard needs --audit-key TEXT"),
    ],
)
def test_what_makes_no_sense_is_said(run_small, options, complaint):
    done = run_small("none", options=options)
    assert done.code == 2
    assert done.err.startswith(f"oversampling-bench: {complaint}")
    assert done.err.count("\n") == 1


def test_an_audit_keeps_its_key(audited, run_small):
    first = audited("none")
    key = Provenance.read(first.folder / "environment.json").audit_key
    assert len(key) == 16
    run_small("none", options=QUICKLY[2:])
    assert Provenance.read(first.folder / "environment.json").audit_key == key
    other = run_small("none", options=("--audit", 1, "--audit-key", "mine"))
    assert other.code == 2
    assert "was audited with another one" in other.err


LABELS = ["knows labels that it was not told"]


@pytest.mark.parametrize(
    ("name", "aucs", "bases", "misfits"),
    [
        ("mine", [0.60, 0.80, 0.90], [0.5, 0.58, 0.42], LABELS),
        ("mine", [0.59, 0.99, 0.99], [0.5, 0.5, 0.5], []),  # not on every split
        ("mine", [0.68, 0.68, 0.68], [0.59, 0.59, 0.59], []),  # too near to the baseline
        ("mine", [0.99, 0.99], [0.5, 0.5], []),  # too few
        ("mine", [0.9] * 6, [0.5] * 5 + [0.61], []),  # too few, for chance may do much here
        ("mine", [0.9] * 7, [0.5] * 6 + [0.61], LABELS),
        ("mine", [0.9] * 7, [0.9] * 7, []),  # the learner as well
        ("none", [0.8] * 7, [0.8] * 7, LABELS),
        ("none", [0.8] * 6, [0.8] * 6, []),
        ("none", [0.79] * 7, [0.79] * 7, []),
        ("mine", [0.8] * 7, [], LABELS),  # nothing to compare with
        ("mine", [0.8] * 3, [], []),
    ],
)
def test_what_is_known_of_permuted_labels(name, aucs, bases, misfits):
    finding = audit.Finding(("adult", "forest", name), len(aucs), {0: []}, aucs, bases, [], 0.0)
    assert finding.misfits == misfits


@pytest.mark.parametrize(
    ("lifts", "positives", "misfits"),
    [
        ([(0.06, 0.01), (0.05, 0.02), (0.07, 0.0)], 4704, ["lifts less than half as much on noisy rows"]),
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


def row(status="ok", **changed):
    found = dict.fromkeys(COLUMNS, None) | {"dataset": "t", "classifier": "forest", "contender": "mine", "seed": 0}
    return found | {"status": status, "phase": "", "reason": "", "roc_auc": 0.8, "fn": 1, "tp": 9} | changed


@pytest.mark.parametrize(
    ("then", "again", "columns"),
    [
        (row(), row(), {0: []}),
        (row(), row(roc_auc=0.8 + 1e-16 * 2), {0: ["roc_auc"]}),
        (row(), row("failed", roc_auc=None), {0: ["status"]}),
        (row(), row("timeout", roc_auc=None), {}),  # that may be the machine's doing
        (row("failed", reason="at 0x7f"), row("failed", reason="at 0x80"), {}),  # no scores to be the same
        (row("partial", reason="9 of 10"), row("ok"), {0: ["status"]}),
    ],
)
def test_what_must_be_the_same(then, again, columns, make_provenance):
    audits = pd.DataFrame([again | {"dataset": "t[audit=again]"}])
    (finding,) = audit.findings(Report(pd.DataFrame([then]), make_provenance(), audits=audits))
    assert finding.again == columns


@pytest.mark.parametrize(("status", "misfits"), [("failed", ["no scores on noisy rows"]), ("timeout", []), ("ok", [])])
def test_who_has_no_scores_on_noisy_rows_does_not_fit(status, misfits, make_provenance):
    noisy = pd.DataFrame([row(status, roc_auc=0.8 if status == "ok" else None, dataset="t[audit=noisy]")])
    report = Report(pd.DataFrame([row()]), make_provenance(), audits=noisy)
    (finding,) = audit.findings(report)
    assert finding.misfits == misfits
    assert audit.findings(Report(pd.DataFrame([row("failed")]), make_provenance(), audits=noisy))[0].misfits == []
    assert bool(audit.warning(report)) == bool(misfits)
