"""Runs that are interrupted, killed, locked out or short of disk: nothing finished is lost, nothing is left running."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
from oversampling_bench.benchmarks.parallel.guardian import Guardian
from oversampling_bench.benchmarks.record.folder import STORE, read_csv

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

SLOW = """
import time
from imblearn.over_sampling import RandomOverSampler

class Slow(RandomOverSampler):
    def fit_resample(self, X, y):
        time.sleep(0 if self.random_state == 0 else 60)
        return super().fit_resample(X, y)

def make(random_state, sampling_strategy="auto"):
    return Slow(random_state=random_state)
"""


@pytest.fixture
def start(program, plugin, tmp_path):
    """Start a run in a session of its own; give the process."""

    def start(*contenders, out="out", options=(), **how):
        chosen = [part for name in contenders for part in ("--contender", name)] + ["--classifier", "tree"]
        command = [*program, "run", "quick", "--dataset", plugin("blobs"), *chosen, "--out", tmp_path / out, *options]
        return subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True, start_new_session=True, **how)

    return start


@pytest.fixture
def slow(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    return tmp_path / "slow.py"


def wait_for(process, text):
    assert any(text in line for line in iter(process.stderr.readline, "")), f"it never said {text!r}"


def family(process):
    """Give a run and all it has started."""
    run = psutil.Process(process.pid)
    return [run, *run.children(recursive=True)]


def left(processes, patience=5.0):
    psutil.wait_procs(processes, timeout=patience)
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGUSR1, marks=pytest.mark.torture)]
)  # a closed terminal: test_terminal.py
def test_interrupted_once_it_stops_keeps_what_finished_and_writes_the_leaderboard(start, slow, tmp_path, number):
    process = start(slow, options=("--jobs", "1"))
    wait_for(process, "seed 0: ok")
    processes = family(process)
    assert len(processes) > 2
    asked = time.monotonic()
    os.killpg(process.pid, number)  # what a terminal's Ctrl-C does, and a batch system
    assert process.wait(timeout=30) == 130
    assert time.monotonic() - asked < 10  # the time itself is measured in a benchmark
    assert "interrupted: what finished is kept" in process.stderr.read()
    assert read_csv(tmp_path / "out" / "cells.csv")["status"].tolist() == ["ok"]  # and none that crashed of it
    assert "1 of 2 cells scored, 1 not run yet" in (tmp_path / "out" / "leaderboard.md").read_text()
    assert left(processes) == []


def test_interrupted_twice_it_leaves_at_once(start, slow, tmp_path):
    process = start(slow, options=("--jobs", "1"))
    wait_for(process, "seed 0: ok")
    processes = family(process)
    while process.poll() is None:  # impatiently
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    assert process.returncode == 130
    assert "Traceback" not in process.stderr.read()
    assert left(processes) == []
    with sqlite3.connect(tmp_path / "out" / STORE) as store:
        assert store.execute("SELECT COUNT(*) FROM cells").fetchone() == (1,)


PARENT = """
import subprocess, sys, time
from imblearn.over_sampling import RandomOverSampler

class Parent(RandomOverSampler):
    def fit_resample(self, X, y):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        time.sleep(60)
        return super().fit_resample(X, y)

def make(random_state, sampling_strategy="auto"):
    return Parent(random_state=random_state)
