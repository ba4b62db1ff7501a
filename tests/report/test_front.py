"""The leaderboard, which most read and no more: one table, what follows from it, and where to read on."""

import re

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.outcome import COLUMNS, SCORED, TEXT
from oversampling_bench.benchmarks.record.folder import typed
from oversampling_bench.benchmarks.report.page import Report, details, leaderboard
from oversampling_bench.benchmarks.report.sections.front import advice, board, more

ROLES = {
    "none": "control",
    "threshold": "control",
    "booster": "control",
    "better": "oversampler",
    "same": "oversampler",
}
LIFTS = {"none": 0.0, "threshold": 0.0, "booster": 0.08, "better": 0.05, "same": 0.0}
SEEDS = 8


def cells_of(dataset="toy", lifts=LIFTS, seeds=SEEDS, **changed):
    """Make up cells: each contender has a lift, and errors of 0.3 less that."""
    rows = []
    for place, (name, lift) in enumerate(lifts.items()):
        for seed in range(seeds):
            noise = ((seed * 7 + place * 3) % 5 - 2) / 1000 * (name != "none")
            rates = dict.fromkeys(["error", "error_positive", "error_negative", "balanced_error"], 0.3 - lift + noise)
            counts = {"tn": 70, "fp": 30, "fn": 30, "tp": 70, "n_train": 800, "n_test": 200, "n_synthetic": 10}
            scores = {"roc_auc": 0.8 + lift + noise, "average_precision": 0.5, "brier": 0.1, "log_loss": 0.3}
            seconds = {"sample_s": float(place), "fit_s": 1.0}
            where = {"suite": "s", "dataset": dataset, "classifier": "forest", "contender": name, "seed": seed}
            lifted = {"lift_over_threshold": lift + noise, "status": "ok"}
            rows.append(where | rates | counts | scores | seconds | lifted | changed)
    cells = pd.DataFrame(rows).reindex(columns=COLUMNS)
    return typed(cells.assign(**{name: cells[name].astype(object) for name in TEXT}))


@pytest.fixture
def report(make_provenance):
    """Give a function that makes a report of such cells."""

    def make(*frames, **others):
        cells = pd.concat(frames or [cells_of()])
        suite = {"datasets": list(dict.fromkeys(cells["dataset"])), "contenders": list(ROLES), "description": "Why?"}
        return Report(cells, make_provenance(suite, ROLES, planned=len(cells)), **others)

    return make


def rows_of(report):
    """Give the rows of the table, cell by cell."""
    lines = [line for line in board.render(report, report.groups).splitlines() if line.startswith("|")]
    return [
        [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if not line.startswith("|:")
    ]


def test_it_has_seven_columns_with_an_arrow_where_one_way_is_better(report):
    header, *rows = rows_of(report())
    assert [text[-1] for text in header[1:]] == ["↑", "↑", "↓", "↓", "↓", "↓"]
    assert {len(row) for row in rows} == {7}


def test_oversamplers_stand_above_the_controls_that_they_must_beat_each_by_lift(report):
    first = [row[0] for row in rows_of(report())[1:]]
    assert first[:5] == [board.FAMILIES["oversampler"], "`better`", "`same`", board.FAMILIES["control"], "`booster`"]


def test_bold_is_what_is_shown_to_be_better_and_what_nobody_is_shown_to_beat(report):
    rows = {row[0].strip("`"): row for row in rows_of(report()) if row[0].startswith("`")}
    assert {name for name, row in rows.items() if row[1].startswith("**")} == {"booster", "better"}
    assert rows["booster"][1].endswith("better**")
    assert {name for name, row in rows.items() if row[2].startswith("**")} == {"booster"}
    assert not any(cell.startswith("**") for row in rows.values() for cell in row[4:])


def test_seconds_are_those_to_tune_sample_and_fit(report):
    rows = {row[0].strip("`"): row[-1] for row in rows_of(report())}
    assert (rows["none"], rows["same"]) == ("1.0", "5.0")


def test_one_that_lacks_seeds_says_so_and_stands_last(report):
    cells = cells_of()
    gone = (cells["contender"] == "better") & (cells["seed"] > 1)
    cells.loc[gone, "status"] = "failed"
    cells.loc[gone, ["lift_over_threshold", "roc_auc", "balanced_error"]] = np.nan
    first = [row[0] for row in rows_of(report(cells))]
    assert first.index("`better` (2 of 8 seeds)") == first.index("`same`") + 1


def test_more_contenders_than_anybody_reads_are_left_to_the_details(report):
    many = {f"c{number:02}": -number / 1000 for number in range(board.MOST + 5)}
    text = board.render(whole := report(cells_of(lifts=LIFTS | many)), whole.groups)
    assert "`none`" in text
    assert "10 contenders of lower lift: [details](details.md)." in text
    assert "`c10`" in text
    assert f"`c{board.MOST + 4}`" not in text


def advised(report):
    return advice.render(report, report.groups)


def test_what_to_do_follows_from_what_is_shown(report):
    said = advised(report())
    assert "Oversampling does more than a moved threshold with `better` (+5.0" in said
    assert "5.0 s instead of" not in said
    assert "More, without synthetic rows: `booster` (+7.9" in said
    nothing = advised(report(cells_of(lifts=dict.fromkeys(LIFTS, 0.0))))
    assert "Do not oversample to miss fewer positives" in nothing
    assert "synthetic rows: " not in nothing
    assert not advised(report(cells_of(seeds=2)))


def test_of_several_tables_it_counts_on_how_many(report):
    said = advised(report(cells_of("one"), cells_of("two", lifts=LIFTS | {"better": 0.0})))
    assert "`better` (on 1 of 2 data sets and learners)" in said
    assert "`booster` (on 2 of 2 data sets and learners)" in said


def test_shares_of_positives_are_columns(report):
    names = ["toy[positives=0.1]", "toy[positives=0.02]"]
    header, *rows = rows_of(report(*(cells_of(name) for name in names)))
    assert header[1:3] == ["lift, 2 % positives ↑", "lift, 10 % positives ↑"]
    assert next(row for row in rows if row[0] == "`booster`")[1:3] == ["**+7.98 better**"] * 2


def test_what_did_not_end_well_is_counted_by_contender(report):
    cells = cells_of()
    cells.loc[cells["contender"] == "same", "status"] = "timeout"
    assert "8 cells did not end ok: `same` 8 timeout; [why](details.md#" in more.failures(report(cells))
    assert more.failures(report()) == ""
    assert set(cells["status"]) - set(SCORED) == {"timeout"}


def test_its_links_lead_to_headings_of_the_details(report):
    cells = cells_of()
    cells.loc[cells["contender"] == "same", "status"] = "timeout"
    whole = report(cells)
    front, rest = leaderboard(whole), details(whole)
    contents = rest.split("## Setting")[0]
    for anchor in (part.split(")")[0] for part in front.split("(details.md#")[1:]):
        assert f"(#{anchor})" in contents, anchor


@pytest.mark.parametrize("nasty", ["a|b", "a\nb", "<script>alert(1)</script>", "\x1bgone", "\u202etfel", "`a` **b**"])
def test_a_name_shows_and_does_nothing_else(report, nasty):
    whole = report(cells_of(nasty, lifts=LIFTS | {nasty: 0.01}))
    assert {len(row) for row in rows_of(whole)} == {7}
    for text in (leaderboard(whole), details(whole)):
        assert not {"\x1b", "\u202e"} & set(text)
        assert "<script" not in text
