"""The leaderboard against a golden file, and what its words may say.

`tests/golden` is a results folder of made-up cells. After a wanted change, render it again with
`oversampling-bench report tests/golden` and read the difference.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.scores import MEASURES
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.record.provenance import Provenance
from oversampling_bench.benchmarks.report.markdown import table
from oversampling_bench.benchmarks.report.page import leaderboard

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def cells():
    return read_csv(GOLDEN / "cells.csv")


@pytest.fixture
def provenance():
    return Provenance.read(GOLDEN / "environment.json")


def test_the_golden_cells_render_to_the_golden_bytes(cli, tmp_path):
    folder = shutil.copytree(GOLDEN, tmp_path / "golden")
    (folder / "leaderboard.md").unlink()
    assert cli("report", folder).code == 0
    assert (folder / "leaderboard.md").read_bytes() == (GOLDEN / "leaderboard.md").read_bytes()


def test_the_order_of_the_cells_does_not_matter(cells, provenance):
    shuffled = cells.sample(frac=1, random_state=0).sort_values("seed", kind="stable")
    tables = leaderboard(shuffled, provenance, []).split("## Cells that did not end ok")[0]
    assert tables == leaderboard(cells, provenance, []).split("## Cells that did not end ok")[0]


def test_numbers_are_means_and_deviations_over_seeds(cells, provenance):
    text = leaderboard(cells, provenance, [])
    # smote's balanced errors on boosting are none's 0.14, 0.15 and 0.13, plus 0.01 each.
    boosting = text.split("## toy · boosting")[1]
    scores = next(line for line in boosting.splitlines() if "`smote`" in line)
    assert "15.00 ± 1.00" in scores
    assert "+1.00 ± 0.00" in boosting.split("### Difference")[1]
    # On forest, its differences are -0.05, -0.04, -0.04, -0.05, -0.04 and -0.05: s = 0.0054772 and
    # t(0.975, 5) = 2.5706, so the half-width is 2.5706 · 0.0054772 · sqrt(1/6 + 1/4) = 0.0091.
    assert "-4.50 [-5.41, -3.59] better" in text


def test_an_incomplete_contender_stands_below_complete_ones_however_good(cells, provenance):
    text = leaderboard(cells, provenance, [])
    scores = text.split("## toy · forest")[1].split("### Difference")[0]
    rows = [line.split("`")[1] for line in scores.splitlines() if line.count("`") == 2 and line.startswith("| ")]
    assert rows == ["random", "smote", "none", "lucky", "broken", "none"]
    assert "2 of 6" in scores
    assert "(2 of 6 seeds), no verdict" in text
    assert "`lucky`" not in text.split("## toy")[0]


def test_contenders_that_cannot_be_told_apart_share_a_rank(cells, provenance):
    scores = leaderboard(cells, provenance, []).split("## toy · forest")[1].split("### Difference")[0]
    ranks = {line.split("`")[1]: line.split("|")[1].strip() for line in scores.splitlines() if line.count("`") == 2}
    assert ranks["random"] == ranks["smote"] == "1"
    assert ranks["lucky"] == ranks["broken"] == "–"


def test_few_seeds_get_no_verdict_and_the_table_says_why(cells, provenance):
    boosting = leaderboard(cells, provenance, []).split("## toy · boosting")[1].split("### Synthetic")[0]
    assert "No verdict: 3 seeds are too few, 5 are needed." in boosting
    assert "No ranks: 3 seeds are too few, 5 are needed." in boosting
    assert not any(word in boosting for word in ("better", "worse", "tied"))


def test_every_interval_says_which_noise_it_covers(cells, provenance):
    text = leaderboard(cells, provenance, [])
    assert text.count("The interval covers the noise of the split") == 2


def test_rows_that_are_copies_are_marked_and_explained(cells, provenance):
    scores = leaderboard(cells, provenance, []).split("## toy · forest")[1].split("### Difference")[0]
    assert "`random` (mostly copies)" in scores
    assert "- *mostly copies*: most added rows equal a training row" in scores
    assert "- *mostly invalid*" not in scores


def test_other_learners_without_oversampling_are_rows_to_beat(cells, provenance):
    text = leaderboard(cells, provenance, [])
    assert "`none` with boosting" in text.split("## toy · forest")[1].split("### Difference")[0]
    across = text.split("## toy · across learners")[1].split("\n## ")[0]
    assert "| `smote`     | oversampler |  -0.17 [-2.61, +2.28] tied | -1.00 ± 0.00 |" in across


def test_without_a_baseline_nothing_is_compared(cells, provenance):
    text = leaderboard(cells[cells["contender"] != "none"], provenance, [])
    assert text.count("no complete contender to compare with a complete `none`") == 2
    assert "### Difference" not in text


def test_without_any_score_the_report_still_stands(cells, provenance):
    cells.loc[:, list(MEASURES)] = float("nan")
    cells["status"] = "failed"
    text = leaderboard(cells, provenance, [])
    assert "Coverage: 0 of 34 cells scored, 33 ended without scores (listed below), 1 not run yet." in text
    assert leaderboard(cells.head(0), provenance, []).count("nothing to compare") == 1


def test_long_lists_of_failures_are_cut(cells, provenance):
    many = pd.concat([cells.assign(seed=seed, status="failed") for seed in range(10)])
    assert "… and 280 more, in cells.csv." in leaderboard(many, provenance, [])


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table():
    text = table(["a", "b"], [["x|y", "two\nlines"]])
    assert text.splitlines()[-1].replace(" ", "") == r"|x\|y|twolines|"


def test_a_measure_that_is_younger_than_the_cells_is_not_shown(cells, provenance):
    text = leaderboard(cells.assign(log_loss=float("nan")), provenance, [])
    assert "log loss" not in text
    assert "log loss" in leaderboard(cells, provenance, [])