"""


def by_role(process):
    """Give a run, its helpers, the process of its cell and what that has started."""
    found = {"run": psutil.Process(process.pid)}
    for each in found["run"].children(recursive=True):
        with suppress(psutil.Error):  # it has ended meanwhile
            command, parent = " ".join(each.cmdline()), each.ppid()
            if "parallel.guardian" in command:
                found["guardian"] = each
            elif "sleep(60)" in command:
                found["grandchild"] = each
            elif "multiprocessing.forkserver" in command:
                found["forkserver" if parent == process.pid else "cell"] = each
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="what ends with its parent")
@pytest.mark.parametrize(
    ("victims", "survivors"),
    [
        (("guardian", "run"), set()),
        pytest.param(("forkserver", "run"), set(), marks=pytest.mark.torture),
        # It has left its session, and nobody knows of it.
        pytest.param(("guardian", "forkserver", "run"), {"grandchild"}, marks=pytest.mark.torture),
    ],
)
def test_killed_with_one_that_would_tidy_up_nothing_is_left(start, tmp_path, victims, survivors):
    (tmp_path / "parent.py").write_text(PARENT)
    process = start(tmp_path / "parent.py", options=("--jobs", "1"))
    processes, end = {}, time.monotonic() + 60
    while "grandchild" not in processes:
        assert time.monotonic() < end
        time.sleep(0.1)
        processes = by_role(process)
    assert set(processes) >= {"run", "guardian", "forkserver", "cell", "grandchild"}
    time.sleep(1.5)  # longer than between two looks
    for name in victims:
        processes[name].suspend()  # so that none has time to do anything
    for name in victims:
        processes[name].kill()
        time.sleep(0.2)  # the kernel ends the cell with the forkserver: before the guardian could look for its children
    process.wait()
    remaining = left(list(processes.values()))
    found = {name for name, each in processes.items() if each in remaining}
    if "grandchild" in found:
        processes["grandchild"].kill()
    assert found == survivors


def test_one_guardian_stays_ends_what_a_run_leaves_and_makes_way_where_it_is_stopped():
    def left_behind():
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        with Guardian() as guardian:
            guardian.started(sleeper.pid)
        assert sleeper.wait(timeout=30) == -signal.SIGKILL
        return psutil.Process(guardian._process.popen.pid)

    first = left_behind()
    assert left_behind() == first
    first.suspend()
    while first.status() != psutil.STATUS_STOPPED:  # on a busy machine that takes a moment
        time.sleep(0.01)
    assert left_behind() != first
    assert not first.is_running()


def test_a_second_run_into_the_same_folder_is_refused_in_one_line(start, slow):
    first = start(slow, options=("--jobs", "1"))
    wait_for(first, "seed 0: ok")
    second, fresh = start("none"), start("none", options=("--fresh",))
    assert second.wait(timeout=60) == 2
    said = second.stderr.read()
    assert said.count("\n") == 1
    assert f"is in use by another run (process {first.pid} on " in said
    assert fresh.wait(timeout=60) == 2
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=30) == 130
    assert start("none").wait(timeout=60) == 0


TORTURED = ("none", "random", "smote", "class_weight")


def cells_in(path):
    """Give the cells in a store, or None if it is corrupt."""
    try:
        with sqlite3.connect(path) as store:
            if store.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return None
            if not store.execute("PRAGMA user_version").fetchone()[0]:
                return set()
            rows = store.execute("SELECT dataset, classifier, contender, seed FROM cells")
            return {"{} · {} · {} · seed {}".format(*row) for row in rows}
    except sqlite3.DatabaseError:
        return None


def torture(start, folder, kills, seeds, found):
    """Kill -9 a run at random moments until it is through; count what is lost, corrupt and left. Give the kills."""
    rng, acknowledged, count = random.Random(seeds), set(), 0
    while True:
        process = start(*TORTURED, out=folder.name, options=("--seeds", str(seeds)))
        heard = []
        reader = threading.Thread(target=lambda p=process, h=heard: h.extend(iter(p.stderr.readline, "")))
        reader.start()
        processes, end = [], time.monotonic() + rng.uniform(2.0, 6.0)
        while process.poll() is None and (time.monotonic() < end or count >= kills):
            processes = family(process) if process.poll() is None else processes
            time.sleep(0.2)  # to look for them takes a while, too
        finished = process.poll() is not None
        process.kill()
        process.wait()
        reader.join()
        count += not finished
        found.left += len(left(processes))
        acknowledged |= {line.split("] ")[1].split(": ")[0] for line in heard if line.startswith("[")}
        if (folder / STORE).exists():
            kept = cells_in(folder / STORE)
            found.corrupt += kept is None
            found.lost += len(acknowledged - (kept or set()))
        if finished:
            return count


def check_torture(start, run_small, tmp_path, kills, seeds, found):
    count = torture(start, tmp_path / "tortured", kills, seeds, found)
    whole = run_small(*TORTURED, seeds=seeds, out="whole")
    tortured, unharmed = (read_csv(folder / "cells.csv") for folder in (tmp_path / "tortured", whole.folder))
    found.compare(tortured, unharmed)
    found.how_often = f"{count} kills, {len(unharmed)} cells"
    assert count
    assert len(unharmed) == seeds * len(TORTURED)
    assert found.unharmed, found
    return found


def killed(survived):
    return survived("`kill -9` of the run at a random moment", corrupt=0)


def test_killed_at_random_moments_it_ends_with_the_cells_of_an_unharmed_run(start, run_small, tmp_path, survived):
    check_torture(start, run_small, tmp_path, 2, 5, killed(survived))


@pytest.mark.torture
def test_killed_a_hundred_times_too(start, run_small, tmp_path, tally, survived):
    tally.append(check_torture(start, run_small, tmp_path, 100, 400, killed(survived)))


def test_harm_is_counted(run_small, tmp_path, survived):
    def lost(other):
        found = survived("")
        found.compare(cells, other)
        assert found.unharmed == (found.lost == 0)
        return found.lost

    folder = run_small("none", "smote").folder
    cells = read_csv(folder / "cells.csv")
    assert lost(cells.assign(fit_s=0.0)) == 0
    assert lost(cells.iloc[1:]) == 1
    assert lost(cells.assign(brier=cells["brier"].where(cells["seed"] == 0, 0.5))) == 2
    assert len(cells_in(folder / STORE)) == 4
    (tmp_path / "torn").write_bytes((folder / STORE).read_bytes()[:5000] + b"x" * 20000)
    assert cells_in(tmp_path / "torn") is None


def test_a_full_disk_is_said_in_one_line_and_loses_nothing(start, run_small, tmp_path):
    # A limit on the size of files stands in for a full disk: SQLite meets the same refusal to write.
    limit = 100_000
    full = start(
        "none", "random", options=("--seeds", "15"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    said = full.stderr.read()
    assert full.wait(timeout=60) == 2
    *progress, last = said.splitlines()
    assert "cannot be written any more" in last
    assert "the same command goes on from here" in last
    assert "Traceback" not in said
    finished = sum(": ok" in line for line in progress)
    assert finished
    assert f"({finished} of this run)" in last
    again = run_small("none", "random", seeds=15)
    assert again.code == 0
    assert f"30 cells, {finished} done before" in again.err


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_said_in_one_line(start, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    process = start("none")
    assert process.wait(timeout=60) == 2
    assert "cannot be written" in process.stderr.read()


def test_a_store_that_somebody_locked_is_said_in_one_line(run_small):
    folder = run_small("none").folder
    with sqlite3.connect(folder / STORE) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = run_small("none", "random")
        other.rollback()
    assert locked.code == 2
    assert "locked" in locked.err
    assert locked.err.startswith("oversampling-bench: ")
    assert locked.err.count("\n") == 1
