"""Terminals that are closed, pipes whose reader has left, full disks behind stdout and stderr: no run is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.record.folder import read_csv

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, terminals")

# Slow enough for somebody to leave meanwhile.
STEADY = """
import time
from imblearn.over_sampling import RandomOverSampler

class Steady(RandomOverSampler):
    def fit_resample(self, X, y):
        time.sleep(0.5)
        return super().fit_resample(X, y)

def make(random_state, sampling_strategy="auto"):
    return Steady(random_state=random_state)
"""

FULL = Path("/dev/full")
CELLS = 4


@pytest.fixture
def buffered(monkeypatch):
    """Let streams keep what they could not write and try again, as they do unless told otherwise."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


@pytest.fixture
def begin(program, plugin, tmp_path, buffered):
    """Start a run of a few cells, half a second each; give the process."""
    (tmp_path / "steady.py").write_text(STEADY)
    options = ["--dataset", plugin("blobs"), "--contender", tmp_path / "steady.py", "--seeds", CELLS, "--jobs", 1]
    options += ["--classifier", "tree"]
    command = [*map(str, [*program, "run", "quick", *options, "--out", tmp_path / "out"])]
    return lambda **how: subprocess.Popen(command, **({"start_new_session": True} | how))


def scored(tmp_path):
    """Count the scored cells, all others being missing; the leaderboard must tell of them."""
    statuses = read_csv(tmp_path / "out" / "cells.csv")["status"].tolist()
    assert set(statuses) == {"ok"}
    assert f"{len(statuses)} of {CELLS} cells scored" in (tmp_path / "out" / "leaderboard.md").read_text()
    return len(statuses)


def close_stdin_and_stdout():
    for number in range(2):
        os.close(number)


def test_words_that_cannot_be_written_end_no_run(begin, tmp_path):
    """As in `<&- >&- 2> /dev/full`; the store must not become the file that is called stdout."""
    with FULL.open("w") as full:
        process = begin(stderr=full, preexec_fn=close_stdin_and_stdout)
    assert process.wait(timeout=60) == 0
    assert scored(tmp_path) == CELLS


def test_a_reader_that_leaves_ends_no_run(begin, tmp_path):
    """As in `2>&1 | head -2`; with the signal of a closed terminal ignored, as by `nohup`."""
    process = begin(
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    assert any("seed 0: ok" in line for line in iter(process.stdout.readline, ""))
    process.stdout.close()
    os.killpg(process.pid, signal.SIGHUP)
    assert process.wait(timeout=60) == 0
    assert scored(tmp_path) == CELLS


def test_a_terminal_that_is_closed_ends_the_run_with_its_leaderboard(begin, tmp_path):
    import fcntl
    import termios

    ours, theirs = os.openpty()
    process = begin(
        stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    )  # fmt: skip
    os.close(theirs)
    seen, end = b"", time.monotonic() + 60
    while f"1/{CELLS}".encode() not in seen:
        assert time.monotonic() < end, seen
        seen += os.read(ours, 4096)
    os.close(ours)
    assert process.wait(timeout=30) == 130
    assert 1 <= scored(tmp_path) < CELLS


@pytest.fixture
def ended(program):
    """Run the command with its stdout in some place; give the exit code and what it says on stderr."""

    def ended(stdout, *arguments):
        command = [*program, *map(str, arguments)]
        done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        return done.returncode, done.stderr

    return ended


@pytest.fixture
def outputs(run_small, buffered):
    """Give commands whose output is what they are for."""
    return [("list",), ("--help",), ("report", run_small("none", "random").folder)]


def test_a_reader_that_has_had_enough_ends_it_quietly(ended, outputs):
    """As in `| head -1`, where the reader has left before anything came."""
    for arguments in outputs:
        reader, writer = os.pipe()
        os.close(reader)
        assert ended(writer, *arguments) == (1, ""), arguments
        os.close(writer)
    reader, writer = os.pipe()
    os.close(reader)
    code, said = ended(writer, "report", "nowhere")
    os.close(writer)
    assert code == 2
    assert said.count("\n") == 1


def test_output_that_finds_no_room_is_said_in_one_line(ended, outputs):
    for arguments in outputs:
        with FULL.open("w") as full:
            code, said = ended(full, *arguments)
        assert code == 2, arguments
        assert said.startswith("oversampling-bench: "), arguments
        assert "No space left on device" in said
        assert said.count("\n") == 1
