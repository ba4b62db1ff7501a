"""A process that outlives a killed run just long enough to end what that run had started.

It reads a line for each process that starts (``+PID``) or ended (``-PID``), and for each that one of them was seen to
have started (``&PID OTHER``). When its input ends, by whatever death of the run, those that are left are killed with
all that they started. (On Linux the forkserver does the same, see `server.py`: so nothing is left where one of the two
is killed with the run. Where all three are, the processes of cells die too, but not what had left their session.)
"""

import signal
import subprocess
import sys
from contextlib import suppress
from typing import Self

import psutil

from .interrupt import to_a_group
from .tree import Tree, close_to_others

PATIENCE_S = 10.0
"""Seconds that it is waited for when the run is through."""


class Guardian:
    """The run's side of it; a context manager."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __spec__.name if __spec__ else __name__]
        # A session of its own: neither Ctrl-C nor a closed terminal reaches it.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
        )
        self._known: dict[int, set[int]] = {}

    def started(self, pid: int) -> None:
        """Say that a process has started."""
        self._known[pid] = {pid}
        self._tell(f"+{pid}")

    def seen(self, tree: Tree) -> None:
        """Say what was found to belong to such a process: when that is killed as well, nobody can find it any more."""
        known = self._known.setdefault(tree.pid, {tree.pid})
        for pid in {process.pid for process in tree.members} - known:
            known.add(pid)
            self._tell(f"&{tree.pid} {pid}")

    def ended(self, pid: int) -> None:
        """Say that a process has ended."""
        self._known.pop(pid, None)
        self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        with suppress(OSError):  # somebody killed it: the run itself needs no guardian
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:  # somebody has stopped it
            self.process.kill()
            self.process.wait()


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
    for tree in running.values():
        tree.kill()


if __name__ == "__main__":
    watch()
