"""Standard streams that cannot be written to: a closed terminal, a pipe whose reader has left, a full disk."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO


class Forgiving:
    """A stream for words that a run can do without: once it fails, what is written to it goes nowhere.

    Parameters
    ----------
    stream : text stream or None
        The one behind it; None where Python has none, as without a console on Windows. When it fails, it is led to
        nowhere itself: what is left in its buffer would fail again wherever somebody flushes it, as multiprocessing
        does whenever it starts a process.
    """

    def __init__(self, stream: TextIO | None):
        self.stream = stream or io.StringIO()
        self.mute = stream is None
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write, as long as that works."""
        self._try(lambda: self.stream.write(text.encode(self._encoding, "replace").decode(self._encoding)))
        return len(text)

    def flush(self) -> None:
        """Flush, as long as that works."""
        self._try(self.stream.flush)

    def isatty(self) -> bool:
        """Tell whether it is a terminal that is still there."""
        return not self.mute and self.stream.isatty()

    def _try(self, work: Callable[[], object]) -> None:
        if not self.mute:
            try:
                work()
            except BlockingIOError:  # nobody reads as fast as this is written: these words are lost, and no others
                pass
            except (OSError, ValueError):
                self.mute = True
                lead_nowhere(self.stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def lead_nowhere(stream: TextIO) -> None:
    """Let a stream write to the null device from now on, with what is left in its buffer."""
    with suppress(OSError, ValueError):  # it is no file, or closed
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
        stream.flush()


def open_standard_files() -> None:
    """Open those of stdin, stdout and stderr that are closed (`2>&-`) on the null device.

    Each would be the number of the next file that is opened: the store's, say, which would get the next message.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest number that is free
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115 - as long as Python
