"""The index of results: a row a suite, with its answer in a sentence."""

import json
import shutil
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.publish.index import HEADERS, answer, index
from oversampling_bench.benchmarks.record.folder import read_results
from oversampling_bench.benchmarks.report.page import Report

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def results(tmp_path):
    """Give a folder with two results folders."""
    for name in ("one", "two"):
        shutil.copytree(GOLDEN, tmp_path / name)
    return tmp_path


def rows_of(text):
    return [[part.strip() for part in line.strip("|").split("|")] for line in text.splitlines()]


def test_a_row_a_suite_with_a_link_and_what_it_ran_on(results):
    header, _, one, two = rows_of(index(results))
    assert header == HEADERS
    assert (one[0], two[0]) == ("[one](one/leaderboard.md)", "[two](two/leaderboard.md)")
    assert one[2] == "toy; forest, boosting; 6 contenders; 3 to 6 seeds"
    assert one[4].startswith("39 cells, ")


def golden(**lifts):
    found = read_results(GOLDEN)
    cells = found.cells.copy()
    for name, values in lifts.items():
        own = (cells["contender"] == name) & (cells["classifier"] == "forest")
        cells.loc[own, "lift_over_threshold"] = values
    return Report(cells, found.provenance)


def test_the_answer_says_who_does_more_than_a_moved_threshold():
    well = [0.05, 0.06, 0.05, 0.06, 0.05, 0.06]
    assert answer(golden()) == "No oversampler is shown to do more than a moved threshold."
    assert answer(golden(smote=well)) == "`smote` does more than a moved threshold."
    assert answer(golden(random=well)).endswith("threshold; without synthetic rows, `random` does.")


def test_of_too_few_seeds_it_says_that_nothing_can_be_told():
    found = read_results(GOLDEN)
    assert "can be told" in answer(Report(found.cells[found.cells["seed"] < 2], found.provenance))


def test_a_folder_without_results_is_said(cli, tmp_path):
    done = cli("index", tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "no folder in it has a cells.csv" in done.err


def test_names_and_words_of_others_do_not_break_the_table(results):
    path = results / "one" / "environment.json"
    content = json.loads(path.read_text())
    content["suite"]["description"] = "Which | is\n<b>best</b>?\x1b[2J"
    path.write_text(json.dumps(content))
    text = index(results)
    assert len(text.splitlines()) == 4
    assert "\x1b" not in text
