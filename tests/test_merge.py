"""A run in parts: shards, and their merging."""

import json
import shutil
import sqlite3

import oversampling_bench as ob
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.plan import Shard
from oversampling_bench.benchmarks.record.folder import STORE, read_results


@pytest.mark.parametrize("count", [1, 2, 4, 20])
def test_shards_hold_every_cell_once_and_in_order(count, planned):
    cells = planned()
    parts = [Shard(index, count).take(cells) for index in range(1, count + 1)]
    assert sorted(cell.id for part in parts for cell in part) == sorted(cell.id for cell in cells)
    half = cells[::2]
    for index, part in enumerate(parts, start=1):  # whatever else is planned
        assert Shard(index, count).take(half) == [cell for cell in part if cell in half]
    for part in parts:
        assert [cells.index(cell) for cell in part] == sorted(cells.index(cell) for cell in part)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_a_shard_that_is_none_is_named(cli, text):
    done = cli("run", "quick", f"--shard={text}")
    assert done.code == 2
    assert f"--shard {text}: give i/n with i from 1 to n" in done.err


def test_merged_shards_are_the_whole(run_small, cli, tmp_path, whole, scores, rivals):
    folders = [run_small(*rivals, seeds=4, out=f"s{i}", options=("--shard", f"{i}/3")).folder for i in (1, 2, 3)]
    assert "of 12 cells scored" in (folders[0] / "leaderboard.md").read_text()
    part = cli("merge", *folders[:2], "--out", tmp_path / "merged")
    assert part.code == 0
    assert "not run yet" in (tmp_path / "merged" / "leaderboard.md").read_text()
    assert cli("merge", folders[2], "--out", tmp_path / "merged").code == 0
    pd.testing.assert_frame_equal(scores(tmp_path / "merged"), whole, check_exact=True)
    assert "12 of 12 cells scored" in (tmp_path / "merged" / "leaderboard.md").read_text()


def test_what_cannot_be_merged_is_named_and_nothing_is_taken(run_small, cli, tmp_path, plugin, monkeypatch):
    one = run_small("none", out="one").folder
    monkeypatch.setattr("oversampling_bench.benchmarks.design.cell.harness_hash", lambda: "other")
    two = run_small("smote", out="two").folder
    done = cli("merge", one, two, "--out", tmp_path / "merged")
    assert done.code == 2
    assert f"{two} cannot be merged: versions of libraries or of this package differ" in done.err
    assert cli("merge", one, "--out", one).code == 2
    assert "holds no cells.sqlite to merge" in cli("merge", tmp_path / "gone", "--out", tmp_path / "m").err
    with sqlite3.connect(tmp_path / "merged" / STORE) as store:
        assert store.execute("SELECT COUNT(*) FROM cells WHERE contender = 'smote'").fetchone() == (0,)


def test_measures_of_ones_own_come_along_with_their_cells(run_small, cli, tmp_path):
    path, own = tmp_path / "costs.py", "cost[better=lower]"
    path.write_text("def cost(y_true, y_pred):\n    return 1.0\n")

    def part(index, *more):
        options = ("--shard", f"{index}/2", *more)
        return run_small("none", "random", seeds=3, out=f"s{index}", options=options).folder

    with_it = ("--measure", f"{path}:{own}")
    one, two = part(1, *with_it), part(2)
    assert cli("merge", one, two, "--out", tmp_path / "merged").code == 0
    found = read_results(tmp_path / "merged").cells.set_index(["contender", "seed"])[own]
    there = read_results(one).cells.set_index(["contender", "seed"]).index
    assert found.notna().to_dict() == {at: at in there for at in found.index}
    path.write_text("def cost(y_true, y_pred):\n    return 2.0\n")
    done = cli("merge", one, part(2, *with_it), "--out", tmp_path / "other")
    assert done.code == 2
    assert f"cannot be merged: code of measure {own} differs" in done.err


@pytest.fixture(scope="module")
def once(plugin, tmp_path_factory):
    """Run a cell; give the folder."""
    out = tmp_path_factory.mktemp("once") / "out"
    return ob.run("quick", datasets=plugin("blobs"), contenders="none", learners="tree", seeds=1, out=out).folder


@pytest.fixture
def twice(once, edit, tmp_path):
    """Put the same cell into two folders, and change what the second one says; give both folders."""

    def run(**changes):
        folders = [shutil.copytree(once, tmp_path / out) for out in ("one", "two")]
        edit(folders[1], **changes)
        return folders

    return run


