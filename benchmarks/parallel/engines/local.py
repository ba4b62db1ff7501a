"""Cells in parallel on this machine, each step in a process with one thread; every outcome comes at once."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from time import monotonic, sleep

from ...design.cell import Cell, Split
from ...errors import UsageError
from ...measure.outcome import Outcome, identity
from .. import preload
from ..engine import MOST_S, TICK_S, Limits
from ..machine import machine_name, n_jobs
from ..start import begin, end_strangers, guarded, start_context, warm_up
from ..step.course import Course, Lost, Preparing, Rows
from ..step.process import LOOK_S, Running
from ..step.scorer import Scorers
from ..step.tasks import Task

NO_MORE = (
    "no process can be started any more ({}); the cells that finished are kept, and once that is mended the same "
    "command goes on from here"
).format

PATIENCE = (0.1, 1.0, 5.0)
"""Seconds to wait before a process is tried again that could not be started."""


@contextmanager
def open_engine(jobs: int, scheduler: str | None) -> Iterator["Local"]:
    """Open it; nothing is started before there are cells to run."""
    if scheduler:
        raise UsageError(f"--scheduler {scheduler} goes with --engine dask")
    yield Local(n_jobs(jobs))


@dataclass(frozen=True)
class Local:
    """Run `jobs` cells at a time on this machine; `at_once` says how many share it, where others run beside these."""

    jobs: int
    at_once: int | None = None

    def run_cells(
        self,
        cells: list[Cell],
        limits: Limits,
        finished: Callable[[Cell, Outcome], None],
        running: Callable[[list[Cell]], None] = lambda cells: None,
        stop: Callable[[], bool] = lambda: False,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Run cells; see `engine.Engine`."""
        shared = (self.at_once or self.jobs) > 1
        with guarded() as guardian:
            context = start_context(preload.of_cells(cells))
            warm_up(context)
            scorers = Scorers(context)

            def start(task: Task, timeout_s: float) -> Running:
                begun = begin(context, lambda: Running(task, limits, timeout_s, scorers.take), NO_MORE, PATIENCE)
                guardian.started(begun.place.process.pid)
                return begun

            queue = Queue(deque(cells), Counter(cell.split for cell in cells), self.jobs, shared)
            machine, ticked = machine_name(self.at_once or self.jobs), monotonic()
            strangers, swept = set[int](), monotonic()

            def done(cell: Cell, outcome: Outcome) -> None:
                outcome.machine = machine
                queue.done(cell)
                finished(cell, outcome)

            try:
                while queue.left() and not stop():
                    while len(queue.active) < self.jobs and queue.begin_one(limits, start):
                        pass
                    running([each.cell for each in queue.active])
                    if monotonic() - swept > LOOK_S:
                        strangers, swept = end_strangers(strangers), monotonic()
                    connection.wait([fd for each in queue.active for fd in each.running.waits_on()], TICK_S)
                    now = monotonic()
                    passed, ticked = min(now - ticked, MOST_S), now
                    for each in list(queue.active):
                        pid = each.running.place.process.pid
                        found = each.look(passed)
                        if found is None:
                            if each.running.place.process.pid != pid:
                                guardian.ended(pid)
                            guardian.seen(each.running.place.tree)
                            continue
                        guardian.ended(pid)
                        if isinstance(found, Lost):
                            sleep(TICK_S)  # who ended it may be ending the run, signal by signal
                            if stop():
                                break
                        queue.took(each, found, done)
            finally:
                for each in queue.active:
                    each.give_up()
                queue.close()
                scorers.end()


@dataclass
class Queue:
    """Which cells wait, which run, and which are suspects: what was lost while others ran is run once more, alone."""

    waiting: deque[Cell]
    of_split: Counter[Split]
    jobs: int
    shared: bool
    active: list[Course | Preparing] = field(default_factory=list)
    rows: dict[Split, Rows] = field(default_factory=dict)
    suspects: deque[Cell] = field(default_factory=deque)
    alone: bool = False

    def left(self) -> bool:
        """Tell whether there is anything to do or to wait for."""
        return bool(self.waiting or self.active or self.suspects)

    def begin_one(self, limits: Limits, start: Callable[[Task, float], Running]) -> bool:
        """Begin the next thing that can be begun, if there is one: a cell whose rows are there, or else rows."""
        if self.alone and self.active:
            return False
        if not self.waiting and self.suspects and not self.active:
            self.alone = True
        source = self.suspects if self.alone and not self.waiting else self.waiting
        underway = {each.split for each in self.active if isinstance(each, Preparing)}
        idle = self.jobs - len(self.active)
        for index, cell in enumerate(source):
            if rows := self.rows.get(cell.split):
                self.active.append(Course(cell, rows, limits, start))
                del source[index]
                return True
            if cell.split not in underway:
                self.active.append(Preparing(cell, limits, start))
                return True
            if self.alone or index + 1 >= idle:  # what is underway is enough for all that are idle
                break
        return False

    def took(
        self, one: Course | Preparing, found: Rows | Outcome | Lost, done: Callable[[Cell, Outcome], None]
    ) -> None:
        """Take in what became of something that ran."""
        self.active.remove(one)
        again = self.shared and not self.alone
        if isinstance(one, Preparing):
            self._prepared(one.split, found, again, done)
        elif isinstance(found, Lost):
            if again:
                self.suspects.append(one.cell)
            else:
                done(one.cell, replace(found.outcome, put_off=found.put_off))
        else:
            assert isinstance(found, Outcome)
            done(one.cell, found)

    def _prepared(
        self, split: Split, found: Rows | Outcome | Lost, again: bool, done: Callable[[Cell, Outcome], None]
    ) -> None:
        if isinstance(found, Rows):
            self.rows[split] = found
            return
        theirs = [cell for cell in (*self.waiting, *self.suspects) if cell.split == split]
        self.waiting = deque(cell for cell in self.waiting if cell.split != split)
        self.suspects = deque(cell for cell in self.suspects if cell.split != split)
        for cell in theirs:
            if isinstance(found, Lost) and again:
                self.suspects.append(cell)
            else:
                of_split = found if isinstance(found, Outcome) else replace(found.outcome, put_off=found.put_off)
                done(cell, of_another(of_split, cell))

    def done(self, cell: Cell) -> None:
        """Let go of the rows of a split whose last cell has ended."""
        self.of_split[cell.split] -= 1
        if not self.of_split[cell.split] and (rows := self.rows.pop(cell.split, None)):
            rows.close()

    def close(self) -> None:
        """Let go of all rows."""
        for rows in self.rows.values():
            rows.close()


def of_another(outcome: Outcome, cell: Cell) -> Outcome:
    """Give the outcome of a split, which could not be prepared, as one of its cells'."""
    first = outcome.log.partition("\n")[0]
    return replace(
        outcome,
        record=outcome.record | identity(cell),
        log=outcome.log.replace(first, str(cell), 1) if first else "",
    )
