"""Signals to stop: a run keeps what finished and writes its leaderboard; a second Ctrl-C ends it at once."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1") if hasattr(signal, name)]
"""A terminal's Ctrl-C, a batch system whose time limit has come or comes soon, a closed terminal."""


def to_a_group(handler: signal.Handlers) -> None:
    """Handle so, in this process, the signals that a run's whole process group may get: all but Ctrl-C."""
    for number in SIGNALS:
        if number != signal.SIGINT:
            signal.signal(number, handler)


class Interrupt:
    """Whether somebody wants the run to stop; a context manager. A second Ctrl-C raises KeyboardInterrupt.

    Parameters
    ----------
    leaving : bool
        Whether the process ends after the run. If it was asked to stop, further signals are ignored then: the way out
        is short, and the exit code says what happened. Otherwise the handlers of before are put back in any case.
    """

    def __init__(self, leaving: bool) -> None:
        self._leaving, self._asked = leaving, False
        self._before: dict[int, object] = {}

    def asked(self) -> bool:
        """Tell whether the first signal has come."""
        return self._asked

    def _heard(self, number: int, frame: FrameType | None) -> None:
        # The others come twice with nobody being impatient: a shell and the system both tell of a closed terminal,
        # `timeout` and batch systems signal a process and then its group.
        if self._asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._asked = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other may set handlers
            # What was ignored before stays so: that is what `nohup` does, and a shell with what it starts aside; as
            # does what a program heard that has Python inside it, for that could not be put back.
            heard = [number for number in SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
            self._before = {number: signal.signal(number, self._heard) for number in heard}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            ignored = self._asked and self._leaving
            signal.signal(number, signal.SIG_IGN if ignored else handler)  # type: ignore[arg-type]
