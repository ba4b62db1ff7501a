"""One cell that runs: its process, its limits, what it prints, and the verdict when it ends."""

import os
import pickle
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic
from typing import Any

from ..design.cell import Cell
from ..measure.outcome import PHASES, Outcome, Phase, Status, blank
from .engine import Limits
from .machine import system_oom_kills
from .start import no_program
from .tree import Tree
from .worker import DONE, work

LOOK_S = 0.5
"""Seconds between two looks for what a cell has started."""

KEPT = 64 * 1024
"""Bytes that are kept of the beginning of what a cell prints, and as many of the end."""


class Running:
    """A cell in a process of its own.

    Parameters
    ----------
    place : Path
        Where its files lie, without a suffix.
    """

    def __init__(self, cell: Cell, place: Path, limits: Limits, context: BaseContext):
        self.cell, self.place, self.limits, self.memory = cell, place, limits, limits.bytes
        self.output = Output(place.with_suffix(".out"))
        self.phase: Phase = "load"
        self.last = ""
        self.oom_kills = system_oom_kills()
        self.messages, theirs = context.Pipe(duplex=False)
        self.process: Any = context.Process(target=work, args=(cell, theirs, place), daemon=False)  # type: ignore[attr-defined]
        self.start = self.looked = monotonic()
        with no_program():
            self.process.start()
        theirs.close()
        self.tree = Tree(self.process.pid)

    def outcome(self) -> Outcome | None:
        """Give the outcome if the cell has ended, or must; None while it may go on."""
        self._listen()
        self.output.trim()
        if self.last == DONE:
            return self._read()
        if self.last:
            return self._ended("crashed", self.last)
        if (code := self.process.exitcode) is not None:
            return self._died(code)
        now = monotonic()
        if now - self.start > self.limits.timeout_s:
            return self._ended("timeout", f"not done after {self.limits.timeout_s:g} s (--timeout)")
        if now - self.looked > LOOK_S:
            self.tree.look()
            self.looked = now
        if (memory := self.tree.resident_bytes()) > self.memory:
            limit = f"{self.memory / 1e9:.3g} GB"
            return self._ended("out_of_memory", f"{memory / 1e9:.3g} GB in use, the limit is {limit} (--memory)")
        return None

    def end(self) -> float:
        """Kill whatever is left of the cell, remove its files, and give the seconds since its start."""
        self.tree.kill()
        self.process.join()
        self.process.close()
        self.messages.close()
        for suffix in (".out", ".outcome"):
            self.place.with_suffix(suffix).unlink(missing_ok=True)
        return monotonic() - self.start

    def waits_on(self) -> list[Connection | int]:
        """Give what becomes ready when something happens."""
        return [self.messages, self.process.sentinel]

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while not self.last and self.messages.poll():
                said = self.messages.recv()
                if said in PHASES:
                    self.phase = said
                else:
                    self.last = said

    def _read(self) -> Outcome:
        try:
            outcome: Outcome = pickle.loads(self.place.with_suffix(".outcome").read_bytes())
        except Exception as error:
            return self._ended("crashed", f"its outcome cannot be read ({error})")
        return outcome

    def _died(self, code: int) -> Outcome:
        if code >= 0:
            return self._ended("crashed", f"its process ended itself with exit code {code}")
        if -code == signal.SIGKILL and system_oom_kills() > self.oom_kills:
            return self._ended("out_of_memory", "the system killed its process for want of memory")
        return self._ended("crashed", f"its process died of {_name(-code)}")

    def _ended(self, status: Status, reason: str) -> Outcome:
        return Outcome(blank(self.cell, status, self.phase, reason))


class Output:
    """A file that a cell appends to, and that is kept small meanwhile."""

    def __init__(self, path: Path):
        self.path = path
        self.head, self.left_out = b"", 0

    def trim(self, limit: int = 16 * KEPT) -> None:
        """Cut the file down to its end, once it is longer than `limit`; its beginning is remembered."""
        try:
            size = self.path.stat().st_size
            if size <= limit:
                return
            with self.path.open("rb") as file:
                if not self.head:
                    self.head = file.read(KEPT)
                    self.left_out -= KEPT
                file.seek(max(size - KEPT, 0))
                tail = file.read(KEPT)
            os.truncate(self.path, 0)  # its writer appends, and so goes on at the new end
            with self.path.open("ab") as file:
                file.write(tail)
            self.left_out += size - len(tail)
        except OSError:  # not there yet
            return

    def text(self) -> str:
        """Give what was printed, the middle left out where it was too much."""
        self.trim(limit=2 * KEPT)
        tail = self.path.read_bytes() if self.path.exists() else b""
        gap = f"\n[… {self.left_out:,} bytes left out …]\n".encode() if self.left_out > 0 else b""
        return (self.head + gap + tail).decode(errors="replace")


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
