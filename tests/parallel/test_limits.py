"""What counts for a cell's limits: the time in which it could run, and memory that is its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from oversampling_bench.benchmarks.parallel.step.memory import Memory
from oversampling_bench.benchmarks.parallel.step.process import KEPT, Output
from oversampling_bench.benchmarks.parallel.tree import hides_processes
from oversampling_bench.benchmarks.record.folder import read_csv

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, and shares of memory")


COUNTS = """
import time
from pathlib import Path
from imblearn.over_sampling import RandomOverSampler

class Counts(RandomOverSampler):
    def fit_resample(self, X, y):
        Path(__file__).with_suffix(".began").touch()
        for _ in range(15):  # a second and a half of its own, however long that takes
            time.sleep(0.1)
        return super().fit_resample(X, y)

def make(random_state, sampling_strategy="auto"):
    return Counts(random_state=random_state)
"""

POOL = """
import os, time
import numpy as np
from imblearn.over_sampling import RandomOverSampler

class Pool(RandomOverSampler):
    def __init__(self, processes, shared, *, random_state=None):
        super().__init__(random_state=random_state)
        self.processes, self.shared = processes, shared

    def fit_resample(self, X, y):
        held = np.ones(25_000_000) if self.shared else None  # 0.2 GB
        reading, writing = os.pipe()
        for _ in range(self.processes):
            if os.fork() == 0:
                held = held if self.shared else np.ones(25_000_000)
                held.sum()
                os.write(writing, b".")
                time.sleep(60)
                os._exit(0)
        for _ in range(self.processes):  # on a busy machine, to hold it takes a while
            os.read(reading, 1)
        time.sleep(3 if self.shared else 30)  # to be looked at a few times, or until it is stopped
        return super().fit_resample(X, y)

def make(random_state, processes=1, shared=True, sampling_strategy="auto"):
    return Pool(processes, shared, random_state=random_state)
"""


@pytest.fixture
def command(program, plugin, tmp_path):
    """Give the command that runs one cell of a contender whose code is given."""

    def command(code, params="", options=()):
        (tmp_path / "planted.py").write_text(code)
        chosen = ["--dataset", plugin("blobs"), "--contender", f"{tmp_path / 'planted.py'}{params}", "--seeds", 1]
        chosen += ["--classifier", "tree"]
        return [*map(str, [*program, "run", "quick", *chosen, "--out", tmp_path / "out", "--jobs", 1, *options])]

    return command


def verdict(tmp_path):
    """Give how the one cell ended, and why."""
    (cell,) = read_csv(tmp_path / "out" / "cells.csv").itertuples()
    return cell.status, cell.reason


def test_a_suspended_run_times_no_cell_out(command, tmp_path):
    """As where the machine sleeps, or somebody suspends all of it."""
    process = subprocess.Popen(command(COUNTS, options=("--timeout", "4")), stderr=subprocess.PIPE, text=True)
    began, patience = tmp_path / "planted.began", time.monotonic() + 60
    while not began.exists():
        assert time.monotonic() < patience
        time.sleep(0.1)
    run = psutil.Process(process.pid)
    family = [run, *run.children(recursive=True)]
    for each in family:
        each.send_signal(signal.SIGSTOP)
    time.sleep(6)
    for each in reversed(family):
        each.send_signal(signal.SIGCONT)
    said = process.stderr.read()
    assert process.wait(timeout=60) == 0, said
    assert verdict(tmp_path) == ("ok", "")


def may_look_into_others():
    """Tell whether this process has CAP_SYS_PTRACE, CAP_SYS_ADMIN or CAP_PERFMON."""
    said = Path("/proc/self/status").read_text()
    return bool(int(said.partition("CapEff:")[2].split()[0], 16) & (1 << 19 | 1 << 21 | 1 << 38))


@pytest.mark.parametrize(
    ("processes", "shared", "status"), [(7, True, "ok"), (4, False, "out_of_memory")], ids=["shared", "own"]
)
def test_memory_that_is_shared_counts_once(command, tmp_path, processes, shared, status):
    if shared and not may_look_into_others():
        pytest.skip("what a plugin forks is closed to a run that is not root's")
    params = f"[processes={processes},shared={shared}]"
    subprocess.run(command(POOL, params, ("--memory", "0.5")), capture_output=True, timeout=120, check=False)
    found, reason = verdict(tmp_path)
    assert found == status, reason
    assert ("(--memory)" in reason) == (status != "ok")


@pytest.mark.parametrize(
    ("options", "hides"),
    [("rw,relatime", False), ("rw,hidepid=invisible", True), ("rw,hidepid=2,gid=4", True), ("rw,hidepid=0", False)],
)
def test_processes_stay_open_where_the_run_would_lose_sight_of_them(tmp_path, options, hides):
    (tmp_path / "mounts").write_text(f"/dev/vda / ext4 rw,hidepid=2 0 0\nproc /proc proc {options} 0 0\n")
    assert hides_processes(tmp_path / "mounts") == hides
    assert not hides_processes(tmp_path / "absent")


def test_the_end_of_a_flood_is_kept_while_it_is_cut():
    for _ in range(20):  # where what is kept is moved meanwhile, some ends are lost
        memory = Memory.make()
        output = Output(memory)

        def flood(fd=memory.fd):
            for _ in range(300):
                os.write(fd, b"x" * 100_000)
            os.write(fd, b"the end")

        writer = threading.Thread(target=flood)
        writer.start()
        while writer.is_alive():
            output.trim()
        text = output.text()
        assert text.endswith("the end")
        assert "bytes left out" in text
        assert len(text) < 5 * KEPT
        memory.close()
