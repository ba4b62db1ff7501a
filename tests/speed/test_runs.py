"""Seconds that the harness itself takes: to plan, to go on, to isolate a cell, to stop; run by `tox -e speed`."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.measure.outcome import Outcome, blank
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.engines.local import Local
from oversampling_bench.benchmarks.record.pending import pending
from oversampling_bench.benchmarks.record.store import Store

RIVALS = ["none", *(f"smote[k_neighbors={i}]" for i in range(1, 10))]
LEARNERS = ["forest", "forest_leaf5", "logistic", "boosting"]


def planned(plugin, contenders, classifiers, seeds, dataset="adult"):
    changes = {"contenders": contenders, "classifiers": classifiers, "seeds": list(range(seeds)), "datasets": [dataset]}
    return planning.make_plan(suites.read("quick").model_copy(update=changes))


def test_plan_100_000_cells(benchmark, plugin, tmp_path):
    def plan():
        made = planned(plugin, RIVALS, LEARNERS, 2500)
        with Store.open(tmp_path) as store:
            store.plan(made.cells, made.context)
            return pending(made.cells, store)

    assert len(benchmark.pedantic(plan, rounds=3).missing) == 100_000


def test_resume_a_store_of_10_000_finished_cells(benchmark, plugin, tmp_path):
    rng = np.random.default_rng(0)
    y, probability = (rng.random(6513) < 0.24).astype(int), np.round(rng.random(6513), 2)
    plan = planned(plugin, RIVALS, LEARNERS, 250)
    with Store.open(tmp_path) as store, store.connection:
        store.connection.execute("PRAGMA synchronous = OFF")
        for cell in plan.cells[:-1]:
            store.add(cell, Outcome(blank(cell, "ok", "", ""), y, probability, elapsed_s=2.0))

    def resume():
        made = planned(plugin, RIVALS, LEARNERS, 250)
        with Store.open(tmp_path) as store:
            store.plan(made.cells, made.context)
            return pending(made.cells, store), list(store.elapsed())

    found, _ = benchmark.pedantic(resume, rounds=3)
    assert (len(found.done), len(found.missing)) == (9999, 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_overhead_of_a_cell(benchmark, plugin, jobs):
    """What a cell takes beside its own work, on the smallest table there is: its process, from start to removal."""
    plan = planned(plugin, ["none"], ["logistic"], 40, plugin("blobs"))
    beside = []

    def run():
        Local(jobs).run_cells(plan.cells, Limits(60, 4e9), lambda _, done: beside.append(done.elapsed_s - done.work_s))

    run()  # the forkserver's start is paid once a run, not once a cell
    beside.clear()
    benchmark.pedantic(run, rounds=2)
    benchmark.extra_info["overhead_s"] = float(np.median(beside))
    print(f"{np.median(beside):.3f} s a cell, at most {max(beside):.3f} s, {jobs} at a time")


def test_ctrl_c(benchmark, plugin, tmp_path):
    """From Ctrl-C to the end of the command, its leaderboard written, in the midst of cells on Adult."""
    program = [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()", "run", "default"]

    def begin():
        command = [*program, "--out", str(tmp_path / str(time.monotonic()))]
        run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert any(line.startswith("[ 3/") for line in iter(run.stderr.readline, ""))
        return (run,), {}

    def stop(run):
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait() == 130
        run.stderr.close()

    benchmark.pedantic(stop, setup=begin, rounds=3)
