"""Several sources and shares of positives: what appears only where there is enough to say; and pictures."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog.data import Table
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.measure.roc import Roc
from oversampling_bench.benchmarks.report.curves import Curves
from oversampling_bench.benchmarks.report.markdown import SHOWN
from oversampling_bench.benchmarks.report.page import Report, details, leaderboard
from oversampling_bench.benchmarks.report.reliability import Reliability
from oversampling_bench.benchmarks.report.sections import over_sources, scarcity
from oversampling_bench.benchmarks.report.sections.group import scores, synthetic_rows
from oversampling_bench.benchmarks.report.sources import Sources

pytestmark = pytest.mark.pictures

CONTENDERS = ["none", "a", "b", "c"]


def shown(report):
    """Give all that is said: the leaderboard, and the details."""
    return leaderboard(report) + details(report)


def make_frame(datasets, seeds):
    """Make cells in which a beats b beats none beats c, with noise of a tenth of the steps between them."""
    rng = np.random.default_rng(0)
    rows = []
    for dataset in datasets:
        for seed in range(seeds):
            for contender, error in zip(CONTENDERS, (0.3, 0.1, 0.2, 0.4), strict=True):
                row = dict.fromkeys(COLUMNS, np.nan) | {"dataset": dataset, "classifier": "forest", "status": "ok"}
                rates = dict.fromkeys(["balanced_error", "error", "error_positive", "error_negative"], error)
                row |= {"contender": contender, "seed": seed, "n_train": 80, "n_test": 20} | rates
                row |= {"roc_auc": 1 - error, "average_precision": 1 - error, "brier": error, "log_loss": error}
                row |= {"fn": 10, "tp": 10, "fp": 5, "lift_over_threshold": 0.3 - error}
                for score in ("balanced_error", "lift_over_threshold"):
                    row[score] += 0.0 if contender == "none" else rng.normal(0, 0.01)
                rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture
def make_report(make_provenance):
    """Give a function that lays out the cells of `make_frame`."""

    def make(datasets, seeds=5, figures=(), **others):
        provenance = make_provenance({"datasets": datasets}, dict.fromkeys(CONTENDERS, "oversampler"), **others)
        return Report(make_frame(datasets, seeds), provenance, figures)

    return make


def described(rows=100, positives=0.1, categorical=0, source=""):
    return Table(
        hash="", rows=rows, columns=2, categorical=categorical, positives=positives, missing=0, source=source,
        duplicates=0.25,
    )  # fmt: skip


def table_rows(text):
    """Give the rows of the first table: what is in backticks first, then all else."""
    rows = [[part.strip() for part in line.split("|")[1:-1]] for line in text.split("\n\n")[2].splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in rows}


@pytest.fixture
def many(make_report):
    """Give a report of seven sources, one of which has three tables."""
    names = [f"d{i}" for i in range(9)]
    data = {name: described(source="twins" if name in ("d0", "d1", "d2") else "") for name in names}
    return make_report(names, data=data)


def sources_of(report):
    return Sources.of(report, "forest")


def test_where_a_contender_did_not_decline_is_told_apart(many):
    assert over_sources.not_declined(sources_of(many)) == ""
    for dataset, group in zip(many.datasets, many.groups, strict=True):
        cells = group.scored["a"].sort_values("seed").reset_index(drop=True)
        # The twins decline throughout; of the others, seeds 0 and 1, on which they do as the baseline does.
        cells["status"] = ["declined"] * 5 if dataset in ("d0", "d1", "d2") else ["declined"] * 2 + ["ok"] * 3
        more = (int(dataset[1:]) - 5.5) / 100  # 0 in the mean of the six
        cells["lift_over_threshold"] = np.array([0.0, 0.0, 0.1, 0.2, 0.3]) + more
        cells["roc_auc"] = 0.7 + np.array([0.0, 0.0, 0.01, 0.02, 0.03]) + more / 10
        group.scored["a"] = cells
    text = over_sources.not_declined(sources_of(many))
    # Splits: 6 data sets of 5 seeds, less 2 each. Lift: (10 + 20 + 30) / 3. All six above: 2 of 2^6 patterns.
    splits, sources, lift, p, auc, p_auc = table_rows(text)["a"]
    assert (splits, sources, p, p_auc) == ("18 of 45", "6 of 7", "0.0312", "0.0312")
    assert lift.startswith("+20.00 [+1")
    assert auc.startswith("+0.0200 [+0.01")
    assert over_sources.not_declined(sources_of(many)) in over_sources.render(many, many.groups)
    for group in many.groups[:5]:
        group.scored["a"]["status"] = "declined"
    assert over_sources.not_declined(sources_of(many)) == "", "four sources are too few"


def test_one_that_lacks_a_cell_where_another_declined_takes_no_part_there(many):
    for group in many.groups:
        group.scored["a"] = group.scored["a"].assign(status=["declined", *["ok"] * 4])
    many.groups[8].scored["a"] = many.groups[8].scored["a"].iloc[:-1]
    (row,) = table_rows(over_sources.not_declined(sources_of(many))).values()
    assert row[:2] == ["35 of 44", "6 of 7"]


def test_one_without_probabilities_has_no_rank_by_them_and_takes_nobody_else_s(many):
    for group in many.groups:
        group.scored["none"] = group.scored["none"].assign(brier=np.nan, log_loss=np.nan)
    rows = table_rows(over_sources.ranks(sources_of(many)))
    headers = ["role", "balanced_error", "roc_auc", "average_precision", "brier", "log_loss"]
    assert dict(zip(headers, rows["none"], strict=True))["brier"] == "–"
    assert rows["a"][4].startswith("1.00")
    assert many.groups[0].ranks["brier"].keys() == {"a", "b", "c"}


def test_without_probabilities_nobody_is_first_by_them(many):
    many.cells["brier"] = np.nan
    assert "By balanced error `a` has the lowest mean rank." in over_sources.overview(many, "forest")


def test_one_that_failed_on_some_tables_says_so_and_stands_last(make_report):
    many = make_report([f"d{number}" for number in range(20)])
    many.groups[0].scored["a"] = many.groups[0].scored["a"].iloc[:0]
    table = leaderboard(many).partition("## Contenders")[2].partition("\n\n")[2].splitlines()
    names = [line.split("|")[1].strip() for line in table if line.startswith("| `")]
    assert names[-1] == "`a` (19 of 20 data sets)"


def test_sources_have_one_vote_each(many):
    for dataset, group in zip(many.datasets, many.groups, strict=True):
        values = {"d0": 0.3, "d1": 0.6, "d2": 0.9}.get(dataset, 0.1)
        group.scored["a"]["lift_over_threshold"] = values
    vote = sources_of(many).lift("a")
    assert vote.values.to_dict() == pytest.approx({"twins": 0.6} | {f"d{i}": 0.1 for i in range(3, 9)})
    rows = table_rows(over_sources.lifts(many, sources_of(many)))
    # (0.6 + 6 · 0.1) / 7 = 0.1714, where nine tables would give (1.8 + 0.6) / 9 = 0.2667.
    assert rows["a"][1] == "7"
    assert rows["a"][2].startswith("+17.14 [")
    assert rows["a"][3:7] == ["+10.00", "better", "0.0469", "7 / 0"]
    assert "9 data sets of 7 sources, one vote each (of several: twins 3)." in over_sources.lifts(
        many, sources_of(many)
    )


def test_ranks_are_averaged_within_a_source(many):
    for group in many.groups[:1]:
        group.scored["b"]["balanced_error"] = 0.01
    ranks = sources_of(many).ranks("balanced_error")
    assert len(ranks) == 7
    assert ranks["b"].tolist() == pytest.approx([5 / 3, *[2] * 6])
    rows = table_rows(over_sources.ranks(sources_of(many)))
    assert list(rows) == ["a", "b", "none", "c"]
    assert rows["a"][1].startswith("1.05")
    assert rows["none"][1] == "3.00"


def test_the_control_that_must_show_nothing_has_no_rank(many):
    for group in many.groups:
        group.scored["other_seed"] = group.scored["none"].assign(contender="other_seed", balanced_error=0.01)
        group.roles["other_seed"] = "control"
    assert "other_seed" not in sources_of(many).ranks("balanced_error")
    assert "`other_seed`" not in over_sources.ranks(sources_of(many))
    assert "`other_seed`" in over_sources.lifts(many, sources_of(many))


def test_a_score_that_is_younger_than_the_cells_has_no_ranks(make_report):
    report = make_report([f"d{i}" for i in range(7)])
    cells = report.cells.assign(log_loss=np.nan)
    text = shown(Report(cells, report.provenance))
    assert "### Ranks over sources" in text
    assert "log loss" not in text


def test_what_is_said_of_two_contenders_does_not_depend_on_who_else_races(many):
    before = sources_of(many).difference("a", "balanced_error").over.p
    for group in many.groups:
        del group.scored["b"], group.scored["c"]
    assert sources_of(many).difference("a", "balanced_error").over.p == before == pytest.approx(2 / 2**7)


def test_a_contender_without_a_lift_on_some_tables_takes_no_part_there_and_it_is_said(many):
    many.groups[4].scored["a"]["lift_over_threshold"] = np.nan
    many.groups[5].scored["a"] = many.groups[5].scored["a"].head(3)
    text = over_sources.lifts(many, sources_of(many))
    assert table_rows(text).get("a") is None
    assert "Left out, for having a lift on fewer than 6 sources: `a`." in text
    assert "finds hardly any): `a` 2." in text
    assert table_rows(text)["b"][1] == "7"


def test_below_six_sources_nothing_is_compared_over_them(make_report, tmp_path):
    data = {f"d{i}": described(source=f"s{i % 5}") for i in range(14)}
    report = make_report(list(data), data=data)
    assert "No comparison: 5 sources are too few, 6 are needed." in over_sources.render(report, report.groups)
    over_sources.draw(report, None, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_data_set_made_scarcer_is_not_another_data_set(make_report):
    shares = [f"adult[positives={share}]" for share in (0.1, 0.05, 0.04, 0.02, 0.01, 0.005)]
    assert not sources_of(make_report(shares)).groups


def test_lifts_are_drawn_the_same_each_time(many, tmp_path):
    pictures = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        over_sources.draw(many, None, folder)
        pictures.append((folder / over_sources.figure_name("forest")).read_bytes())
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 5000
    shown = Report(many.cells, many.provenance, [over_sources.figure_name("forest")])
    assert f"](figures/{over_sources.figure_name('forest')})" in over_sources.render(shown, shown.groups)


def test_a_contender_that_did_not_run_on_every_data_set_is_not_ranked_over_all(many):
    del many.groups[4].scored["a"]
    text = over_sources.ranks(sources_of(many))
    assert "Left out, for not having run on every data set: `a`." in text


def test_where_which_contender_lifts_goes_by_what_the_data_are_like(make_report):
    report = make_report([f"d{i}" for i in range(6)])
    sizes = [100, 600, 600, 2000, 2000, 9000]
    data = {f"d{i}": described(rows, 0.25 if i < 2 else 0.05, i % 2) for i, rows in enumerate(sizes)}
    for index, group in enumerate(report.groups):
        group.scored["a"]["lift_over_threshold"] = index / 100
    text = over_sources.where(sources_of(report), data)
    header = next(line for line in text.splitlines() if line.startswith("|"))
    assert [word.strip() for word in header.split("|")[2:-1]] == [
        "all (6)",
        "negatives per positive: below 5 (2)",
        "negatives per positive: 15 and more (4)",
        "rows: below 1,000 (3)",
        "rows: 1,000 to 5,000 (2)",
        "rows: 5,000 and more (1)",
        "categorical columns: none (3)",
        "categorical columns: some (3)",
    ]
    assert table_rows(text)["a"] == ["+2.50", "+0.50", "+3.50", "+1.00", "+3.50", "+5.00", "+2.00", "+3.00"]


def test_many_data_sets_are_shown_together(make_report):
    names = [f"d{i}" for i in range(14)]
    report = make_report(names, data=dict.fromkeys(names, described()))
    text = shown(report)
    assert (
        "- **Over 14 sources (14 data sets) with forest:** 2 of 3 oversamplers shown to lift above the moved threshold"
        in text
    )
    assert "By balanced error `a` has the lowest mean rank, by Brier score `a` has." in text
    assert "### Where which contender lifts · forest" in text
    assert "### Lift by data set · forest" in text
    assert "| d3 | d3 | 100 | 2 (0) | 10.00 | 25.0 | 0 | 20 | 5 | 0.7000 |" in " ".join(text.split())
    assert "## d3" not in text


def test_shares_of_positives_become_columns_and_a_figure(make_report, tmp_path):
    name = scarcity.figure_name("adult", "forest")
    report = make_report([*(f"adult[positives={share}]" for share in (0.1, 0.02)), "adult"], figures=[name])
    found = scarcity.find_series(report.groups)
    assert list(found) == [("adult", "forest")]
    assert list(found["adult", "forest"]) == [0.02, 0.1]
    scarcity.draw(report, None, tmp_path / "figures")
    assert [path.name for path in (tmp_path / "figures").iterdir()] == [name]
    text = scarcity.render(report, report.groups)
    assert f"](figures/{name})" in text
    assert text.count("### ") == len(report.shown) == len(SHOWN)
    assert "| contender   | role        |          2 % |         10 % |" in text


def test_one_share_alone_is_no_series(make_report):
    assert scarcity.find_series(make_report(["adult[positives=0.1]", "adult"]).groups) == {}


def test_the_trade_off_is_drawn_the_same_each_time_under_a_safe_name(make_report, tmp_path):
    name = "tradeoff_adult-positives-0.02_forest.png"
    report = make_report(["adult[positives=0.02]"], figures=[name])
    (group,) = report.groups
    assert scores.figure_name(group) == name
    curve = Roc.of(np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9]))
    curves = {CellId("adult[positives=0.02]", "forest", "none", seed): curve for seed in (0, 1)}
    pictures = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        scores.draw(report, Curves.of(curves, Reliability(), {}), folder)
        pictures.append((folder / name).read_bytes())
    assert pictures[0] == pictures[1]
    assert f"](figures/{name})" in scores.render(report, [group])
    assert "](figures/" not in scores.render(Report(report.cells, report.provenance), [group])


def test_rows_that_are_no_more_invalid_than_real_ones_are_not_called_so(make_report):
    (group,) = make_report(["toy"]).groups
    for name, invalid in (("a", 0.9), ("b", 0.99), ("c", 0.4)):
        group.scored[name]["synthetic_invalid"] = invalid
    marks = synthetic_rows.marks
    assert [marks(group, name) for name in "abc"] == [["mostly invalid"], ["mostly invalid"], []]
    group.scored["random"] = group.scored["c"].assign(synthetic_invalid=0.75)
    group.__dict__.pop("_arrays", None)
    assert [marks(group, name) for name in "abc"] == [[], ["mostly invalid"], []]
    group.scored["a"]["synthetic_spread"] = 0.01
    assert marks(group, "a") == ["collapsed"]


def test_pictures_that_are_left_out_are_said_to_be(make_report):
    def text(n):
        report = make_report([f"d{i}" for i in range(n)], seeds=2)
        return shown(report)

    assert "Trade-off pictures are left out" not in text(13)  # shown together, without any
    assert "Trade-off pictures are left out" not in text(2)
