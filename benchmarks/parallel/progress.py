"""Progress of a run: what is done, what runs now, time left. A live line on a terminal, a line a cell elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ..design.cell import Cell, CellId
from ..errors import duration
from ..measure.outcome import SCORED, Outcome

NAMED = 4
"""Cells that a live line names; more would not fit."""


Alike = tuple[str, ...]
"""What cells may have in common: (dataset, classifier, contender), (contender,) or nothing at all."""


class Estimate:
    """Expected seconds of cells: the mean over those most like it.

    That is, over other seeds of the same data set, learner and contender; where there are none, over all cells of the
    contender; where there are none either, over all cells.
    """

    def __init__(self, measured: Iterable[tuple[CellId, float]] = ()):
        self._sums: dict[Alike, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for where, seconds in measured:
            self.add(where, seconds)

    def add(self, where: CellId, seconds: float) -> None:
        """Learn of a cell that took so long."""
        for alike in _alike(*group_of(where)):
            count, total = self._sums[alike]
            self._sums[alike] = (count + 1, total + seconds)

    def of(self, group: Alike) -> float | None:
        """Give the seconds that a cell of a group should take; None as long as nothing was measured."""
        return next((seconds for alike in _alike(*group) if (seconds := self.measured(alike)) is not None), None)

    def measured(self, alike: Alike) -> float | None:
        """Give the mean over just these cells; None as long as none was measured."""
        if alike not in self._sums:
            return None
        count, total = self._sums[alike]
        return total / count

    def total(self, cells: Counter[Alike]) -> float | None:
        """Give the seconds that all these cells should take; see `groups`.

        >>> smote, none = (CellId("adult", "forest", name, 0) for name in ("smote", "none"))
        >>> Estimate([(smote, 3.0)]).total(groups([smote, none]))
        6.0
        """
        expected = [(self.of(group), count) for group, count in cells.items()]
        return sum(seconds * count for seconds, count in expected if seconds is not None) if self._sums else None


def groups(cells: Iterable[CellId]) -> Counter[Alike]:
    """Count cells by data set, learner and contender: what is expected of one is expected of all."""
    return Counter(group_of(where) for where in cells)


def group_of(where: CellId) -> Alike:
    """Give the data set, learner and contender of a cell."""
    return where.dataset, where.classifier, where.contender


def _alike(dataset: str, classifier: str, contender: str) -> list[Alike]:
    return [(dataset, classifier, contender), (contender,), ()]


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
        names = "; ".join(f"{cell.contender} (seed {cell.seed})" for cell in cells[:NAMED])
        names += f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
        self.bar.update(self.task, description=f"running {names}" if names else "starting", left=self.left())

    def finished(self, cell: Cell, outcome: Outcome) -> None:
        """Show that a cell is done, and what became of it where that is not plainly ok."""
        self.done += 1
        self.latest = monotonic()
        self.waiting[group_of(cell.id)] -= 1
        if outcome.elapsed_s is not None:
            self.estimate.add(cell.id, outcome.elapsed_s)
        record = outcome.record
        self.bar.update(self.task, advance=1, left=self.left())
        verdict = record["status"] + (f" ({record['reason']})" if record["reason"] else "")
        if outcome.put_off:
            verdict = f"not run: {outcome.put_off}"
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
