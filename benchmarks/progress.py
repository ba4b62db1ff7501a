"""Progress of a run: what is done, what runs now, time left. A live line on a terminal, a line a cell elsewhere."""

from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from .cell import Cell, Outcome
from .estimate import Estimate, groups
from .record import SCORED

SHOWN = 4
"""Cells that a live line names; more would not fit."""


class RunProgress:
    """Show the progress of `cells`, run `jobs` at a time, on `console`; a context manager.

    Parameters
    ----------
    estimate : Estimate
        What earlier runs know of how long cells take; this one adds to it.
    """

    def __init__(self, cells: list[Cell], jobs: int, estimate: Estimate, console: Console):
        self.total, self.done, self.jobs, self.estimate, self.console = len(cells), 0, jobs, estimate, console
        self.waiting = groups(cell.id for cell in cells)
        self.latest = monotonic()
        columns = (
            BarColumn(20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.description}"),
        )
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task("starting", total=self.total, left="")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def running(self, cells: list[Cell]) -> None:
        """Show what runs now."""
        if self.bar.disable:
            return
        names = "; ".join(f"{cell.contender} (seed {cell.seed})" for cell in cells[:SHOWN])
        names += f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
        self.bar.update(self.task, description=f"running {names}" if names else "starting", left=self.left())

    def finished(self, cell: Cell, outcome: Outcome) -> None:
        """Show that a cell is done, and what became of it where that is not plainly ok."""
        self.done += 1
        self.latest = monotonic()
        self.waiting[cell.id[:3]] -= 1
        if outcome.elapsed_s is not None:
            self.estimate.add(cell.id, outcome.elapsed_s)
        record = outcome.record
        self.bar.update(self.task, advance=1, left=self.left())
        verdict = record["status"] + (f" ({record['reason']})" if record["reason"] else "")
        if not self.console.is_terminal or record["status"] not in SCORED:
            line = f"[{self.done:>{len(str(self.total))}}/{self.total}] {cell}: {verdict}"
            left = f", {self.left()}" if self.done < self.total else ""
            self.console.print(line + left, markup=False, highlight=False, soft_wrap=True)

    def left(self) -> str:
        """Time left: what the waiting cells should take, counted down since the latest."""
        expected = self.estimate.total(self.waiting)
        if expected is None or self.done == self.total:
            return ""
        return f"about {duration(max(expected / self.jobs - (monotonic() - self.latest), 0.0))} left"


def duration(seconds: float) -> str:
    """Write a duration for people.

    >>> duration(8), duration(95), duration(7300)
    ('8 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
