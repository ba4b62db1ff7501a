"""The same cells in parts: shards and their merging, a Dask cluster and its accidents, one cell again."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from oversampling_bench.benchmarks import cluster as clusters
from oversampling_bench.benchmarks import plan as planning
from oversampling_bench.benchmarks import shards
from oversampling_bench.benchmarks import suite as suites
from oversampling_bench.benchmarks.record import TIMINGS
from oversampling_bench.benchmarks.store import FILE, read_csv

RIVALS = ("none", "random", "smote")


def scores(folder):
    return read_csv(folder / "cells.csv").drop(columns=TIMINGS)


@pytest.fixture
def whole(run_small):
    return scores(run_small(*RIVALS, seeds=4, out="whole").folder)


def planned(plugin, seeds=5):
    changes = {"datasets": [plugin("blobs")], "contenders": list(RIVALS), "seeds": list(range(seeds))}
    return planning.make_plan(suites.read("quick").model_copy(update=changes)).cells


@pytest.mark.parametrize("count", [1, 2, 4, 20])
def test_shards_hold_every_cell_once_and_in_order(plugin, count):
    cells = planned(plugin)
    parts = [shards.take(cells, shards.Shard(index, count)) for index in range(1, count + 1)]
    assert sorted(cell.id for part in parts for cell in part) == sorted(cell.id for cell in cells)
    half = cells[::2]
    for index, part in enumerate(parts, start=1):  # whatever else is planned
        assert shards.take(half, shards.Shard(index, count)) == [cell for cell in part if cell in half]
    for part in parts:
        assert [cells.index(cell) for cell in part] == sorted(cells.index(cell) for cell in part)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_a_shard_that_is_none_is_named(cli, text):
    done = cli("run", "quick", f"--shard={text}")
    assert done.code == 2
    assert f"--shard {text}: give i/n with i from 1 to n" in done.err


def test_merged_shards_are_the_whole(run_small, cli, tmp_path, whole):
    folders = [run_small(*RIVALS, seeds=4, out=f"s{i}", options=("--shard", f"{i}/3")).folder for i in (1, 2, 3)]
    assert "of 12 cells scored" in (folders[0] / "leaderboard.md").read_text()
    part = cli("merge", *folders[:2], "--out", tmp_path / "merged")
    assert part.code == 0
    assert "not run yet" in (tmp_path / "merged" / "leaderboard.md").read_text()
    assert cli("merge", folders[2], "--out", tmp_path / "merged").code == 0
    pd.testing.assert_frame_equal(scores(tmp_path / "merged"), whole, check_exact=True)
    assert "12 of 12 cells scored" in (tmp_path / "merged" / "leaderboard.md").read_text()


def test_what_cannot_be_merged_is_named_and_nothing_is_taken(run_small, cli, tmp_path, plugin, monkeypatch):
    one = run_small("none", out="one").folder
    monkeypatch.setattr("oversampling_bench.benchmarks.plan.harness_hash", lambda: "other")
    two = run_small("smote", out="two").folder
    done = cli("merge", one, two, "--out", tmp_path / "merged")
    assert done.code == 2
    assert f"{two} cannot be merged: versions of libraries or of this package differ" in done.err
    assert cli("merge", one, "--out", one).code == 2
    assert "holds no cells.sqlite to merge" in cli("merge", tmp_path / "gone", "--out", tmp_path / "m").err
    with sqlite3.connect(tmp_path / "merged" / FILE) as store:
        assert store.execute("SELECT COUNT(*) FROM cells WHERE contender = 'smote'").fetchone() == (0,)


def test_a_stored_cell_can_be_run_again(run_small, cli, plugin):
    folder = run_small(*RIVALS).folder
    where = ("--out", folder, "--dataset", plugin("blobs"))
    done = cli("reproduce", "quick/blobs/forest/smote/1", *where)
    assert done.code == 0
    assert "same: 25 of 25 columns agree exactly" in done.out
    text = (folder / "cells.csv").read_text().splitlines()
    row = next(number for number, line in enumerate(text) if line.startswith("quick,blobs,forest,smote,1,"))
    values = dict(zip(text[0].split(","), text[row].split(","), strict=True)) | {"brier": "0.5"}
    text[row] = ",".join(values.values())
    (folder / "cells.csv").write_text("\n".join(text) + "\n")
    forged = cli("reproduce", "quick/blobs/forest/smote/1", *where)
    assert forged.code == 1
    assert "brier: 0.5 stored, 0." in forged.out
    assert "NOT the same: 24 of 25" in forged.out


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("smote", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/forest/smote/one", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/forest/smoet/1", "did you mean 'quick/blobs/forest/smote/1'?"),
        ("gone/blobs/forest/smote/1", "unknown cell"),
    ],
)
def test_a_cell_that_is_not_stored_is_named(run_small, cli, name, complaint):
    done = cli("reproduce", name, "--out", run_small(*RIVALS).folder)
    assert done.code == 2
    assert complaint in done.err
    assert "holds no cells.csv" in cli("reproduce", name.replace("/one", "/1"), "--out", "gone").err or name == "smote"


def test_chunks_hold_every_cell_once_each_of_one_split(plugin):
    cells = planned(plugin, seeds=40)
    chunks = list(clusters.chunks_of(cells, threads=2))
    assert [cell for chunk in chunks for cell in chunk] == cells
    assert all(len({cell.split for cell in chunk}) == 1 for chunk in chunks)
    assert len(chunks) >= 8


def on(cluster):
    return ("--engine", "dask", "--scheduler", cluster[0].scheduler_address)


def test_a_cluster_gives_the_same_cells(run_small, cluster, whole):
    done = run_small(*RIVALS, seeds=4, options=on(cluster))
    assert done.code == 0
    pd.testing.assert_frame_equal(scores(done.folder), whole, check_exact=True)
    assert "2 jobs" in done.err


SLOWER = """
import os, time
from pathlib import Path
from imblearn.over_sampling import RandomOverSampler

