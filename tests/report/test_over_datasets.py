"""Several learners, shares of positives and data sets: what appears only where there is enough to say."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog.data import Table
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.report.lift import Roc
from oversampling_bench.benchmarks.report.markdown import SHOWN
from oversampling_bench.benchmarks.report.page import Drawable, Report, leaderboard
from oversampling_bench.benchmarks.report.sections import over_datasets, scarcity, scores, synthetic_rows
from oversampling_bench.benchmarks.report.write import with_lift

CONTENDERS = ["none", "a", "b", "c"]


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
                row |= {
                    "roc_auc": 1 - error,
                    "average_precision": 1 - error,
                    "brier": error,
                    "lift_over_threshold": 0.0,
                }
                row["balanced_error"] += rng.normal(0, 0.01)
                rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture
def make_report(make_provenance):
    """Give a function that lays out the cells of `make_frame`."""

    def make(datasets, seeds=5, figures=(), **others):
        provenance = make_provenance({"datasets": datasets}, dict.fromkeys(CONTENDERS, "oversampler"), **others)
        return Report(make_frame(datasets, seeds), provenance, figures)

    return make


def ranked(report, groups=None):
    return over_datasets.ranks(groups or report.groups, "forest", report.figures)


def described(rows=100, positives=0.1, categorical=0):
    return Table(hash="", rows=rows, columns=2, categorical=categorical, positives=positives, missing=0)


def test_below_five_data_sets_the_report_says_that_it_does_not_rank(make_report, tmp_path):
    report = make_report(["one", "two", "three", "four"])
    assert "This run has 4 uncut data sets with forest and 4 contenders" in ranked(report)
    assert "Mean rank" not in ranked(report)
    assert not over_datasets.draw_diagram(tmp_path, report.groups, "forest")


def test_a_data_set_made_scarcer_is_not_another_data_set(make_report):
    shares = [f"adult[positives={share}]" for share in (0.1, 0.05, 0.04, 0.02, 0.01)]
    assert "This run has 0 uncut data sets" in ranked(make_report(shares))


def test_from_five_data_sets_on_contenders_are_ranked(make_report, tmp_path):
    name = over_datasets.figure_name("forest")
    report = make_report([f"d{i}" for i in range(6)], figures=[name])
    assert over_datasets.draw_diagram(tmp_path / "figures", report.groups, "forest")
    assert (tmp_path / "figures" / name).stat().st_size > 5000
    text = ranked(report)
    rows = [[part.strip() for part in line.split("|")[1:4]] for line in text.splitlines() if line.startswith("| `")]
    assert rows == [["`a`", "1.00", "6"], ["`b`", "2.00", "0"], ["`none`", "3.00", "0"], ["`c`", "4.00", "0"]]
    # Friedman's statistic of perfect agreement: N (k - 1) = 6 · 3.
    assert "χ² = 18.00, p = 0.0004" in text
    assert f"](figures/{name})" in text


def test_a_contender_that_lacks_scores_on_a_data_set_comes_last_there(make_report):
    report = make_report([f"d{i}" for i in range(6)])
    report.groups[2].scored["a"] = report.groups[2].scored["a"].head(3)
    assert over_datasets.means(report.groups, "forest").rank(axis="columns")["a"].tolist() == [1, 1, 4, 1, 1, 1]
    (line,) = [line for line in ranked(report).splitlines() if line.startswith("| `a`")]
    assert [word.strip() for word in line.split("|")[2:5]] == ["1.50", "5", "1"]


def test_a_contender_that_did_not_run_on_every_data_set_is_not_ranked_over_all(make_report):
    report = make_report([f"d{i}" for i in range(6)])
    del report.groups[2].scored["a"]
    assert "a" not in over_datasets.means(report.groups, "forest").columns
    assert "Left out, for not having run on every data set: `a`." in ranked(report)


def test_where_which_contender_wins_goes_by_what_the_data_are_like(make_report):
    report = make_report([f"d{i}" for i in range(6)])
    report.groups[0].scored["b"]["balanced_error"] = 0.01
    sizes = [100, 600, 600, 2000, 2000, 2000]
    data = {f"d{i}": described(rows, 0.25 if i < 2 else 0.05, i % 2) for i, rows in enumerate(sizes)}
    text = over_datasets.wins(report.groups, "forest", data)
    header, _, first, second, *_ = [line for line in text.splitlines() if line.startswith("|")]
    columns = [word.strip() for word in header.split("|")[2:-1]]
    assert columns == [
        "all (6)",
        "negatives per positive: below 5 (2)",
        "negatives per positive: 15 and more (4)",
        "rows: below 500 (1)",
        "rows: 500 to 1,500 (2)",
        "rows: 1,500 and more (3)",
        "categorical columns: none (3)",
        "categorical columns: some (3)",
    ]
    assert [word.strip() for word in first.split("|")[1:-1]] == "`a` 1.2 1.5 1.0 2.0 1.0 1.0 1.3 1.0".split()  # noqa: SIM905
    assert [word.strip() for word in second.split("|")[1:-1]] == "`b` 1.8 1.5 2.0 1.0 2.0 2.0 1.7 2.0".split()  # noqa: SIM905


def test_many_data_sets_are_shown_together(make_report):
    names = [f"d{i}" for i in range(14)]
    report = make_report(names, data=dict.fromkeys(names, described()))
    text = leaderboard(report.cells, report.provenance)
    assert "- **Over 14 data sets with forest:** best by balanced error are `a` (oversampler, mean rank 1.0)" in text
    assert "## Where which contender wins · forest" in text
    assert "## d3" not in text
    assert len(text) < 20_000


@pytest.mark.parametrize(("n", "k", "expected"), [(14, 4, 1.25), (10, 5, 1.93)])
def test_the_critical_difference_is_demsars(n, k, expected):
    # q at 5 %: 2.569 for four, 2.728 for five (Demšar 2006, table 5a).
    assert over_datasets.critical_difference(n, k) == pytest.approx(expected, abs=0.005)


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
    assert text.count("### ") == len(report.shown) == len(SHOWN) - 1  # these cells have no log loss
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
        scores.draw(report, Drawable(curves, {}), folder)
        pictures.append((folder / name).read_bytes())
    assert pictures[0] == pictures[1]
    assert f"](figures/{name})" in scores.render(report, [group])
    assert "](figures/" not in scores.render(Report(report.cells, report.provenance), [group])


def test_lift_is_filled_in_from_the_baselines_curve_of_the_same_test_rows():
    curve = Roc(np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.2, 0.0]))
    cells = pd.DataFrame(
        [
            {"contender": "none", "seed": 0, "error_negative": 0.4, "error_positive": 0.5, "status": "ok"},
            {"contender": "a", "seed": 0, "error_negative": 0.25, "error_positive": 0.5, "status": "ok"},
            {"contender": "a", "seed": 1, "error_negative": 0.25, "error_positive": 0.5, "status": "ok"},
            {"contender": "b", "seed": 0, "error_negative": np.nan, "error_positive": np.nan, "status": "failed"},
        ]
    ).assign(dataset="toy", classifier="forest")
    lifts = with_lift(cells, {CellId("toy", "forest", "none", 0): curve})["lift_over_threshold"].tolist()
    assert lifts[:2] == pytest.approx([0.0, 0.1])
    assert np.isnan(lifts[2:]).all()


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
        return leaderboard(report.cells, report.provenance)

    assert "Trade-off pictures are left out" not in text(13)  # shown together, without any
    assert "Trade-off pictures are left out" not in text(2)
