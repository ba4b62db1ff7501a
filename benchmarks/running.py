"""One cell that runs: its process, its limits, what it prints, and the verdict when it ends."""

import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

from .cell import Cell, Outcome, blank
from .output import Output
from .processes import Tree, memory_bytes, system_oom_kills
from .worker import DONE, main

SHARE = 0.9
"""Part of all memory that one cell may take where nobody says otherwise."""

LOOK_S = 0.5
"""Seconds between two looks for what a cell has started."""


@dataclass(frozen=True)
class Limits:
    """What a cell may take: seconds from start to end, and bytes of memory with all that it has started.

    Without a number of bytes, nine tenths of the memory of the machine that it runs on.
    """

    timeout_s: float
    memory_bytes: float | None = None

    @property
    def bytes(self) -> float:
        """The bytes, on this machine."""
        return SHARE * memory_bytes() if self.memory_bytes is None else self.memory_bytes


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
        self.phase, self.last = "load", ""
        self.oom_kills = system_oom_kills()
        self.messages, theirs = context.Pipe(duplex=False)
        self.process: Any = context.Process(target=main, args=(cell, theirs, place), daemon=False)  # type: ignore[attr-defined]
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
                match self.messages.recv():
                    case "load" | "encode" | "sample" | "fit" | "predict" | "score" as phase:
                        self.phase = phase
                    case last:
                        self.last = last

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

    def _ended(self, status: str, reason: str) -> Outcome:
        return Outcome(blank(self.cell, status, self.phase, reason))


@contextmanager
def no_program() -> Iterator[None]:
    """Start processes without the running program, which multiprocessing would import anew in each of them."""
    program, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
