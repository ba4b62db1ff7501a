"""Several settings of one contender, shown as one."""

from dataclasses import replace
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.report.groups import Group
from oversampling_bench.benchmarks.report.markdown import SHOWN
from oversampling_bench.benchmarks.report.sweeps import sweep_table, sweeps

GOLDEN = Path(__file__).parents[1] / "golden"
SWEEP = "smote[k=1|2|3]"


@pytest.fixture
def group():
    """Three settings whose balanced errors are 0.2, 0.3 and 0.6, their AUC 0.9, 0.8 and 0.5."""
    cells = read_csv(GOLDEN / "cells.csv")
    one = cells[(cells["contender"] == "none") & (cells["dataset"] == cells["dataset"].iloc[0])]
    values = {"smote[k=1]": 0.2, "smote[k=2]": 0.3, "smote[k=3]": 0.6}
    scored = {name: one.assign(balanced_error=value, roc_auc=1.1 - value) for name, value in values.items()}
    return Group("adult", "forest", scored, dict.fromkeys(scored, "oversampler"), len(one))


def test_best_median_and_worst_are_named_with_their_settings(group):
    shown = {name: SHOWN[name] for name in ("balanced_error", "roc_auc")}
    found = sweep_table(group, sweeps(["none", SWEEP]), shown)
    rows = [[cell.strip() for cell in line.split(" | ")] for line in found.splitlines() if line.startswith("| `")]
    assert [row[1:] for row in rows] == [
        ["balanced error %", "3", "20.00 (k=1)", "30.00", "60.00 (k=3)", "40.00 |"],
        ["ROC AUC", "3", "0.9000 (k=1)", "0.8000", "0.5000 (k=3)", "0.4000 |"],
    ]
    assert "flatters" in found


def test_without_two_settings_that_have_scores_there_is_nothing_to_say(group):
    assert sweep_table(group, sweeps(["none", "smote[k=1]", "smote[k=1|9]"]), dict(SHOWN)) == ""


def test_what_tells_settings_apart_is_named_and_no_more():
    (found,) = sweeps(["filtered[keep=0.5,of=smote[k=1|2]]"])
    assert list(found.settings.values()) == ["of=smote[k=1]", "of=smote[k=2]"]


def test_a_setting_that_lacks_seeds_is_left_out_and_that_is_said(group):
    fewer = group.scored | {"smote[k=3]": group.scored["smote[k=3]"].iloc[:0]}
    found = sweep_table(replace(group, scored=fewer), sweeps([SWEEP]), {"roc_auc": SHOWN["roc_auc"]})
    assert "| 2 of 3 |" in " ".join(found.split())
    assert "k=3)" not in found
