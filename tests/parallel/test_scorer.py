"""Processes that stay score one cell after the other, and nothing goes from one to the next."""

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from oversampling_bench.benchmarks.parallel import start
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.guardian import Guardian
from oversampling_bench.benchmarks.parallel.step.memory import Memory, Message
from oversampling_bench.benchmarks.parallel.step.process import Fresh, Running
from oversampling_bench.benchmarks.parallel.step.scorer import Scorers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, and files without a name")


@pytest.fixture
def scorers(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "plugins")
    context = start.start_context()
    start.warm_up(context)
    found = Scorers(context)
    yield found
    with start.unstoppable():
        found.end()


def stop(pid):
    """Stop a process, and see to it that it is: on a busy machine that takes a moment."""
    process = psutil.Process(pid)
    process.suspend()
    while process.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)


def begin(scorers, *deed, timeout_s=60.0):
    from deeds import Deed  # by the name that processes know it by, too

    return Running(Deed(*deed), Limits(timeout_s), timeout_s, scorers.take)


def ended(running):
    patience, looked = time.monotonic() + 60, time.monotonic()
    while True:
        now = time.monotonic()
        if (found := running.look(now - looked)) is not None:
            break
        assert now < patience
        looked = now
        time.sleep(0.01)
    printed = running.output.text()
    running.end()
    return found, printed


def done(scorers, *deed):
    found, printed = ended(begin(scorers, *deed))
    return found.message.words, printed


def test_one_does_what_comes_and_keeps_nothing_of_it(scorers):
    memory = Memory.make()
    memory.write(Message({}, {"X": np.arange(6.0, dtype="<f4")}))
    memory.freeze()
    first, _ = done(scorers, "adds_up", memory)
    open_at_first = done(scorers, "counts_files")[0]
    for _ in range(3):
        again, _ = done(scorers, "adds_up", memory)
        assert (again["pid"], again["sum"]) == (first["pid"], 15.0)
    assert done(scorers, "counts_files")[0]["files"] == open_at_first["files"]


def test_what_is_printed_goes_to_whoever_it_belongs(scorers):
    (first, printed), (second, again) = done(scorers, "warns"), done(scorers, "warns")
    assert first["pid"] == second["pid"]
    for text in (printed, again):  # a warning that python shows once, too
        assert text.count("printed") == text.count("UserWarning: as it always does") == 1
    assert done(scorers, "counts_files")[1] == ""


def test_what_fails_is_no_end(scorers):
    before = done(scorers, "counts_files")[0]["pid"]
    found, _ = ended(begin(scorers, "fails"))
    assert (found.status, found.reason, found.phase) == ("failed", "ValueError: not these rows", "score")
    assert done(scorers, "counts_files")[0]["pid"] == before


def test_two_at_a_time_are_two(scorers):
    first, second = begin(scorers, "warns"), begin(scorers, "warns")
    pids = {ended(each)[0].message.words["pid"] for each in (first, second)}
    assert len(pids) == len(scorers.idle) == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_was_killed_or_stopped_meanwhile_gets_nothing_to_do(scorers, number):
    before = done(scorers, "counts_files")[0]["pid"]
    os.kill(before, number)
    time.sleep(0.2)
    assert done(scorers, "counts_files")[0]["pid"] != before
    assert not psutil.pid_exists(before)


def test_one_that_dies_or_takes_too_long_makes_way_for_another(scorers):
    found, _ = ended(begin(scorers, "dies"))
    assert (found.status, found.unexplained) == ("crashed", True)
    assert not scorers.idle
    late = begin(scorers, "never_ends", timeout_s=0.5)
    pid = late.place.process.pid
    assert ended(late)[0].status == "timeout"
    assert not psutil.pid_exists(pid)
    assert done(scorers, "counts_files")[0]["pid"] != pid


def test_one_that_says_no_more_wakes_nobody(scorers):
    running = begin(scorers, "says_no_more")
    patience = time.monotonic() + 60
    while not running.deaf:
        assert running.look(0.0) is None
        assert time.monotonic() < patience
        time.sleep(0.01)
    assert running.waits_on() == [running.place.process.sentinel]
    running.end()
    running.forget()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGALRM])
