"""One step of a cell that runs: its process, its limits, what it prints, and how it ended."""

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from ...errors import plain
from ...measure.outcome import PHASES, Phase, Status
from ..engine import Limits
from ..machine import peak_mb, system_oom_kills
from ..start import join, starting
from ..tree import Tree
from .memory import BadMessageError, Memory, Message
from .tasks import NO_ROOM, Failure, Task, words_of
from .worker import DONE, FAILED, work

LOOK_S = 0.5
"""Seconds between two looks for what a process has started."""

KEPT = 64 * 1024
"""Bytes that are kept of the beginning of what is printed, and as many of the end."""


@dataclass(frozen=True)
class Ended:
    """How a step ended: with an answer, or with a verdict.

    `unexplained` says that the cause may lie outside: another process may have killed or stopped this one, or taken the
    memory or the disk; `no_room` where that is, if it named one.
    """

    message: Message | None = None
    status: Status = "ok"
    phase: Phase = ""
    reason: str = ""
    traceback: str = ""
    unexplained: bool = False
    no_room: Path | None = None
    changed: bool = False
    work_s: float = 0.0


class Place(Protocol):
    """A process that tasks run in, and what is heard of it."""

    process: Any
    said: Connection
    tree: Tree

    def end(self, well: bool = False) -> None:
        """Kill whatever is left of it; one that may take another task stays, where this one ended `well`."""


class Fresh:
    """A process of its own for one task; started anew, it knows nothing of any other."""

    def __init__(self, context: BaseContext, target: Callable[..., None], *arguments: Any):
        self.said, theirs = context.Pipe(duplex=False)
        os.set_blocking(self.said.fileno(), False)
        self.process = context.Process(target=target, args=(theirs, *arguments), daemon=False)  # type: ignore[attr-defined]
        try:
            with starting():
                self.process.start()
        except BaseException:
            self.said.close()
            raise
        finally:
            theirs.close()
        self.tree = Tree(self.process.pid)

    def end(self, well: bool = False) -> None:
        """Kill whatever is left of it."""
        self.tree.kill()
        join(self.process)
        self.process.close()
        self.said.close()


Take = Callable[[Task, Memory, Memory], Place]
"""Takes a task to a process, with what holds its output and its answer."""


def fresh(context: BaseContext) -> Take:
    """Give what starts a process for each task."""
    return lambda task, printed, answer: Fresh(context, work, task, printed, answer)


