"""A process that outlives a killed run just long enough to end what that run had started.

It reads a line for each process that starts (``+PID``) or ended (``-PID``), for each that one of them was seen to have
started (``&PID OTHER``), and for each that a run leaves (``!PID``), which is killed with all that it started. When its
input ends, by whatever death of the run, so are those that are left. (On Linux the forkserver does the same, see
`server.py`: so nothing is left where one of the two is killed with the run. Where all three are, the processes of cells
die too, but not what had left their session.)
"""

import atexit
import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock
from typing import Self

import psutil

from .interrupt import to_a_group
from .tree import Tree, close_to_others

PATIENCE_S = 10.0
"""Seconds that it is waited for when this process ends."""

_there: list["_Process"] = []
_lock = Lock()


def _forget() -> None:
    """Let go, in a process that was forked: while it held the line, the guardian would not see the run's end."""
    global _lock
    _lock = Lock()
    while _there:
        _there.pop().forget()


os.register_at_fork(after_in_child=_forget)


class Guardian:
    """The run's side of it; a context manager."""

    def __init__(self) -> None:
        self._known: dict[int, set[int]] = {}

    def started(self, pid: int) -> None:
        """Say that a process has started."""
        self._known[pid] = {pid}
        self._process.tell(f"+{pid}")

    def seen(self, tree: Tree) -> None:
        """Say what was found to belong to such a process: when that is killed as well, nobody can find it any more."""
        known = self._known.setdefault(tree.pid, {tree.pid})
        for pid in {process.pid for process in tree.members} - known:
            known.add(pid)
            self._process.tell(f"&{tree.pid} {pid}")

    def ended(self, pid: int) -> None:
        """Say that a process has ended."""
        self._known.pop(pid, None)
        self._process.tell(f"-{pid}")

    def __enter__(self) -> Self:
        with _lock:
            if not (_there and _there[0].is_well()):
                _there[:] = [_Process()]
            self._process = _there[0]
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._known:
            self._process.tell(f"!{pid}")
        self._known.clear()


class _Process:
    """The process, which stays for the next run: to start it takes a tenth of a second."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __spec__.name if __spec__ else __name__]
        # A session of its own: neither Ctrl-C nor a closed terminal reaches it.
        self.popen = subprocess.Popen(
            command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        assert self.popen.stdin is not None
        self.line = self.popen.stdin
        os.set_blocking(self.line.fileno(), False)
        atexit.register(self.end)

    def is_well(self) -> bool:
        """Tell whether it listens."""
        with suppress(psutil.Error):
            if self.popen.poll() is None and psutil.Process(self.popen.pid).status() != psutil.STATUS_STOPPED:
                return True
        self.end(patience_s=0.0)
        return False

    def tell(self, line: str) -> None:
        """Say a line, whole or not at all; where somebody has killed or stopped it, the run does without."""
        with suppress(OSError, ValueError):
            os.write(self.line.fileno(), f"{line}\n".encode())

    def forget(self) -> None:
        """Leave it to the process that has started it."""
        atexit.unregister(self.end)
        self.line.close()
        self.popen.returncode = 0  # else it is looked for when this object goes

    def end(self, patience_s: float = PATIENCE_S) -> None:
        """Let it do what is left to do, and end."""
        atexit.unregister(self.end)
        self.line.close()
        try:
            self.popen.wait(patience_s)
        except subprocess.TimeoutExpired:  # somebody has stopped it
            self.popen.kill()
            self.popen.wait()


def watch() -> None:
    """Wait for the end of the run; then end the rest."""
    close_to_others()
    to_a_group(signal.SIG_IGN)  # a batch system sends them to every process; this one goes last
    running: dict[int, Tree] = {}
    for line in sys.stdin:
        pid, *others = map(int, line[1:].split())
        match line[0]:
            case "+":
                running[pid] = Tree(pid)
            case "&":
                with suppress(psutil.Error, KeyError):  # it has ended meanwhile
                    running[pid].members.add(psutil.Process(others[0]))
            case "-":
                running.pop(pid, None)
            case "!" if tree := running.pop(pid, None):
                tree.kill()
    for tree in running.values():
        tree.kill()


if __name__ == "__main__":
    watch()
