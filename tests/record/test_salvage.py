"""A store with flipped bits: never other numbers, never a traceback, and what is still right is kept."""

import random
import shutil

import oversampling_bench as ob
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.plan import make_plan
from oversampling_bench.benchmarks.design.suite import Suite
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.outcome import Outcome, blank
from oversampling_bench.benchmarks.record.folder import STORE
from oversampling_bench.benchmarks.record.provenance import Provenance
from oversampling_bench.benchmarks.record.schema import PAGE
from oversampling_bench.benchmarks.record.store import Store

FLIPS = 8


def flip(path, seed, flips=FLIPS, end=None):
    content, rng = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(flips):
        bit = rng.randrange(8 * (end or len(content)))
        content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


@pytest.fixture(scope="module")
def plan(plugin):
    return make_plan(Suite(name="s", datasets=[plugin("blobs")], contenders=["none", "smote"], seeds=list(range(6))))


@pytest.fixture(scope="module")
def unharmed(plan, tmp_path_factory):
    """Make a store of made-up cells; give its content, the records, and the checksums of all rows."""
    folder, rng = tmp_path_factory.mktemp("unharmed"), random.Random(0)
    with Store.open(folder) as store:
        store.plan(plan.cells, plan.context)
        store.keep_provenance(Provenance.of(plan, 1, "Abacus"))
        for cell in plan.cells:
            scores = {"brier": rng.random(), "error": rng.random(), "log_loss": float("nan")}
            store.add(cell, Outcome(blank(cell, "ok", "", "") | scores, elapsed_s=1.0))
        cells, kept = store.cells(), dict(store.kept)
    return (folder / STORE).read_bytes(), cells, kept


@pytest.mark.parametrize("end", [None, PAGE], ids=["anywhere", "first page"])
def test_of_50_copies_with_8_flipped_bits_none_gives_other_numbers(unharmed, plan, tmp_path, end):
    content, cells, kept = unharmed
    planned, harmed = {cell.id for cell in plan.cells}, 0
    for seed in range(50):
        folder = tmp_path / str(seed)
        folder.mkdir()
        (folder / STORE).write_bytes(content)
        flip(folder / STORE, seed, end=end)
        try:
            with Store.read(folder) as store:
                pd.testing.assert_frame_equal(store.cells(), cells, check_exact=True)
        except UsageError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert "is damaged" in str(error)  # noqa: PT017
        with Store.open(folder, mending=True) as store:
            assert store.kept.items() <= kept.items()
            missing = planned - store.known().keys()
            assert bool(missing) <= bool(store.lost)
            if store.lost:
                harmed += 1
                assert (folder / f"{STORE}.damaged").exists()
                (line,) = store.remarks
                assert (f"{len(missing)} finished cell" if missing else "no finished cell is lost") in line
                assert store.lost.lost_cells <= missing
        Store.read(folder).__exit__()
    assert harmed > 10


def test_a_store_whose_header_is_gone_is_whole_again(unharmed, tmp_path):
    content, cells, _ = unharmed
    (tmp_path / STORE).write_bytes(bytes(PAGE) + content[PAGE:])
    with Store.open(tmp_path, mending=True) as store:
        assert "no finished cell is lost" in store.remarks[0]
        pd.testing.assert_frame_equal(store.cells(), cells, check_exact=True)
    assert (tmp_path / f"{STORE}.damaged").read_bytes()[:PAGE] == bytes(PAGE)


@pytest.fixture(scope="module")
def raced(plugin, tmp_path_factory):
    """Run two contenders; give the folder."""
    how = {"datasets": plugin("blobs"), "contenders": ["none", "random"], "seeds": 4, "learners": ["tree"]}
    return ob.run("quick", **how, out=tmp_path_factory.mktemp("raced") / "out").folder


@pytest.mark.parametrize("seed", range(3))
def test_the_same_command_runs_only_what_is_lost(raced, tmp_path, run_small, cli, scores, seed):
    folder = shutil.copytree(raced, tmp_path / "out")
    before = scores(folder)
    leaderboard = (folder / "leaderboard.md").read_text()
    flip(folder / STORE, seed)
    for told in (cli("report", folder), cli("merge", folder, "--out", folder.parent / "merged")):
        assert (told.code, told.err.count("\n")) in ((0, 0), (2, 1))
        assert told.code == 0 or "finished cell" in told.err
    assert told.code == 0 or (folder / "leaderboard.md").read_text() == leaderboard
    again = run_small("none", "random", seeds=4)
    assert again.code == 0
    assert again.err.count("was damaged") == (told.code != 0)
    pd.testing.assert_frame_equal(scores(folder), before, check_exact=True)
    assert "8 cells, 8 done before" in run_small("none", "random", seeds=4).err


def test_a_cell_that_somebody_edited_is_lost_and_named(run_small, scores, cli, plugin):
    import sqlite3

    folder = run_small("none", "random", seeds=1).folder
    before = scores(folder)
    with sqlite3.connect(folder / STORE) as store:
        store.execute("UPDATE cells SET brier = 0.0 WHERE contender = 'random'")
    assert "1 finished cell is lost (blobs · tree · random · seed 0)" in cli("report", folder).err
    asked = cli("run", "quick", "--dataset", plugin("blobs"), "--out", folder, "--dry-run")
    assert asked.code == 2
    assert "1 finished cell is lost" in asked.err
    again = run_small("none", "random", seeds=1)
    assert "2 cells, 1 done before" in again.err
    pd.testing.assert_frame_equal(scores(folder), before, check_exact=True)