class Slower(RandomOverSampler):
    def fit_resample(self, X, y):
        (Path(os.environ["PLANTED_PIDS"]) / str(os.getpid())).touch()
        time.sleep(SECONDS)
        return super().fit_resample(X, y)

def make(random_state, sampling_strategy="auto"):
    return Slower(random_state=random_state)
"""


@pytest.fixture
def slower(tmp_path, cluster):
    for old in pids_in(cluster):
        old.unlink()
    (tmp_path / "slower.py").write_text(SLOWER.replace("SECONDS", "3"))
    return tmp_path / "slower.py"


def pids_in(cluster):
    return [path for path in cluster[1].iterdir() if path.name.isdecimal()]


def noted(cluster, patience=120.0):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if pids := [int(path.name) for path in pids_in(cluster)]:
            return [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
        time.sleep(0.05)
    raise AssertionError("no cell ever started")


def test_a_dying_worker_costs_a_retry_not_the_run(run_small, plugin, tmp_path, cluster, slower):
    process = start(plugin, tmp_path, cluster, slower, seeds=4)
    noted(cluster)
    victim = next(iter(cluster[0].workers.values())).process.pid
    os.kill(victim, signal.SIGKILL)
    assert process.wait(timeout=120) == 0, process.stderr.read()
    assert read_csv(tmp_path / "out" / "cells.csv")["status"].tolist() == ["ok"] * 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_ends_early_leaves_nothing_running_on_the_cluster(plugin, tmp_path, cluster, slower, number):
    process = start(plugin, tmp_path, cluster, slower, seeds=20)
    cells = noted(cluster)
    process.send_signal(number)
    assert process.wait(timeout=60) == (130 if number == signal.SIGINT else -number)
    time.sleep(3)  # longer than a cell takes: were the chunk to go on, there would be another
    before = set(pids_in(cluster))
    time.sleep(4)
    assert set(pids_in(cluster)) == before
    assert not psutil.wait_procs(cells, timeout=5)[1]


def start(plugin, tmp_path, cluster, contender, seeds):
    program = [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()"]
    arguments = ["run", "quick", "--dataset", plugin("blobs"), "--contender", contender, "--seeds", seeds]
    command = [*program, *arguments, "--out", tmp_path / "out", *on(cluster)]
    return subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True)


def test_workers_with_other_versions_are_refused_before_anything_runs(run_small, cluster, monkeypatch):
    here = planning.versions()
    monkeypatch.setattr(planning, "versions", lambda: here | {"scipy": "0.1"})
    done = run_small(*RIVALS, options=on(cluster))
    assert done.code == 2
    assert f"has other versions: scipy {here['scipy']} there, 0.1 here; install the same on both" in done.err
    assert done.err.count("\n") == 1
    assert not done.folder.exists()


def test_a_worker_that_joins_later_with_other_code_is_refused_too(plugin):
    from dataclasses import replace

    from oversampling_bench.benchmarks.chunk import unlike

    cell = planned(plugin, seeds=1)[1]
    assert unlike([cell]) == ""
    inputs = cell.inputs
    changed = {
        "scipy": {"versions": inputs["versions"] | {"scipy": "0.1"}},
        "another oversampling-bench": {"harness": "other"},
        "contender 'random' has other code": {"contender": "other"},
    }
    for complaint, change in changed.items():
        assert complaint in unlike([replace(cell, inputs=inputs | change)])
    gone = replace(cell.dataset_entry, path=Path("/nowhere/blobs.py"))
    assert "it has no file /nowhere/blobs.py" in unlike([replace(cell, dataset_entry=gone)])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--engine", "dask"), "--engine dask needs --scheduler ADDRESS"),
        (("--scheduler", "tcp://127.0.0.1:1"), "--scheduler tcp://127.0.0.1:1 goes with --engine dask"),
        (("--engine", "dask", "--scheduler", "x", "--jobs", "3"), "--jobs 3: with --engine dask"),
        (("--timeout", "0"), "--timeout 0: give seconds, more than 0"),
        (("--timeout", "nan"), "--timeout nan"),
        (("--memory", "-1"), "--memory -1: give GB, more than 0"),
        (("--retry", "faild"), "--retry: unknown status 'faild'; did you mean 'failed'?"),
    ],
)
def test_options_that_cannot_be_are_named(cli, options, complaint):
    done = cli("run", "quick", *options)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_a_scheduler_that_nobody_answers_for_is_named(cli, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE_S", 1.5)
    for address in ("tcp://127.0.0.1:1", "nonsense"):
        done = cli("run", "quick", "--engine", "dask", "--scheduler", address)
        assert done.code == 2
        assert f"--scheduler {address} cannot be reached" in done.err
        assert done.err.count("\n") == 1


def test_a_scheduler_without_workers_is_named(cli, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(clusters, "PATIENCE_S", 3.0)
    with LocalCluster(n_workers=0, dashboard_address=":0", host="127.0.0.1") as empty:
        done = cli("run", "quick", "--engine", "dask", "--scheduler", empty.scheduler_address)
    assert done.code == 2
    assert "has no workers after 3 s" in done.err


def test_workers_without_the_package_are_refused(cli, cluster, monkeypatch):
    def nothing_there():
        raise ModuleNotFoundError("No module named 'oversampling_bench'")

    monkeypatch.setattr(clusters, "_probe", nothing_there)
    done = cli("run", "quick", *on(cluster))
    assert done.code == 2
    assert "cannot run cells: is oversampling-bench installed there? (No module named 'oversampling_bench')" in done.err
    assert done.err.count("\n") == 1


def test_without_the_extra_its_name_is_said(cli, monkeypatch):
    monkeypatch.delitem(sys.modules, "oversampling_bench.benchmarks.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = cli("run", "quick", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "--engine dask needs the extra: pip install 'oversampling-bench[dask]'" in done.err
