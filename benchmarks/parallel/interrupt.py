"""Ctrl-C, and its kin. Once: a run stops, keeps what finished and writes its leaderboard. Twice: it leaves at once."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""A terminal's Ctrl-C, a batch system at the end of its patience, a closed terminal."""


class Interrupt:
    """Whether somebody wants the run to stop; a context manager. A second signal raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, object] = {}

    def asked(self) -> bool:
        """Tell whether the first signal has come."""
        return self._asked

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other may set handlers
            self._before = {number: signal.signal(number, self._heard) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            # Once asked, the way out is not interrupted any more: it is short, and its exit code says what happened.
            signal.signal(number, signal.SIG_IGN if self._asked else handler)  # type: ignore[arg-type]