class Running:
    """A task in a process.

    Parameters
    ----------
    timeout_s : float
        What is left of the seconds that its cell may take.
    """

    def __init__(self, task: Task, limits: Limits, timeout_s: float, take: Take):
        self.task, self.limits, self.timeout_s, self.most = task, limits, timeout_s, limits.bytes
        self.phase: Phase = "load"
        self.last = b""
        self.deaf = False  # whether its process has closed the pipe, which is always ready then
        self.ran_s = self.stopped_s = 0.0
        self.peak_mb = float("nan")
        self.oom_kills = system_oom_kills()
        self.answer, self.output = Memory.make(), Output(Memory.make())
        self.looked, self.over = monotonic(), False
        try:
            self.place = take(task, self.output.memory, self.answer)
        except BaseException:
            self.forget()
            raise

    def look(self, ticked: float) -> Ended | None:
        """Tell how it ended, or must; None while it may go on.

        Parameters
        ----------
        ticked : float
            Seconds since the last look in which both this process and the machine ran.
        """
        code = self.place.process.exitcode  # first: what a dead process had to say has all been said
        self._listen()
        self.output.trim()
        if self.last:
            self.peak_mb = peak_mb(self.place.process.pid)
            return self._read()
        if code is not None:
            return self._died(code)
        self._tick(ticked)
        for seconds, why in ((self.ran_s, ""), (self.stopped_s, "; its process was stopped by a signal")):
            if seconds > self.timeout_s:
                reason = f"not done after {self.limits.timeout_s:g} s (--timeout){why}"
                return self._ended("timeout", reason, unexplained=bool(why))
        written = self._written()
        if (used := self.place.tree.memory_bytes(self.most - written) + written) > self.most:
            return self._too_much(used)
        return None

    def end(self) -> None:
        """See to it that nobody writes its answer any more. That, and what was printed, stay."""
        if not self.over:
            self.over = True
            self.place.end(well=bool(self.last))

    def forget(self) -> None:
        """Let go of its answer and of what it printed."""
        self.answer.close()
        self.output.memory.close()

    def waits_on(self) -> list[Connection | int]:
        """Give what becomes ready when something happens."""
        return [*([] if self.deaf else [self.place.said]), self.place.process.sentinel]

    def _tick(self, ticked: float) -> None:
        now = monotonic()
        if now - self.looked > LOOK_S:
            self.place.tree.look()
            self.looked = now
        if self.place.tree.stopped():
            self.stopped_s += ticked
        else:
            self.ran_s += ticked

    def _listen(self) -> None:
        with suppress(OSError):  # nothing there yet
            heard = os.read(self.place.said.fileno(), 4096)
            self.deaf = not heard
            for word in heard:
                if self.last:
                    return
                if bytes([word]) in (DONE, FAILED):
                    self.last = bytes([word])
                elif 0 <= word - ord("0") < len(PHASES):
                    self.phase = PHASES[word - ord("0")]

    def _written(self) -> int:
        return sum(memory.size for memory in (self.answer, *self.task.writes))

    def _too_much(self, used: int) -> Ended:
        limit = f"{self.most / 1e9:.3g} GB"
        return self._ended("out_of_memory", f"{used / 1e9:.3g} GB in use, the limit is {limit} (--memory)")

    def _read(self) -> Ended:
        self.end()  # before its answer is read
        if (written := self._written()) > self.most:  # since the last look; what only holes make long would be filled
            return self._too_much(written)
        try:
            message = self.answer.freeze().read()
            if self.last == DONE:
                return Ended(message)
            failure: Failure = words_of(message, Failure)
        except (BadMessageError, OSError) as error:
            return self._ended("crashed", plain(f"its answer cannot be read ({error})"))
        reason = plain(failure.reason)
        if failure.status == "changed":
            return Ended(None, "failed", self.phase, reason, changed=True)
        full = Path(failure.path).parent if failure.number in NO_ROOM else None
        return Ended(
            None,
            failure.status,
            self.phase,
            reason,
            failure.traceback,
            unexplained=full is not None or failure.status == "out_of_memory",
            no_room=full,
            work_s=failure.work_s,
        )

    def _died(self, code: int) -> Ended:
        if code >= 0:
            return self._ended("crashed", f"its process ended itself with exit code {code}", unexplained=True)
        if -code == signal.SIGKILL and system_oom_kills() > self.oom_kills:
            reason = "the system killed its process for want of memory"
            return self._ended("out_of_memory", reason, unexplained=True)
        return self._ended("crashed", f"its process died of {_name(-code)}", unexplained=True)

    def _ended(self, status: Status, reason: str, unexplained: bool = False) -> Ended:
        return Ended(None, status, self.phase, reason, unexplained=unexplained)


class Output:
    """What a process prints: a file that it appends to, and that is kept small meanwhile."""

    def __init__(self, memory: Memory):
        import fcntl

        self.memory = memory
        flags = fcntl.fcntl(memory.fd, fcntl.F_GETFL)
        fcntl.fcntl(memory.fd, fcntl.F_SETFL, flags | os.O_APPEND)
        self.head, self.left_out, self.released = b"", 0, 0

    def trim(self, limit: int = 16 * KEPT) -> None:
        """Cut the file down to its end, once it is longer than `limit`; its beginning is remembered."""
        size, fd = self.memory.size, self.memory.fd
        if size < self.released:  # its writer has cut it, and begun anew
            self.released = 0
        if size - self.released <= limit:
            return
        if not self.head:
            self.head = os.pread(fd, KEPT, 0)
            self.left_out -= KEPT
        if release(fd, size - KEPT):  # nothing moves, so nothing that is written meanwhile is lost
            self.left_out += size - KEPT - self.released
            self.released = size - KEPT
            return
        for _ in range(10):  # what is written between these reads and the cut is lost: little, unless it never stops
            size = self.memory.size
            tail = os.pread(fd, KEPT, max(size - KEPT, 0))
            if self.memory.size == size:
                break
        with suppress(OSError):
            os.ftruncate(fd, 0)  # its writer appends, and so goes on at the new end
            os.write(fd, tail)
            self.left_out += size - len(tail)

    def text(self) -> str:
        """Give what was printed, the middle left out where it was too much."""
        self.trim(limit=2 * KEPT)
        tail = os.pread(self.memory.fd, 3 * KEPT, self.released)
        gap = f"\n[… {self.left_out:,} bytes left out …]\n".encode() if self.left_out > 0 else b""
        return (self.head + gap + tail).decode(errors="replace")


def release(fd: int, length: int) -> bool:
    """Free the memory of the first bytes of a file, which read as 0 then; tell whether the system can."""
    punch_hole, keep_size = 2, 1  # of <linux/falloc.h>; Python has `posix_fallocate` alone, which can do neither
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        return bool(libc.fallocate(fd, punch_hole | keep_size, ctypes.c_int64(0), ctypes.c_int64(length)) == 0)
    return False


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
