"""A cell's own process: what the cell prints, allocates, changes or breaks stays in here.

It is started by the engine, tells it which phase begins, leaves the outcome in a file and then waits to be killed, so
that whatever the cell has started is still its child when the engine looks for it.
"""

import faulthandler
import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from ..design.cell import Cell
from ..measure.trial import run
from .tree import adopt_orphans

DONE = "done"


def work(cell: Cell, messages: Connection, place: Path) -> None:
    """Run a cell.

    Parameters
    ----------
    messages : Connection
        Takes the name of each phase as it begins, at last `DONE`, or another word on why there is no outcome.
    place : Path
        With the suffix ``.out`` what is printed, with ``.outcome`` the outcome; encoded rows lie in its folder.
    """
    _keep_apart(place.with_suffix(".out"))
    outcome = run(cell, place.parent, messages.send)
    try:
        place.with_suffix(".outcome").write_bytes(pickle.dumps(outcome))
        last = DONE
    except Exception as error:
        last = f"its outcome could not be kept ({error})"
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    messages.send(last)
    threading.Event().wait()


def _keep_apart(output: Path) -> None:
    with suppress(AttributeError, OSError):
        os.setsid()  # a group that can be killed whole, and that Ctrl-C on the terminal does not reach
    for name in ("SIGTERM", "SIGHUP"):  # what the forkserver ignores, see preload.py, its children need not
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    adopt_orphans()  # so that nothing that is started here gets out of sight by losing its parent
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # short of memory, the system takes this process first
    null, out = os.open(os.devnull, os.O_RDONLY), os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="replace")  # type: ignore[union-attr]
    faulthandler.enable()
