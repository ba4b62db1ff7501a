"""The same cells on a Dask cluster, and its accidents; options that go with it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import psutil
import pytest
from oversampling_bench.benchmarks.catalog.entry import Choice
from oversampling_bench.benchmarks.design import cell as cells
from oversampling_bench.benchmarks.parallel.engine import takes
from oversampling_bench.benchmarks.parallel.engines import dask as clusters
from oversampling_bench.benchmarks.parallel.engines.local import Local
from oversampling_bench.benchmarks.record.folder import STORE, read_csv


def test_chunks_hold_every_cell_once_each_of_one_split(planned):
    cells = planned(seeds=40)
    chunks = list(clusters.chunks_of(cells, threads=2))
    assert [cell for chunk in chunks for cell in chunk] == cells
    assert all(len({cell.split for cell in chunk}) == 1 for chunk in chunks)
    assert len(chunks) >= 8


def on(cluster):
    return ("--engine", "dask", "--scheduler", cluster[0].scheduler_address)


def test_a_cluster_gives_the_same_cells(run_small, cluster, whole, scores, rivals):
    done = run_small(*rivals, seeds=4, options=on(cluster))
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
    (tmp_path / "slower.py").write_text(SLOWER.replace("SECONDS", "1.5"))
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


def test_a_dying_worker_costs_a_retry_not_the_run(program, plugin, tmp_path, cluster, slower):
    process = start(program, plugin, tmp_path, cluster, slower, seeds=4)
    noted(cluster)
    victim = next(iter(cluster[0].workers.values())).process.pid
    os.kill(victim, signal.SIGKILL)
    assert process.wait(timeout=120) == 0, process.stderr.read()
    assert read_csv(tmp_path / "out" / "cells.csv")["status"].tolist() == ["ok"] * 4


@pytest.mark.torture
def test_the_last_worker_leaving_is_said_at_once_and_not_waited_for_in_vain(run_small, rivals, tmp_path, monkeypatch):
    import threading

    from distributed import LocalCluster

    monkeypatch.setattr(clusters, "PATIENCE_S", 4.0)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as lonely:

        def leave():
            store = tmp_path / "out" / STORE
            while not (store.exists() and finished(store)):
                time.sleep(0.1)
            lonely.scale(0)

        leaving = threading.Thread(target=leave)
        leaving.start()
        done = run_small(*rivals, seeds=60, options=("--engine", "dask", "--scheduler", lonely.scheduler_address))
        leaving.join()
    assert done.code == 2
    kept = finished(tmp_path / "out" / STORE)
    assert 0 < kept < 180
    lines = done.err.splitlines()
    assert "the last Dask worker is gone; waiting 4 s for another to join" in lines
    assert lines[-1].startswith("oversampling-bench: the cluster has had no workers for 4 s; the cells that finished")
    assert done.err.count("no workers") == 1
    again = run_small(*rivals, seeds=60, options=("--dry-run",))
    assert f"180 cells: {kept} done" in again.out


def finished(store):
    """Count the cells in a store."""
    with suppress(sqlite3.OperationalError), sqlite3.connect(store) as opened:  # its tables are being made
        return opened.execute("SELECT COUNT(*) FROM cells").fetchone()[0]
    return 0


def test_one_that_joins_in_time_lets_the_run_go_on(monkeypatch):
    said, threads = [], iter([{}, {}, {"worker": 1}, {}])
    monkeypatch.setattr(clusters, "LOOK_S", 0.0)
    presence = clusters.Presence(SimpleNamespace(nthreads=lambda: next(threads)), said.append)
    for _ in range(4):
        presence.check()
    assert [line.partition(";")[0] for line in said] == [
        "the last Dask worker is gone",
        "another Dask worker has joined",
        "the last Dask worker is gone",
    ]


def test_an_engine_need_not_take_what_it_does_not_say():
    class Silent:
        jobs = 1

        def run_cells(self, cells, limits, finished, running=None, stop=None):
            pass

    assert not takes(Silent(), "say")
    assert takes(Local(1), "say")


@pytest.mark.torture
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_ends_early_leaves_nothing_running_on_the_cluster(
    program, plugin, tmp_path, cluster, slower, number
):
    process = start(program, plugin, tmp_path, cluster, slower, seeds=20)
    cells = noted(cluster)
    process.send_signal(number)
    assert process.wait(timeout=60) == (130 if number == signal.SIGINT else -number)
    time.sleep(2)  # longer than a cell takes: were the chunk to go on, there would be another
    before = set(pids_in(cluster))
    time.sleep(2)
    assert set(pids_in(cluster)) == before
    assert not psutil.wait_procs(cells, timeout=5)[1]


def start(program, plugin, tmp_path, cluster, contender, seeds):
    arguments = ["run", "quick", "--dataset", plugin("blobs"), "--contender", contender, "--seeds", seeds]
    command = [*program, *arguments, "--out", tmp_path / "out", *on(cluster)]
    return subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True)


def test_workers_with_other_versions_are_refused_before_anything_runs(run_small, cluster, monkeypatch, rivals):
    here = cells.versions()
    monkeypatch.setattr(cells, "versions", lambda: here | {"scipy": "0.1"})
    done = run_small(*rivals, options=on(cluster))
    assert done.code == 2
    assert f"has other versions than this machine (scipy 0.1 → {here['scipy']}); install the same on both" in done.err
    assert done.err.count("\n") == 1
    assert not done.folder.exists()


def test_a_worker_that_joins_later_with_other_code_is_refused_too(planned):
    from dataclasses import replace

    from oversampling_bench.benchmarks.parallel.remote import unlike

    cell = planned(seeds=1)[1]
    assert unlike([cell]) == ""
    inputs = cell.inputs
    changed = {
        "scipy": {"versions": inputs.versions | {"scipy": "0.1"}},
        "another oversampling-bench": {"harness": "other"},
        "contender 'random' has other code": {"contender": "other"},
        "classifier 'forest' has other code": {"learner": "other"},
    }
    for complaint, change in changed.items():
        assert complaint in unlike([replace(cell, inputs=replace(inputs, **change))])
    gone = replace(cell.dataset_choice.entry, path=Path("/nowhere/blobs.py"))
    assert "it has no file /nowhere/blobs.py" in unlike([replace(cell, dataset_choice=Choice(gone))])


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
    monkeypatch.delitem(sys.modules, "oversampling_bench.benchmarks.parallel.engines.dask", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = cli("run", "quick", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "--engine dask needs the extra: pip install 'oversampling-bench[dask]'" in done.err
