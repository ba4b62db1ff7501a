"""The fault matrix: the verdict is right whatever a contender does, others are unharmed, nothing is left running."""

import os
import random
import subprocess
import time

import psutil
import pytest
from oversampling_bench.benchmarks.measure.outcome import TIMINGS
from oversampling_bench.benchmarks.record.folder import read_csv

HEALTHY = ["none", "random", "smote"]

# kind: status, phase, and a part of the reason
MATRIX = {
    "healthy": ("ok", "", ""),
    "raises": ("failed", "sample", "ValueError: planted"),
    "spins": ("timeout", "sample", "not done after 7 s (--timeout)"),
    "sleeps": ("timeout", "sample", "not done after 7 s (--timeout)"),
    "ignores_sigterm": ("timeout", "sample", "not done after 7 s (--timeout)"),
    "stops_itself": ("timeout", "sample", "not done after 7 s (--timeout)"),
    "kills_itself": ("crashed", "sample", "its process died of SIGKILL"),
    "segfaults": ("crashed", "sample", "its process died of SIGSEGV"),
    "exits": ("crashed", "sample", "its process ended itself with exit code 0"),
    "closes_everything": ("crashed", "sample", "its process ended itself with exit code"),
    "allocates_at_once": ("out_of_memory", "sample", "the limit is 0.5 GB (--memory)"),
    "allocates_slowly": ("out_of_memory", "sample", "the limit is 0.5 GB (--memory)"),
    "asks_for_too_much": ("out_of_memory", "sample", "Unable to allocate"),
    "returns_nan": ("invalid_output", "sample", "1 rows hold values that are not finite"),
    "wrong_counts": ("partial", "", "144 rows were asked for and 141 came"),
    "wrong_width": ("invalid_output", "sample", "expected rows of 5 columns"),
    "wrong_dtype": ("invalid_output", "sample", "expected an array of numbers, got ndarray of type <U"),
    "wrong_labels": ("invalid_output", "sample", "labels other than 0 and 1"),
    "changes_originals": ("invalid_output", "sample", "the training rows must come first and unchanged"),
    "unpicklable": ("failed", "sample", "UnpicklableError: its message cannot be read"),
    "floods": ("ok", "", ""),
    "starts_a_grandchild": ("ok", "", ""),
    "abandons_a_grandchild": ("ok", "", ""),
    "grandchild_and_dies": ("crashed", "sample", "its process died of SIGABRT"),
    "poisons": ("invalid_output", "sample", "expected rows of type float32"),  # it breaks numpy, and itself alone
}
LIMITS = ["--timeout", "7", "--memory", "0.5", "--jobs", "3"]  # some only wait for their end


