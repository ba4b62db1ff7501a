"""Cells in parallel on this machine, each in a process of its own with one thread; every outcome comes back at once."""

import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import connection
from pathlib import Path
from time import sleep

from ...design.cell import Cell
from ...errors import UsageError
from ...measure.folds import path_of
from ...measure.outcome import Outcome
from ..engine import Limits
from ..guardian import Guardian
from ..machine import machine_name, n_jobs
from ..process import Running
from ..start import no_orphans, one_thread_each, start_context, warm_up

TICK_S = 0.1


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
    ) -> None:
        """Run cells; see `engine.Engine`."""
        waiting = deque(cells)
        of_split = Counter(cell.split for cell in cells)
        numbers, machine = count(), machine_name(self.at_once or self.jobs)
        active: list[Running] = []
        with one_thread_each(), _folder() as folder, Guardian(folder) as guardian, no_orphans():
            context = start_context()
            warm_up(context)

            def end(one: Running, outcome: Outcome | None) -> None:
                active.remove(one)
                printed = one.output.text() if outcome else ""
                pid = one.process.pid
                elapsed = one.end()
                guardian.tell("-", pid)
                of_split[one.cell.split] -= 1
                if not of_split[one.cell.split]:
                    path_of(one.cell.split, folder).unlink(missing_ok=True)
                if outcome:
                    outcome.elapsed_s, outcome.machine, outcome.log = elapsed, machine, _log(one.cell, outcome, printed)
                    finished(one.cell, outcome)

            try:
                while (waiting or active) and not stop():
                    while waiting and len(active) < self.jobs:
                        active.append(Running(waiting.popleft(), folder / str(next(numbers)), limits, context))
                        guardian.tell("+", active[-1].process.pid)
                    running([one.cell for one in active])
                    connection.wait([each for one in active for each in one.waits_on()], TICK_S)
                    for one in list(active):
                        outcome = one.outcome()
                        if outcome is not None and outcome.record["status"] == "crashed":
                            sleep(TICK_S)  # who ended the cell may be ending the run, signal by signal
                            if stop():
                                break
                        if outcome is not None:
                            end(one, outcome)
            finally:
                for one in list(active):
                    end(one, None)


def _log(cell: Cell, outcome: Outcome, printed: str) -> str:
    record = outcome.record
    if record["status"] == "ok" and not printed:
        return ""
    verdict = f"{cell}\nstatus: {record['status']}\nphase: {record['phase']}\nreason: {record['reason']}\n"
    return f"{verdict}\n{outcome.traceback}\n--- printed ---\n{printed}"


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="oversampling-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
