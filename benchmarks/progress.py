"""Progress of a run: what is done, what runs now, time left. A live line on a terminal, a line a cell elsewhere."""

from time import perf_counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from .cell import Cell
from .record import SCORED, Record


class RunProgress:
    """Show the progress of `total` cells on `console`; a context manager."""

    def __init__(self, total: int, console: Console):
        self.total, self.done, self.console = total, 0, console
        self.start = self.latest = perf_counter()
        columns = (
            BarColumn(20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.description}"),
        )
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task("starting", total=total, left="")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def running(self, cells: list[Cell]) -> None:
        """Show what runs now."""
        names = "; ".join(f"{cell.contender} (seed {cell.seed})" for cell in cells)
        self.bar.update(self.task, description=f"running {names}" if names else "starting workers", left=self.left())

    def finished(self, cell: Cell, record: Record) -> None:
        """Show that a cell is done, and what became of it where that is not plainly ok."""
        self.done += 1
        self.latest = perf_counter()
        self.bar.update(self.task, advance=1, left=self.left())
        verdict = record["status"] + (f" ({record['reason']})" if record["reason"] else "")
        if not self.console.is_terminal or record["status"] not in SCORED:
            line = f"[{self.done:>{len(str(self.total))}}/{self.total}] {cell}: {verdict}"
            left = f", {self.left()}" if self.done < self.total else ""
            self.console.print(line + left, markup=False, highlight=False, soft_wrap=True)

    def left(self) -> str:
        """Time left: at the mean pace up to the latest cell, counted down since then."""
        if not self.done or self.done == self.total:
            return ""
        seconds = (self.latest - self.start) / self.done * (self.total - self.done) - (perf_counter() - self.latest)
        return f"about {duration(max(seconds, 0.0))} left"


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