def matrix_run(program, plugin, out, pids, *options, contenders=None):
    """Run healthy contenders and faulty ones, which note their pids in a folder."""
    faulty = [f"{plugin('faults')}[kind={kind}]" for kind in MATRIX]
    chosen = [
        part for name in HEALTHY + (faulty if contenders is None else contenders) for part in ("--contender", name)
    ] + ["--classifier", "tree"]
    command = [*program, "run", "quick", "--dataset", plugin("blobs"), *chosen, "--out", out, "--seeds", "1", *options]
    (pids / "tmp").mkdir(exist_ok=True)
    environment = os.environ | {"PLANTED_PIDS": str(pids), "TMPDIR": str(pids / "tmp")}
    return subprocess.run(
        [*map(str, command)], env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def all_gone(pids, patience=5.0):
    """Tell which of the noted processes still run; a killed one may take a moment."""
    noted = [int(path.name) for path in pids.iterdir() if path.name.isdecimal()]
    assert noted
    end = time.monotonic() + patience
    while left := [pid for pid in noted if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]:
        if time.monotonic() > end:
            return left
        time.sleep(0.1)
    return []


@pytest.fixture(scope="module", params=["local", pytest.param("dask", marks=pytest.mark.torture)])
def matrix(request, program, plugin, tmp_path_factory):
    """Run the whole matrix once on each engine."""
    folder = tmp_path_factory.mktemp(request.param)
    options, pids = LIMITS, folder
    if request.param == "dask":
        scheduler, pids = request.getfixturevalue("cluster")
        options = [*LIMITS, "--engine", "dask", "--scheduler", scheduler.scheduler_address]
    done = matrix_run(program, plugin, folder / "out", pids, *options)
    assert done.returncode == 1, done.stderr
    return read_csv(folder / "out" / "cells.csv").set_index("contender"), folder / "out", pids, done


@pytest.mark.parametrize("kind", MATRIX)
def test_the_verdict_is_right(matrix, kind):
    cell = matrix[0].loc[f"faults[kind={kind}]"]
    status, phase, reason = MATRIX[kind]
    assert (cell["status"], cell["phase"]) == (status, phase), cell["reason"]
    assert reason in cell["reason"]
    assert "\n" not in cell["reason"]


def test_the_others_are_unharmed(matrix, run_small):
    alone = read_csv(run_small(*HEALTHY, seeds=1).folder / "cells.csv").set_index("contender")
    for name in HEALTHY:
        same = alone.loc[name].drop(TIMINGS).equals(matrix[0].loc[name].drop(TIMINGS))
        assert same, name


def test_nothing_is_left_running(matrix):
    assert all_gone(matrix[2]) == []


def test_nothing_that_was_printed_reaches_the_terminal(matrix):
    shown = matrix[3].stdout + matrix[3].stderr
    assert "about to" not in shown
    assert "xxxxx" not in shown
    assert "Traceback" not in shown


def test_logs_hold_tracebacks_and_what_was_printed(matrix):
    logs = {path.name: path.read_text(errors="replace") for path in (matrix[1] / "logs").iterdir()}

    def log(kind):
        (found,) = (text for name, text in logs.items() if f"kind={kind}-" in name)
        return found

    assert "about to raise" in log("raises")
    assert "ValueError: planted" in log("raises").partition("Traceback (most recent call last)")[2]
    assert "about to die" in log("kills_itself")
    assert "Segmentation fault" in log("segfaults")
    assert len(log("floods")) < 200_000
    assert log("floods").rstrip().endswith("the end of the flood")
    assert "bytes left out" in log("floods")
    assert not any("kind=healthy" in name or "smote" in name for name in logs)


def test_no_temporary_files_are_left(matrix):
    folder = matrix[2] / "tmp"
    assert folder.is_dir()
    assert not list(folder.glob("oversampling-bench-*"))


def expected(seed):
    """Give the verdict that the contender `chaos` must get with a seed."""
    return MATRIX[random.Random(seed).choice(sorted(MATRIX))]


def check_chaos(program, plugin, tmp_path, pids, seeds, found, *options):
    """Run faulty contenders among healthy ones; count wrong verdicts, cells that are missing, and processes left."""
    chaos = [f"{plugin('faults')}[kind=chaos]"]
    done = matrix_run(
        program, plugin, tmp_path / "out", pids, *LIMITS, "--seeds", str(seeds), *options, contenders=chaos
    )
    assert done.returncode == 1, done.stderr
    cells = read_csv(tmp_path / "out" / "cells.csv")
    for cell in cells.itertuples():
        status, phase, reason = expected(cell.seed) if cell.contender not in HEALTHY else ("ok", "", "")
        right = (cell.status, cell.phase) == (status, phase) and reason in cell.reason
        found.wrong += not right
    faulty = int((~cells["contender"].isin(HEALTHY)).sum())
    found.lost += seeds - faulty
    unharmed = matrix_run(program, plugin, tmp_path / "unharmed", pids, "--seeds", str(seeds), contenders=[])
    assert unharmed.returncode == 0, unharmed.stderr
    found.compare(cells[cells["contender"].isin(HEALTHY)], read_csv(tmp_path / "unharmed" / "cells.csv"))
    found.left = len(all_gone(pids))
    found.how_often = f"{faulty} faulty cells of {len(MATRIX)} kinds among {len(cells) - faulty} healthy ones"
    assert found.unharmed, found
    return found


@pytest.mark.torture
def test_chaos(program, plugin, tmp_path, survived):
    check_chaos(program, plugin, tmp_path, tmp_path, 4, survived("chaos", wrong=0))


@pytest.mark.torture
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_much_chaos(program, plugin, tmp_path, tally, engine, request, survived):
    options, pids = (), tmp_path
    if engine == "dask":
        cluster, pids = request.getfixturevalue("cluster")
        options = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
    where = "on this machine" if engine == "local" else "on two Dask workers"
    found = survived(f"contenders that hang, crash, leak or lie, {where}", wrong=0)
    tally.append(check_chaos(program, plugin, tmp_path, pids, 150, found, *options))
