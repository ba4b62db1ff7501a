"""Some cells on a machine of a cluster, in a plain process of their own: cells come in, outcomes go out.

A Dask worker is a daemonic process and may not start any itself. So it starts this one, as it would any program, and
this one runs the cells as a local run does. When its input is closed, by whatever death of the worker, it stops.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, ClassVar

import psutil

from ..catalog import wrapping
from ..catalog.entry import Choice
from ..catalog.registry import here, installed
from ..design import cell as cells
from ..design.cell import Cell, CellId
from ..errors import UsageError
from ..measure.outcome import Outcome
from .engine import Limits
from .tree import hides_processes, make_unreadable, unreadable

LOOK_S, STOPPED_LOOKS = 0.5, 4
"""Seconds between two looks at it, and in how many of them in a row it may be stopped."""

ENDING_S = 60.0
"""Seconds that it may take to end, once it is asked to."""

IDLE_S = 60.0
"""Seconds that it waits for another chunk."""


@dataclass(frozen=True)
class Chunk:
    """Cells to run one after the other; `at_once` says how many chunks share the machine."""

    cells: list[Cell]
    limits: Limits
    at_once: int


class RefusedError(Exception):
    """The machine has other code or other versions than the run was planned with."""


class Supervisor:
    """Such a process, seen from the worker. It stays for the next chunk, for starting it takes seconds."""

    idle: ClassVar[list["Supervisor"]] = []

    def __init__(self) -> None:
        # What comes is unpickled here: no contender may write it, as it could into a pipe of a process that is open.
        if not hides_processes():  # its nanny would lose sight of it
            make_unreadable()
        self.answers, theirs = Pipe()
        mine, self.orders = Pipe()
        self.process = subprocess.Popen([sys.executable, "-m", __name__], stdin=mine.fileno(), stdout=theirs.fileno())
        mine.close()
        theirs.close()

    def run(self, chunk: Chunk, cancelled: Callable[[], bool]) -> list[tuple[CellId, Outcome]]:
        """Run a chunk; give the outcomes that came, by what names the cell. Fewer than cells, if it died.

        Raises
        ------
        RefusedError
            If the cells cannot be run here as they were planned.
        """
        came: list[Any] = []
        talk = threading.Thread(target=self._order, args=(chunk, came), daemon=True)
        talk.start()
        stopped = 0  # looks in a row that found it stopped: no cell may keep a run waiting by that
        while talk.is_alive() and not cancelled() and stopped < STOPPED_LOOKS:
            talk.join(LOOK_S)
            stopped = stopped + 1 if self._is_stopped() else 0
        if talk.is_alive() or not came or came[-1] is not None:
            self.dismiss()
            talk.join()
        else:
            self.idle.append(self)
        for each in came:
            if isinstance(each, RefusedError):
                raise each
        return [each for each in came if each is not None]

    def dismiss(self) -> None:
        """Close its input, upon which it kills what it has started, and wait for its end; kill it, where none comes."""
        self.orders.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0 if self._is_stopped() else ENDING_S)
            return
        self.process.kill()
        self.process.wait()

    def _is_stopped(self) -> bool:
        with suppress(psutil.Error):
            return psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED
        return False

    def _order(self, chunk: Chunk, into: list[Any]) -> None:
        with suppress(OSError):  # it has died
            self.orders.send(chunk)
        while True:
            try:
                into.append(self.answers.recv())
            except Exception:  # the end, or half an outcome of a process that died
                return
            if into[-1] is None:
                return


def run_chunk(chunk: Chunk, cancelled: Callable[[], bool]) -> list[tuple[CellId, Outcome]]:
    """Run a chunk in a process of its own, see `Supervisor.run`."""
    while Supervisor.idle:
        with suppress(IndexError):  # another thread of the worker has taken it
            waiting = Supervisor.idle.pop()
            if waiting.process.poll() is None and ((came := waiting.run(chunk, cancelled)) or cancelled()):
                return came
    return Supervisor().run(chunk, cancelled)


def dismiss_idle() -> None:
    """End the processes that wait for another chunk."""
    while Supervisor.idle:
        Supervisor.idle.pop().dismiss()


def serve() -> None:
    """Run the chunks that come in, until the input is closed or nothing has come for a while."""
    from .engines.local import Local

    orders, answers = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # whatever is printed in here is no outcome

    while orders.poll(IDLE_S):
        try:
            chunk: Chunk = orders.recv()
        except EOFError:
            return
        if problem := unlike(chunk.cells):
            answers.send(RefusedError(problem))
        else:
            try:
                Local(1, chunk.at_once).run_cells(
                    chunk.cells,
                    chunk.limits,
                    lambda cell, outcome: answers.send((cell.id, outcome)),
                    stop=orders.poll,  # nothing comes before the end of a chunk, but the end of the input
                )
            except BrokenPipeError:
                raise
            except (UsageError, OSError) as error:  # of the machine, not of the cells
                answers.send(RefusedError(str(error)))
        answers.send(None)


def unlike(chunk: list[Cell]) -> str:
    """Say what is other on this machine than where the cells were planned; nothing if they can be run as planned."""
    found = cells.versions()
    for cell in chunk:
        if differing := cells.other_versions(cell.inputs.versions, found):
            return f"it has other versions than the run was planned with ({', '.join(differing)})"
        if cell.inputs.harness != cells.harness_hash():
            return "it has another oversampling-bench than the run was planned with"
        choices = (cell.contender_choice, cell.classifier_choice, cell.protocol_choice, cell.dataset_choice)
        for entry in (choice.entry for choice in choices):
            if entry.by_path and not (entry.path and entry.path.exists()):
                return f"it has no file {entry.path}; put it where all machines see it"
            if entry.how == "module" and entry.name not in installed(entry.kind):
                return f"it has no {entry.kind} '{entry.name}'; install its package there"
        contender, learner, protocol = (Choice(here(choice.entry), choice.params) for choice in choices[:3])
        planned = cell.inputs
        try:
            code = [
                (f"contender '{cell.contender}'", planned.contender, wrapping.fingerprint(contender)),
                (f"classifier '{cell.classifier}'", planned.learner, learner.entry.fingerprint()),
                (f"protocol '{planned.protocol}'", planned.protocol_code, protocol.entry.fingerprint()),
            ]
        except UsageError as error:
            return f"{error}; install its package there"
        if other := [whose for whose, then, now in code if then != now]:
            return f"its {other[0]} has other code than the run was planned with"
    return ""


if __name__ == "__main__":
    with suppress(BrokenPipeError), unreadable():  # the worker died meanwhile
        serve()
