"""A store that is removed, replaced or edited while a run is at work on it."""

import shutil
import sqlite3

import pandas as pd
import pytest
from oversampling_bench.benchmarks.record.folder import STORE
from oversampling_bench.benchmarks.record.store import Store


@pytest.fixture
def harmed(run_small, monkeypatch, tmp_path):
    """Run two cells and harm the store after both; give what the run said, and what the same command says."""

    def run(harm, count=2):
        added, add = [], Store.add

        def add_and_harm(store, cell, outcome):
            add(store, cell, outcome)
            added.append(cell)
            if len(added) == count:
                harm(store.path)

        monkeypatch.setattr(Store, "add", add_and_harm)
        done = run_small("none", seeds=2)
        monkeypatch.undo()
        assert done.code == 2
        assert "Traceback" not in done.err
        return done.err.splitlines()[-1]

    return run


def remove(path):
    path.unlink()


def remove_all(path):
    shutil.rmtree(path.parent)


def remove_store(path):
    for each in path.parent.glob(f"{STORE}*"):
        each.unlink()


@pytest.mark.parametrize(("harm", "count"), [(remove, 2), (remove_store, 2), (remove_all, 2), (remove_all, 1)])
def test_a_store_that_was_removed_is_written_back(harmed, run_small, scores, harm, count):
    said = harmed(harm, count)
    assert f"{STORE} was removed while the run was at work; it was written back" in said
    again = run_small("none", seeds=2).err
    assert any(f"2 cells, {done} done before" in again for done in range(count, 3))  # the other may have ended with it
    pd.testing.assert_frame_equal(scores(run_small("none", seeds=2).folder), scores(run_small("none", out="b").folder))


def test_one_that_was_replaced_is_left_alone_and_the_run_s_own_lies_beside(harmed, run_small, tmp_path):
    other = run_small("none", seeds=1, out="other").folder / STORE

    def replace(path):
        shutil.copy(other, path.parent / "copy")
        (path.parent / "copy").replace(path)

    said = harmed(replace)
    assert "was replaced by another file while the run was at work" in said
    folder = tmp_path / "out"
    assert (folder / STORE).read_bytes() == other.read_bytes()
    (folder / f"{STORE}.rescued").replace(folder / STORE)
    assert "2 cells, 2 done before" in run_small("none", seeds=2).err


@pytest.mark.parametrize(
    "statement", ["UPDATE cells SET brier = 0.0 WHERE seed = 1", "DELETE FROM cells WHERE seed = 1"]
)
def test_one_that_was_edited_is_named(harmed, run_small, scores, statement):
    def edit(path):
        with sqlite3.connect(path) as other:
            other.execute(statement)
        other.close()

    said = harmed(edit)
    assert "was edited" in said
    assert "the same command" in said
    again = run_small("none", seeds=2)
    assert "2 cells, 1 done before" in again.err
    pd.testing.assert_frame_equal(scores(again.folder), scores(run_small("none", out="b").folder))


def test_rows_that_were_edited_with_their_checksums_are_run_again(harmed, edit, run_small):
    said = harmed(lambda path: edit(path.parent, brier=0.0))
    assert "2 cells (blobs · tree · none · seed 0, blobs · tree · none · seed 1) not as this run had stored" in said
    assert "2 cells, 0 done before" in run_small("none", seeds=2).err
