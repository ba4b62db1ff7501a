"""The leaderboard against a golden file, and what its words may say.

`tests/golden` is a results folder of made-up cells. After a wanted change, render it again with
`oversampling-bench report tests/golden` and read the difference.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.outcome import LIFT
from oversampling_bench.benchmarks.measure.scores import MEASURES
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.record.provenance import Provenance
from oversampling_bench.benchmarks.report.groups import OF_PROBABILITIES, group_cells, regions
from oversampling_bench.benchmarks.report.markdown import SHOWN, table
from oversampling_bench.benchmarks.report.page import Report, details, leaderboard

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def cells():
    return read_csv(GOLDEN / "cells.csv")


@pytest.fixture
def provenance():
    return Provenance.read(GOLDEN / "environment.json")


def shown(cells, provenance):
    """Give all that is said: the leaderboard, and the details."""
    report = Report(cells, provenance)
    return leaderboard(report) + details(report)


@pytest.mark.parametrize("name", ["leaderboard.md", "details.md"])
def test_the_golden_cells_render_to_the_golden_bytes(cli, tmp_path, name):
    folder = shutil.copytree(GOLDEN, tmp_path / "golden")
    (folder / name).unlink()
    assert cli("report", folder).code == 0
    assert (folder / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_the_order_of_the_cells_does_not_matter(cells, provenance):
    shuffled = cells.sample(frac=1, random_state=0).sort_values("seed", kind="stable")
    tables = shown(shuffled, provenance).split("## Cells that did not end ok")[0]
    assert tables == shown(cells, provenance).split("## Cells that did not end ok")[0]


def test_numbers_are_means_and_deviations_over_seeds(cells, provenance):
    text = shown(cells, provenance)
    # smote's balanced errors on boosting are none's 0.14, 0.15 and 0.13, plus 0.01 each.
    boosting = text.split("## toy · boosting")[1].split("### Scores")[1]
    scores = next(line for line in boosting.splitlines() if "`smote`" in line)
    assert "15.00 ± 1.00" in scores
    assert "+1.00 ± 0.00" in boosting.split("### Difference")[1]
    # On forest, its differences are -0.05, -0.04, -0.04, -0.05, -0.04 and -0.05: s = 0.0054772 and
    # t(0.975, 5) = 2.5706, so the half-width is 2.5706 · 0.0054772 · sqrt(1/6 + 1/4) = 0.0091.
    assert "-4.50 [-5.41, -3.59] better" in text


def test_an_incomplete_contender_stands_below_complete_ones_however_good(cells, provenance):
    text = shown(cells, provenance)
    scores = text.split("## toy · forest")[1].split("### Scores")[1].split("### Difference")[0]
    rows = [line.split("`")[1] for line in scores.splitlines() if line.count("`") == 2 and line.startswith("| ")]
    assert rows == ["random", "smote", "none", "other_seed", "lucky", "broken", "none"]
    assert "2 of 6" in scores
    assert "(2 of 6 seeds), no verdict" in text
    finding = text.split("## Contenders")[0]
    assert "`smote`" in finding
    assert "`lucky`" not in finding


def test_ranks_stand_side_by_side_and_count_those_shown_better(cells, provenance):
    # smote's and random's errors lie 4.5 points below those of the others: both are shown better than two others.
    text = shown(cells, provenance).split("## toy · forest")[1].split("### Ranks")[1].split("### Scores")[0]
    rows = {line.split("`")[1]: line.split("|")[3:-1] for line in text.splitlines() if line.startswith("| `")}
    ranks = {name: [rank.strip() for rank in row] for name, row in rows.items()}
    assert ranks["random"] == ranks["smote"] == ["1"] * 5
    assert ranks["none"] == ["3"] * 5
    assert ranks["lucky"] == ranks["broken"] == ranks["other_seed"] == ["–"] * 5


def test_the_control_that_must_show_nothing_is_counted(cells, provenance):
    text = shown(cells, provenance)
    assert "called better or worse than `none` in 0 of 1 lifts and in 0 of 6 other scores, p adj" in text
    assert (
        "must show nothing: its lift is called equivalent, and of its 7 scores none is called better or worse." in text
    )
    cells.loc[cells["contender"] == "other_seed", "lift_over_threshold"] = 0.05  # on every seed
    text = shown(cells, provenance)
    assert "in 1 of 1 lifts and in 0 of 6 other scores, p adj" in text
    assert "its lift is called better, and of its 7 scores 1 is called better or worse." in text


def test_a_learner_that_draws_nothing_shows_nothing_of_false_alarms(cells, provenance):
    of_forest = cells["classifier"] == "forest"
    same = cells[of_forest & (cells["contender"] == "none")].assign(contender="other_seed")
    cells = pd.concat([cells[cells["contender"] != "other_seed"], same])
    text = shown(cells, provenance)
    assert "Placebo" not in text
    assert "with another seed of the learner, which draws nothing: its scores are the same." in text


def test_lift_alone_is_adjusted_for_contenders_and_all_else_for_the_whole_table(cells, provenance):
    (group, _) = group_cells(cells, provenance)
    lifts, errors = group.judged["lift_over_threshold"], group.judged["balanced_error"]
    assert len(lifts) == 3
    assert lifts["random"].p_adjusted == pytest.approx(3 * lifts["random"].comparison.p)
    beside = [score for score in SHOWN if score != "lift_over_threshold"]
    smallest = min(each.comparison.p for score in beside for each in group.judged[score].values())
    assert errors["smote"].p_adjusted == pytest.approx(24 * smallest)  # 8 scores of 3 contenders
    least = min((each.comparison.p, each.p_adjusted) for s in OF_PROBABILITIES for each in group.judged[s].values())
    assert least[1] == pytest.approx(21 * least[0])  # 7 scores of 3 contenders


def test_what_has_an_ideal_is_compared_by_its_distance_to_it(cells, provenance):
    own = (cells["classifier"] == "forest") & (cells["contender"] == "smote")
    cells.loc[own, "calibration_slope"] = [1.5, 1.4, 1.5, 1.6, 1.5, 1.5]  # 0.5 from 1, on average
    group = next(group for group in group_cells(cells, provenance) if group.classifier == "forest")
    of_none = 1 - group.mean("none", "calibration_slope")
    found = group.judged["calibration_slope"]["smote"]
    assert found.comparison.mean == pytest.approx(0.5 - of_none)
    assert found.word == "worse"
    text = shown(cells, provenance).split("### Probabilities")[1]
    assert "1.5000 ± 0.0632 worse" in text


def test_probabilities_older_than_their_measures_have_no_section(cells, provenance):
    text = shown(cells.assign(**dict.fromkeys(OF_PROBABILITIES, float("nan"))), provenance)
    assert "### Probabilities" not in text
    assert "calibration slope" not in text


def test_of_tables_without_any_difference_one_in_twenty_prints_a_word(cells, provenance, rng):
    """A word on lift in 5 % at most, and a word on any of the other scores in 5 % at most."""
    one = cells[(cells["classifier"] == "forest") & (cells["contender"] == "none")]
    names = ["none", *(f"c{i}" for i in range(6))]
    table = pd.concat([one.assign(contender=name) for name in names]).reset_index(drop=True)
    table[["n_train", "n_test"]] = [10**6, 1]  # splits that are independent of each other, as these differences are
    replays, said = 150, {"lift": 0, "others": 0}
    for _ in range(replays):
        noisy = table.assign(**{score: rng.normal(0.3, 0.05, len(table)) for score in SHOWN})
        noisy.loc[noisy["contender"] == "none", LIFT] = 0.0
        noisy.loc[noisy["contender"] != "none", LIFT] -= 0.3
        (group,) = group_cells(noisy, provenance)
        words = {score: {judged.word for judged in found.values()} for score, found in group.judged.items()}
        said["lift"] += bool(words.pop(LIFT) & {"better", "worse"})
        said["others"] += bool(set().union(*words.values()) & {"better", "worse"})
    assert max(said.values()) / replays <= 0.05 + 3 * (0.05 * 0.95 / replays) ** 0.5
    assert said["lift"] > 0  # the test can find what is not there


def test_what_is_excluded_is_the_largest_simultaneous_limit(cells, provenance):
    text = shown(cells, provenance)
    # smote alone is a complete oversampler: its limit is that of the interval itself.
    assert (
        "(highest lift: `smote`, -0.17 [-2.61, +2.28] points); lifts above 2.28 points are excluded, with 95 % "
        "confidence" in text
    )


def test_a_small_but_sure_difference_is_said_to_be_small(cells, provenance):
    of_smote = cells["contender"] == "smote"
    cells.loc[of_smote, "lift_over_threshold"] = 0.004 + 0.0001 * cells.loc[of_smote, "seed"]
    assert "better by less than 1 point |" in shown(cells, provenance)
    wider = provenance.suite.model_copy(update={"equivalence": {"lift_over_threshold": 0.02}})
    assert "better by less than 2 point" in shown(cells, provenance.model_copy(update={"suite": wider}))


def test_a_contender_without_an_operating_point_is_named_with_the_reason(cells, provenance):
    silent = (cells["contender"] == "smote") & (cells["classifier"] == "forest")
    cells.loc[silent, ["lift_over_threshold", "fn", "tp", "fp"]] = [None, 15, 0, 0]
    text = shown(cells, provenance)
    assert "- No lift of `smote`: it predicts no positive at all, and so has no operating point" in text
    assert "no lift over the moved threshold can be told: of `smote`, it predicts no positive at all" in text


def test_a_suite_has_regions_of_its_own_and_a_misspelt_measure_is_refused(provenance):
    suite = provenance.suite.model_copy(update={"equivalence": {"roc_auc": 0.02}})
    assert (regions(suite)["roc_auc"], regions(suite)["brier"], regions(suite)["error"]) == (0.02, 0.005, 0.01)
    with pytest.raises(UsageError, match="equivalence: unknown measure 'rocauc'; did you mean 'roc_auc'"):
        regions(suite.model_copy(update={"equivalence": {"rocauc": 0.02}}))


def test_few_seeds_get_no_verdict_and_the_table_says_why(cells, provenance):
    boosting = shown(cells, provenance).split("## toy · boosting")[1].split("### Synthetic")[0]
    assert "No verdict: 3 seeds are too few, 5 are needed." in boosting
    assert "### Ranks" not in boosting
    assert not any(word in boosting for word in ("better", "worse", "equivalent", "undecided"))


def test_every_interval_says_which_noise_it_covers(cells, provenance):
    text = shown(cells, provenance)
    # Across learners; of lift, learner by learner; of the other differences, where there are verdicts.
    assert text.count("The interval covers the noise of the split") == 4


def test_rows_that_are_copies_are_marked_and_explained(cells, provenance):
    scores = shown(cells, provenance).split("## toy · forest")[1].split("### Difference")[0]
    assert "`random` (mostly copies)" in scores
    assert "- *mostly copies*: most added rows equal a training row" in scores
    assert "- *mostly invalid*" not in scores


def test_other_learners_without_oversampling_are_rows_to_beat(cells, provenance):
    text = shown(cells, provenance)
    assert "`none` with boosting" in text.split("## toy · forest")[1].split("### Difference")[0]
    across = text.split("## toy · across learners")[1].split("\n## ")[0]
    assert "| `smote` | oversampler | -0.17 [-2.61, +2.28] undecided | -1.00 ± 0.00 |" in " ".join(across.split())


def test_without_a_baseline_nothing_is_compared(cells, provenance):
    text = shown(cells[cells["contender"] != "none"], provenance)
    assert text.count("no complete contender to compare with a complete `none`") == 2
    assert "### Difference" not in text


def test_without_any_score_the_report_still_stands(cells, provenance):
    cells.loc[:, list(MEASURES)] = float("nan")
    cells["status"] = "failed"
    text = shown(cells, provenance)
    assert "Coverage: 0 of 40 cells scored, 39 ended without scores, 1 not run yet." in text
    assert shown(cells.head(0), provenance).count("nothing to compare") == 1


def test_long_lists_of_failures_are_cut(cells, provenance):
    many = pd.concat([cells.assign(seed=seed, status="failed") for seed in range(10)])
    assert "… and 340 more, in cells.csv." in shown(many, provenance)


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table():
    text = table(["a", "b"], [["x|y", "two\nlines"]])
    assert text.splitlines()[-1].replace(" ", "") == r"|x\|y|twolines|"


def test_a_measure_that_is_younger_than_the_cells_is_not_shown(cells, provenance):
    text = shown(cells.assign(log_loss=float("nan")), provenance)
    assert "log loss" not in text
    assert "log loss" in shown(cells, provenance)
