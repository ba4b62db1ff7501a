"""Seconds that the harness itself takes to isolate a cell, and to stop; run by `tox -e speed`."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.engines.local import Local


def planned(plugin, contenders, classifiers, seeds, dataset="adult"):
    changes = {"contenders": contenders, "classifiers": classifiers, "seeds": list(range(seeds)), "datasets": [dataset]}
    return planning.make_plan(suites.read("quick").model_copy(update=changes))


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
    program += ["--contender", "none", "--contender", "smote"]  # others take a minute before they are in the midst

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
