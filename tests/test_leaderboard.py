"""The leaderboard against a golden file, and what its words may say.

`tests/golden` is a results folder of made-up cells. After a wanted change, render it again with
`oversampling-bench report tests/golden` and read the difference.
"""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from oversampling_bench.benchmarks.leaderboard import leaderboard
from oversampling_bench.benchmarks.record import ERRORS, PROBABILISTIC
from oversampling_bench.benchmarks.store import read_csv
from oversampling_bench.benchmarks.tables import table

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def cells():
    return read_csv(GOLDEN / "cells.csv")


@pytest.fixture
def environment():
    return json.loads((GOLDEN / "environment.json").read_text())


def test_the_golden_cells_render_to_the_golden_bytes(cli, tmp_path):
    folder = shutil.copytree(GOLDEN, tmp_path / "golden")
    (folder / "leaderboard.md").unlink()
    assert cli("report", folder).code == 0
    assert (folder / "leaderboard.md").read_bytes() == (GOLDEN / "leaderboard.md").read_bytes()


def test_the_order_of_the_cells_does_not_matter(cells, environment):
    shuffled = cells.sample(frac=1, random_state=0).sort_values("seed", kind="stable")
    tables = leaderboard(shuffled, environment, []).split("## Cells that did not end ok")[0]
    assert tables == leaderboard(cells, environment, []).split("## Cells that did not end ok")[0]


def test_numbers_are_means_and_deviations_over_seeds(cells, environment):
    text = leaderboard(cells, environment, [])
    # smote's balanced errors are 0.20, 0.22 and 0.21; its differences to none -0.05, -0.02 and -0.02.
    assert "| `smote`" in text
    assert "21.00 ± 1.00" in text
    assert "-3.00 ± 1.73" in text


def test_an_incomplete_contender_stands_below_complete_ones_however_good(cells, environment):
    scores = leaderboard(cells, environment, []).split("### Difference")[0]
    rows = [line.split("`")[1] for line in scores.splitlines() if line.startswith("| `")]
    assert rows == ["smote", "none", "lucky", "broken"]
    assert "2 of 3" in scores
    assert "`lucky` has the lowest" not in scores


def test_without_a_baseline_nothing_is_compared(cells, environment):
    text = leaderboard(cells[cells["contender"] != "none"], environment, [])
    assert "there is no complete contender to compare with a complete `none`" in text
    assert "### Difference" not in text


def test_without_any_score_the_report_still_stands(cells, environment):
    cells.loc[:, ERRORS + PROBABILISTIC] = float("nan")
    cells["status"] = "failed"
    text = leaderboard(cells, environment, [])
    assert "Coverage: 0 of 13 cells scored, 12 ended without scores (listed below), 1 not run yet." in text
    assert leaderboard(cells.head(0), environment, []).count("nothing to compare") == 1


def test_long_lists_of_failures_are_cut(cells, environment):
    many = pd.concat([cells.assign(seed=seed, status="failed") for seed in range(10)])
    assert "… and 70 more, in cells.csv." in leaderboard(many, environment, [])


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table():
    text = table(["a", "b"], [["x|y", "two\nlines"]])
    assert text.splitlines()[-1].replace(" ", "") == r"|x\|y|twolines|"
