"""The process of a step: what it prints, allocates, changes or breaks stays in here.

It is started by the engine, tells it which phase begins, and leaves the answer in a file without a name. Then it waits
to be killed, so that whatever it has started is still its child when the engine looks for it; those that do more than
one task are in `scorer.py`.
"""

import faulthandler
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from ...measure.outcome import PHASES
from ..interrupt import to_a_group
from ..tree import adopt_orphans, end_with_parent
from .memory import Memory, Message
from .tasks import Task, failure_of

DONE, FAILED = b".", b"!"
"""Last words; those before are the numbers of the phases that began."""


def work(said: Connection, task: Task, printed: Memory, answer: Memory) -> None:
    """Do a task, and nothing else ever.

    Parameters
    ----------
    said : Connection
        Takes the number of each phase as it begins, a byte each, at last `DONE` or `FAILED`.
    printed, answer : Memory
        Take what is printed, and the answer: that of the task, or why there is none.
    """
    keep_apart()
    print_into(printed.fd)
    do(task, said.fileno(), answer)
    threading.Event().wait()


def do(task: Task, out: int, answer: Memory) -> None:
    """Do a task, and say through `out` how far it is."""
    start = perf_counter()
    try:
        message, last = task.run(lambda phase: _say(out, b"%d" % PHASES.index(phase))), DONE
    except BaseException as error:  # a contender may call sys.exit(), or raise KeyboardInterrupt
        message, last = Message(failure_of(error)), FAILED
    with suppress(Exception):  # what cannot be kept is missed by whoever reads it
        answer.write(replace(message, words=message.words | {"work_s": perf_counter() - start}))
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    _say(out, last)


def _say(out: int, word: bytes) -> None:
    try:
        os.write(out, word)
    except OSError:  # whatever ran in here has closed it; nothing can be said any more
        os._exit(1)


def keep_apart() -> None:
    """Keep what is done here from the terminal, from signals to others, and from the run's own helpers."""
    with suppress(AttributeError, OSError):
        os.setsid()  # a group that can be killed whole, and that Ctrl-C on the terminal does not reach
    to_a_group(signal.SIG_DFL)  # what the forkserver ignores, see server.py, its children need not
    end_with_parent()
    adopt_orphans()  # so that nothing that is started here gets out of sight by losing its parent
    let_go_of_helpers()
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    os.close(null)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="replace")  # type: ignore[union-attr]
    faulthandler.enable()


def print_into(printed: int) -> None:
    """Let a file take what is printed from now on."""
    for target in (1, 2):
        os.dup2(printed, target)


def let_go_of_helpers() -> None:
    """Close what multiprocessing hands on: the ways to the run's forkserver and resource tracker.

    They are there so that children may start children; but as long as one of them has the first, the forkserver does
    not notice that the run is gone, and whoever fills up the second makes the run wait for ever. A child that needs
    either starts its own.
    """
    server: Any = forkserver._forkserver
    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is not None:
        with suppress(OSError):
            os.close(tracker._fd)
        tracker._fd = tracker._pid = None
    if server._forkserver_alive_fd is not None:
        with suppress(OSError):
            os.close(server._forkserver_alive_fd)
        server._forkserver_alive_fd = None
