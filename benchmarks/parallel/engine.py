"""What an engine is: it runs cells somewhere, and hands every outcome back. One file each, in `engines`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Protocol

from ..design.cell import Cell
from ..errors import UsageError, unknown
from ..measure.outcome import Outcome
from .machine import memory_bytes

TICK_S = 0.1
"""Seconds between two looks at what runs."""

MOST_S = 1.0
"""Seconds that may pass between two looks at most; more, and the machine or the run was suspended meanwhile."""

FOLDER = Path(__file__).with_name("engines")
SHARE = 0.9
"""Part of all memory that one cell may take where nobody says otherwise."""


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


class Engine(Protocol):
    """A place where cells run, open for use."""

    @property
    def jobs(self) -> int:
        """How many cells run at a time."""

    def run_cells(
        self,
        cells: list[Cell],
        limits: Limits,
        finished: Callable[[Cell, Outcome], None],
        running: Callable[[list[Cell]], None] = ...,
        stop: Callable[[], bool] = ...,
        say: Callable[[str], None] = ...,
    ) -> None:
        """Run cells. However this ends, no process of theirs is left.

        Parameters
        ----------
        limits : Limits
            What one cell may take. One that takes more is ended, and its outcome says so.
        finished : callable
            To be called in this process with each cell and its outcome, as soon as that is there.
        running : callable
            To be called a few times a second with the cells that run now.
        stop : callable
            To be asked a few times a second whether to stop; cells that run then are given up.
        say : callable
            To be called with a line that the user should see at once. An engine that has none may leave this out.
        """


def takes(engine: Engine, callback: str) -> bool:
    """Tell whether an engine takes a callback that it may leave out."""
    parameters = signature(engine.run_cells).parameters.values()
    return any(each.name == callback or each.kind is each.VAR_KEYWORD for each in parameters)


class EngineModule(Protocol):
    """A file in `engines`."""

    def open_engine(self, jobs: int, scheduler: str | None) -> AbstractContextManager[Engine]:
        """Open the engine, for so many cells at a time (-1: as many as fit), at an address where it needs one.

        Raises
        ------
        UsageError
            If one of them makes no sense to it, or nobody answers.
        """


def engine_names() -> list[str]:
    """List the engines."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def open_engine(name: str, jobs: int, scheduler: str | None = None) -> AbstractContextManager[Engine]:
    """Open an engine by its name.

    Raises
    ------
    UsageError
        If there is none, it is not installed, or what it is given makes no sense to it.
    """
    if name not in engine_names():
        raise UsageError(f"--engine: {unknown('engine', name, engine_names())}")
    try:
        module: EngineModule = import_module(f"{__package__}.engines.{name}")
    except ModuleNotFoundError as error:
        extra = f"pip install 'oversampling-bench[{name}]'"
        raise UsageError(f"--engine {name} needs the extra: {extra} ({error})") from error
    return module.open_engine(jobs, scheduler)