def test_other_scores_of_the_same_cell_are_refused_unless_told_which_to_keep(twice, cli, tmp_path, scores):
    folders = twice(brier=0.5)
    done = cli("merge", *folders, "--out", tmp_path / "merged")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert f"{folders[1]} cannot be merged: 1 cell that ran before" in done.err
    assert "(blobs · tree · none · seed 0); say with --keep first or --keep last" in done.err
    for keep, expected in (("last", 0.5), ("first", scores(folders[0])["brier"][0])):
        out = tmp_path / keep
        assert cli("merge", *folders, "--out", out, "--keep", keep).code == 0
        assert scores(out)["brier"].tolist() == [expected]


def test_other_timings_are_no_conflict(twice, cli, tmp_path):
    assert cli("merge", *twice(fit_s=9.0, peak_mb=1.0), "--out", tmp_path / "merged").code == 0


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("keep", [(), ("--keep", "first"), ("--keep", "last")])
def test_scores_win_over_none_in_any_order(twice, cli, tmp_path, scores, turned, keep):
    folders = twice(status="timeout", brier=None)[:: -1 if turned else 1]
    assert cli("merge", *folders, "--out", tmp_path / "merged", *keep).code == 0
    assert scores(tmp_path / "merged")["status"].tolist() == ["ok"]


@pytest.fixture
def published(run_small, plugin):
    """Give a function that runs some learners into a folder, of which only what is published is left."""

    def run(*learners, contenders=("none", "random"), out=None, seeds=2):
        chosen = [part for name in learners for part in ("--classifier", name)]
        folder = run_small(*contenders, seeds=seeds, out=out or "-".join(learners), options=chosen).folder
        for path in folder.glob("cells.sqlite*"):
            path.unlink()
        return folder

    return run


def test_published_parts_are_the_whole(published, cli, tmp_path, scores):
    whole, parts = published("logistic", "tree"), [published("tree"), published("logistic")]
    assert cli("merge", *parts, "--out", tmp_path / "merged").code == 0
    pd.testing.assert_frame_equal(scores(tmp_path / "merged"), scores(whole), check_exact=True)
    merged, expected = (read_results(folder).provenance for folder in (tmp_path / "merged", whole))
    assert (merged.planned, sum(merged.machines.values())) == (8, 8) == (expected.planned, 8)
    assert (tmp_path / "merged" / "curves.json").read_text() == (whole / "curves.json").read_text()
    assert {path.name for path in (tmp_path / "merged" / "figures").iterdir()} == {
        path.name for path in (whole / "figures").iterdir()
    }
    text = (tmp_path / "merged" / "leaderboard.md").read_text()
    assert "Coverage: 8 of 8 cells scored" in text
    done = cli("merge", *parts, "--out", tmp_path / "merged")  # once more, over what is there
    assert (done.code, (tmp_path / "merged" / "leaderboard.md").read_text()) == (0, text)


def test_published_parts_that_do_not_fit_are_named_and_nothing_is_written(published, cli, tmp_path, monkeypatch):
    tree = published("tree", contenders=("none", "random"), seeds=1)
    more = published("tree", contenders=("smote",), out="more", seeds=1)
    out = tmp_path / "merged"

    def refused(*folders, out=out):
        done = cli("merge", *folders, "--out", out)
        assert (done.code, done.err.count("\n")) == (2, 1)
        return done.err

    assert f"{more} cannot be merged with {tree}: both hold cells of blobs · tree" in refused(tree, more)
    assert f"--out {tree} is one of the folders" in refused(tree, out=tree)
    logistic = published("logistic", contenders=("none",), seeds=1)
    path = logistic / "environment.json"
    text = path.read_text()
    for before, after, said in (
        ('"harness": "', '"harness": "0', "versions of libraries or of this package differ"),
        ('"n_requested": null', '"n_requested": 5', "n_requested is 5 instead of None"),
        ('"name": "quick"', '"name": "slow"', "it holds suite 'slow', the other 'quick'"),
    ):
        path.write_text(text.replace(before, after, 1))
        assert said in refused(tree, logistic)
    content = json.loads(text)
    for part, what in (("contenders", "contender none"), ("data", "data set blobs")):
        (name,) = content[part]
        key = "code" if part == "contenders" else "hash"
        changed = content | {part: {name: content[part][name] | {key: "0" * 16}}}
        path.write_text(json.dumps(changed))
        assert f"{what} differs" in refused(tree, logistic)
    for folder, key in ((tree, "one"), (logistic, "two")):
        environment = folder / "environment.json"
        environment.write_text(json.dumps(json.loads(environment.read_text()) | {"audit_key": key}))
    path.write_text(json.dumps(content | {"audit_key": "two"}))
    assert "audited with another key" in refused(tree, logistic)
    path.write_text(text)
    (logistic / "submitted").mkdir()
    assert "others submitted" in refused(tree, logistic)
    assert not (out / "cells.csv").exists()
