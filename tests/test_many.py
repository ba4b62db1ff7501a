"""Several learners, shares of positives and data sets: what appears only where there is enough to say."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks import ranks, scarcity, tradeoff, wins
from oversampling_bench.benchmarks.groups import group_cells
from oversampling_bench.benchmarks.lift import Roc
from oversampling_bench.benchmarks.record import COLUMNS
from oversampling_bench.benchmarks.report import with_lift

CONTENDERS = ["none", "a", "b", "c"]


ENVIRONMENT = {
    "suite": {"name": "s", "description": "", "protocol": "strict", "n_requested": None, "classifiers": ["forest"]},
    "contenders": {name: {"role": "oversampler"} for name in CONTENDERS},
    "planned": 0,
    "cpu": "Abacus",
    "cores": 2,
    "jobs": 2,
}


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


def make_groups(datasets, seeds=5):
    """Lay out the cells of `make_frame`."""
    environment = ENVIRONMENT | {"suite": ENVIRONMENT["suite"] | {"datasets": datasets}}
    return list(group_cells(make_frame(datasets, seeds), environment))


def test_below_five_data_sets_the_report_says_that_it_does_not_rank(tmp_path):
    groups = make_groups(["one", "two", "three", "four"])
    assert "This run has 4 uncut data sets with forest and 4 contenders" in ranks.section(groups, "forest", [])
    assert "Mean rank" not in ranks.section(groups, "forest", [])
    assert not ranks.draw(tmp_path, groups, "forest")


def test_a_data_set_made_scarcer_is_not_another_data_set():
    shares = [f"adult[positives={share}]" for share in (0.1, 0.05, 0.04, 0.02, 0.01)]
    assert "This run has 0 uncut data sets" in ranks.section(make_groups(shares), "forest", [])


def test_from_five_data_sets_on_contenders_are_ranked(tmp_path):
    groups = make_groups([f"d{i}" for i in range(6)])
    assert ranks.draw(tmp_path / "figures", groups, "forest")
    name = ranks.figure_name("forest")
    assert (tmp_path / "figures" / name).stat().st_size > 5000
    text = ranks.section(groups, "forest", [name])
    rows = [[part.strip() for part in line.split("|")[1:4]] for line in text.splitlines() if line.startswith("| `")]
    assert rows == [["`a`", "1.00", "6"], ["`b`", "2.00", "0"], ["`none`", "3.00", "0"], ["`c`", "4.00", "0"]]
    # Friedman's statistic of perfect agreement: N (k - 1) = 6 · 3.
    assert "χ² = 18.00, p = 0.0004" in text
    assert f"](figures/{name})" in text


def test_a_contender_that_lacks_scores_on_a_data_set_comes_last_there():
    groups = make_groups([f"d{i}" for i in range(6)])
    groups[2].scored["a"] = groups[2].scored["a"].head(3)
    ranked = ranks.means(groups, "forest").rank(axis="columns")["a"].tolist()
    assert ranked == [1, 1, 4, 1, 1, 1]
    (line,) = [line for line in ranks.section(groups, "forest", []).splitlines() if line.startswith("| `a`")]
    assert [word.strip() for word in line.split("|")[2:5]] == ["1.50", "5", "1"]


def test_a_contender_that_did_not_run_on_every_data_set_is_not_ranked_over_all():
    groups = make_groups([f"d{i}" for i in range(6)])
    del groups[2].scored["a"]
    assert "a" not in ranks.means(groups, "forest").columns
    assert "Left out, for not having run on every data set: `a`." in ranks.section(groups, "forest", [])


def test_where_which_contender_wins_goes_by_what_the_data_are_like():
    groups = make_groups([f"d{i}" for i in range(6)])
    groups[0].scored["b"]["balanced_error"] = 0.01
    sizes = [100, 600, 600, 2000, 2000, 2000]
    data = {
        f"d{i}": {"rows": rows, "positives": 0.25 if i < 2 else 0.05, "categorical": i % 2, "columns": 2}
        for i, rows in enumerate(sizes)
    }
    text = wins.section(groups, "forest", {"data": data})
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


def test_many_data_sets_are_shown_together():
    from oversampling_bench.benchmarks.leaderboard import leaderboard

    cells = make_frame([f"d{i}" for i in range(14)], seeds=5)
    data = {f"d{i}": {"rows": 100, "positives": 0.1, "categorical": 0, "columns": 2} for i in range(14)}
    text = leaderboard(cells, ENVIRONMENT | {"suite": ENVIRONMENT["suite"] | {"datasets": []}, "data": data}, [])
    assert "- **Over 14 data sets with forest:** best by balanced error are `a` (oversampler, mean rank 1.0)" in text
    assert "## Where which contender wins · forest" in text
    assert "## d3" not in text
    assert len(text) < 20_000


@pytest.mark.parametrize(("n", "k", "expected"), [(14, 4, 1.25), (10, 5, 1.93)])
def test_the_critical_difference_is_demsars(n, k, expected):
    # q at 5 %: 2.569 for four, 2.728 for five (Demšar 2006, table 5a).
    assert ranks.critical_difference(n, k) == pytest.approx(expected, abs=0.005)


def test_shares_of_positives_become_columns_and_a_figure(tmp_path):
    groups = make_groups([f"adult[positives={share}]" for share in (0.1, 0.02)] + ["adult"])
    found = scarcity.find(groups)
    assert list(found) == [("adult", "forest")]
    series = found["adult", "forest"]
    assert list(series) == [0.02, 0.1]
    scarcity.draw(tmp_path / "figures", "adult", "forest", series)
    name = scarcity.figure_name("adult", "forest")
    text = scarcity.section("adult", "forest", series, [path.name for path in (tmp_path / "figures").iterdir()])
    assert f"](figures/{name})" in text
    assert text.count("### ") == 8
    assert "| contender   | role        |          2 % |         10 % |" in text


def test_one_share_alone_is_no_series():
    assert scarcity.find(make_groups(["adult[positives=0.1]", "adult"])) == {}


def test_the_trade_off_is_drawn_the_same_each_time_under_a_safe_name(tmp_path):
    group = make_groups(["adult[positives=0.02]"])[0]
    assert tradeoff.figure_name(group) == "tradeoff_adult-positives-0.02_forest.png"
    curve = Roc.of(np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9]))
    pictures = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        tradeoff.draw(folder, group, [curve, curve])
        pictures.append((folder / tradeoff.figure_name(group)).read_bytes())
    assert pictures[0] == pictures[1]
    assert tradeoff.figure_name(group) in tradeoff.section(group, [tradeoff.figure_name(group)])
    assert tradeoff.section(group, []) == ""


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
    lifts = with_lift(cells, {("toy", "forest", 0): curve})["lift_over_threshold"].tolist()
    assert lifts[:2] == pytest.approx([0.0, 0.1])
    assert np.isnan(lifts[2:]).all()


def test_rows_that_are_no_more_invalid_than_real_ones_are_not_called_so():
    from oversampling_bench.benchmarks.synthetic_table import marks

    group = make_groups(["toy"])[0]
    for name, invalid in (("a", 0.9), ("b", 0.99), ("c", 0.4)):
        group.scored[name]["synthetic_invalid"] = invalid
    assert [marks(group, name) for name in "abc"] == [["mostly invalid"], ["mostly invalid"], []]
    group.scored["random"] = group.scored["c"].assign(synthetic_invalid=0.75)
    group.__dict__.pop("_arrays", None)
    assert [marks(group, name) for name in "abc"] == [[], ["mostly invalid"], []]
    group.scored["a"]["synthetic_spread"] = 0.01
    assert marks(group, "a") == ["collapsed"]


def test_pictures_that_are_left_out_are_said_to_be():
    from oversampling_bench.benchmarks.leaderboard import leaderboard

    def report(n):
        cells = pd.concat(make_frame([f"d{i}"], seeds=2) for i in range(n))
        return leaderboard(cells, ENVIRONMENT | {"suite": ENVIRONMENT["suite"] | {"datasets": []}}, [])

    assert "Trade-off pictures are left out" not in report(13)  # shown together, without any
    assert "Trade-off pictures are left out" not in report(2)
