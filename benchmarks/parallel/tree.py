"""Process trees: what a cell's process has started is watched, weighed and killed with it."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from typing import Self

import psutil

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Tree:
    """A process and its descendants, among them those that outlived the process that started them.

    Parameters
    ----------
    pid : int
        A process that leads a group of its own, where the system has such groups.
    """

    def __init__(self, pid: int):
        self.pid = pid
        self.members: set[psutil.Process] = set()
        with suppress(psutil.Error):
            self.members = {psutil.Process(pid)}

    def look(self) -> Self:
        """Find descendants that were not known yet."""
        for process in list(self.members):
            with suppress(psutil.Error):
                self.members |= set(process.children(recursive=True))
        return self

    def resident_bytes(self) -> int:
        """Resident memory of all members that were found."""
        total = 0
        for process in self.members:
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def kill(self) -> None:
        """Kill all of them, at once and for good."""
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
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