def test_one_that_somebody_sends_a_signal_has_no_verdict_of_it(scorers, number):
    done(scorers, "counts_files")
    running = begin(scorers, "never_ends")
    while running.phase != "score":
        assert running.look(0.0) is None
        time.sleep(0.01)
    os.kill(running.place.process.pid, number)
    found, _ = ended(running)
    assert (found.status, found.unexplained) == ("crashed", True)


def test_a_stopped_forkserver_is_not_waited_for(scorers):
    words, _ = done(scorers, "counts_files")
    stop(start._server._forkserver_pid)
    with start.unstoppable():
        scorers.end()
    assert not scorers.idle
    again, _ = start.begin(scorers.context, lambda: done(scorers, "counts_files"), str)  # it may not be dead yet
    assert again["pid"] != words["pid"]


def test_nor_is_one_that_is_to_start_a_process(scorers):
    stop(start._server._forkserver_pid)
    with start.unstoppable(), pytest.raises((OSError, EOFError)):
        done(scorers, "counts_files")
    start.renew(scorers.context)  # as whoever tries again does: it may not be dead yet
    assert done(scorers, "counts_files")[0]["files"] > 0


def test_one_that_nobody_waits_for_goes_on_when_it_may(scorers):
    forkserver = psutil.Process(start._server._forkserver_pid)
    with start.unstoppable():
        stop(forkserver.pid)
        time.sleep(3 * start.STOPPED_S)
        forkserver.resume()
        done(scorers, "counts_files")
        stop(forkserver.pid)
        start.warm_up(scorers.context)  # as whoever looks at plugins does first
        done(scorers, "counts_files")
    assert not forkserver.is_running()


def test_a_process_that_was_forked_between_two_runs_holds_nothing_of_them(scorers):
    with Guardian() as guardian:
        held = [guardian._process.line.fileno(), start._server._forkserver_alive_fd]
        if not (child := os.fork()):
            left = [fd for fd in held if Path(f"/proc/self/fd/{fd}").exists()]
            start.start_context()  # it may have a forkserver of its own
            os._exit(2 * len(left) + (start._server._forkserver_pid is None))
        assert os.waitpid(child, 0)[1] == 0


def test_a_stranger_among_the_forkserver_s_children_is_killed(scorers):
    from deeds import waits

    known, _ = done(scorers, "counts_files")
    stranger = Fresh(scorers.context, waits).process
    assert start.end_strangers(start.end_strangers(set())) == set()  # one of ours
    multiprocessing.process._children.discard(stranger)
    seen = start.end_strangers(set())
    assert seen == {stranger.pid}
    assert stranger.exitcode is None
    start.end_strangers(seen)
    stranger.join(10)
    assert stranger.exitcode == -signal.SIGKILL
    assert done(scorers, "counts_files")[0]["pid"] == known["pid"]


def test_at_the_end_none_is_left(scorers):
    pids = [ended(each)[0].message.words["pid"] for each in [begin(scorers, "warns"), begin(scorers, "warns")]]
    scorers.end()
    assert not any(map(psutil.pid_exists, pids))


TELLS = """
import sys
from pathlib import Path

def stack(frame):
    while frame is not None:
        yield f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"
        frame = frame.f_back

with Path(__file__).with_suffix(".loaded").open("a") as file:
    print(*stack(sys._getframe()), file=file)
"""


def test_no_plugin_is_loaded_where_cells_are_scored(plugin, cli, tmp_path):
    bodies = {
        "contender": Path(plugin("mixed")).read_text(),
        "learner": Path(plugin("liars")).read_text(),
        "table": Path(plugin("blobs")).read_text(),
    }
    for name, body in bodies.items():
        (tmp_path / f"{name}.py").write_text(body + TELLS)
    contender, learner, table = (tmp_path / f"{name}.py" for name in bodies)
    options = ["--dataset", table, "--classifier", learner, "--contender", contender]
    cli(
        "run", "quick", *options, "--contender", f"threshold[of={contender}]", "--seeds", "2", "--out", tmp_path / "out"
    )
    for file, by in ((contender, "sample"), (learner, "learn"), (table, "prepare")):
        loaded = file.with_suffix(".loaded").read_text()
        assert f"trial.py:{by}" in loaded or f"folds.py:{by}" in loaded
        assert "trial.py:score" not in loaded
        assert "scorer.py" not in loaded
