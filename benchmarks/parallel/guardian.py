"""A process that outlives a killed run just long enough to end what that run had started.

It reads a line for each process that starts (``+PID``) or ended (``-PID``). When its input ends, by whatever death of
the run, those that are left are killed with all that they started. (On Linux the forkserver does the same, see
`preload.py`: so nothing is left where one of the two is killed with the run.)
"""

import signal
import subprocess
import sys
from contextlib import suppress
from typing import Self

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

    def tell(self, sign: str, pid: int | None) -> None:
        """Say that a process has started (``+``) or ended (``-``)."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{sign}{pid}\n")
            self.process.stdin.flush()
        except OSError:  # somebody killed it: the run itself needs no guardian
            pass

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
    from .tree import Tree

    for name in ("SIGTERM", "SIGHUP", "SIGUSR1"):  # a batch system sends them to every process; this one goes last
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    running: dict[int, Tree] = {}
    for line in sys.stdin:
        pid = int(line[1:])
        if line[0] == "+":
            running[pid] = Tree(pid)
        else:
            running.pop(pid, None)
    for tree in running.values():
        tree.kill()


if __name__ == "__main__":
    watch()
