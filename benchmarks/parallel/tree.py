"""Process trees: what a cell's process has started is watched, weighed and killed with it, and closed to others."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import psutil

_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 1, 3, 4  # linux/prctl.h
_PR_CAPBSET_DROP, _PR_SET_CHILD_SUBREAPER = 24, 36
_CAP_SYS_PTRACE, _CAPABILITY_VERSION_3 = 19, 0x20080522  # linux/capability.h


class Tree:
    """A process and its descendants, among them those that outlived the process that started them.

    Parameters
    ----------
    pid : int
        A process that leads a group of its own, where the system has such groups.
    """

    def __init__(self, pid: int):
        self.pid, self.killed = pid, False
        self.members: set[psutil.Process] = set()
        with suppress(psutil.Error):
            self.members = {psutil.Process(pid)}

    def look(self) -> Self:
        """Find descendants that were not known yet."""
        for process in list(self.members):
            if not _is_childless(process.pid):
                with suppress(psutil.Error):
                    self.members |= set(process.children(recursive=True))
        return self

    def memory_bytes(self, enough: float = 0.0) -> int:
        """Memory of all members that were found.

        Resident memory counts pages that processes share once for each of them. Where that comes to more than `enough`,
        the shares are added instead (PSS: a page of seven processes counts a seventh for each), on systems that tell.
        """
        total = 0
        for process in self.members:
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total if total <= enough else sum(_proportional(process) for process in self.members)

    def stopped(self) -> bool:
        """Tell whether a signal holds its first process up."""
        return any(process.pid == self.pid and _state(process) == psutil.STATUS_STOPPED for process in self.members)

    def kill(self) -> None:
        """Kill all of them, at once and for good; nothing where that was done."""
        if self.killed:
            return
        self.killed = True
        self.look()
        for _ in range(3):  # what was being started meanwhile is met in the next round
            if hasattr(os, "killpg"):
                with suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
            for process in self.members:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(self.members, timeout=0.2)
            known = len(self.members)
            if len(self.look().members) == known:
                break


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends (Linux only), so that none of them gets out of sight."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Be killed when the process that started this one ends (Linux only), however it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


_entered = [0, 1]
"""How often this process is kept unreadable now, and what it was before the first time."""
_entering = threading.Lock()


@contextmanager
def unreadable() -> Iterator[None]:
    """Keep other processes of the same user from this one's memory and open files meanwhile (Linux only)."""
    with _entering:
        if not _entered[0]:
            _entered[1] = _prctl(_PR_GET_DUMPABLE)
            make_unreadable()
        _entered[0] += 1
    try:
        yield
    finally:
        with _entering:
            _entered[0] -= 1
            if not _entered[0]:
                _prctl(_PR_SET_DUMPABLE, _entered[1])


def make_unreadable() -> None:
    """Keep other processes of the same user from this one's memory and open files (Linux only)."""
    _prctl(_PR_SET_DUMPABLE, 0)


def close_to_others() -> None:
    """Close this process and all that it forks: none gets at another's memory and open files any more (Linux only).

    Without that, whoever runs as the same user may write into a neighbour's answer by way of `/proc/PID/fd`. Root may
    anyway, by a capability that is dropped here, so that this holds in a container as well. What a process executes, it
    does not close.
    """
    if hides_processes():  # the run itself would see no more of what it has closed
        return
    make_unreadable()
    _prctl(_PR_CAPBSET_DROP, _CAP_SYS_PTRACE)
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        header, sets = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
        if sys.platform == "linux" and libc.capget(header, sets) == 0:
            for place in range(3):  # effective, permitted, inheritable: the first 32 of each
                sets[place] &= ~(1 << _CAP_SYS_PTRACE)
            libc.capset(header, sets)


def hides_processes(mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Tell whether /proc is mounted so that it shows nothing of a process that is closed."""
    with suppress(OSError):
        for line in mounts.read_text().splitlines():
            _, where, _, options, *_ = line.split()
            hidden = [each.partition("=")[2] for each in options.split(",") if each.startswith("hidepid=")]
            if where == "/proc" and hidden and hidden[0] not in ("0", "off"):
                return True
    return False


def _prctl(option: int, value: int = 0) -> int:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
    return 0


def _is_childless(pid: int) -> bool:
    """Tell whether a process is gone, or has one thread and no children, without a look at all that the machine runs.

    Of several threads one may end meanwhile and leave its children to another whose list has been read.
    """
    try:
        (thread,) = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - faster, and done for each step of a cell
        return not Path(f"/proc/{pid}/task/{thread}/children").read_bytes()
    except (OSError, ValueError):
        return sys.platform == "linux" and not Path(f"/proc/{pid}").exists()


def _proportional(process: psutil.Process) -> int:
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:  # gone, or a system that does not tell
        pass
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _state(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return str(process.status())
    return ""
