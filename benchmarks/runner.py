"""Run cells in parallel, each in a process of its own with one thread; hand every outcome back at once."""

import atexit
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import connection, forkserver, resource_tracker
from pathlib import Path
from time import sleep

import psutil

from .cell import Cell, Outcome
from .environment import machine_name
from .folds import path_of
from .guardian import Guardian
from .processes import Tree
from .running import Limits, Running

TICK_S = 0.1
THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
]
"""Variables that libraries read when they start, and never again: they are set before a cell's process starts."""


def n_jobs(jobs: int) -> int:
    """Resolve -1 to all the cores that this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (available or 1) if jobs == -1 else jobs


def run_cells(
    cells: list[Cell],
    jobs: int,
    limits: Limits,
    finished: Callable[[Cell, Outcome], None],
    running: Callable[[list[Cell]], None] = lambda cells: None,
    stop: Callable[[], bool] = lambda: False,
    at_once: int | None = None,
) -> None:
    """Run cells, `jobs` at a time. However this ends, no process of theirs is left.

    Parameters
    ----------
    limits : Limits
        What one cell may take. One that takes more is killed, and its outcome says so.
    finished : callable
        Called in this process with each cell and its outcome.
    running : callable
        Called a few times a second with the cells that run now.
    stop : callable
        Asked a few times a second whether to stop; cells that run then are given up.
    at_once : int, optional
        How many cells share this machine, where others run beside these `jobs`.
    """
    waiting = deque(cells)
    of_split = Counter(cell.split for cell in cells)
    numbers, machine = count(), machine_name(at_once or jobs)
    active: list[Running] = []
    with one_thread_each(), _folder() as folder, Guardian(folder) as guardian, _no_orphans():
        context = start_context()
        _warm_up(context)

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
                while waiting and len(active) < jobs:
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


def start_context() -> multiprocessing.context.BaseContext:
    """Give what starts processes quickly: where there is one, a forkserver that holds what nearly all import."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.preload"])
    atexit.register(_end_helpers)
    return context


def _end_helpers() -> None:
    # They would end by themselves, a moment after this process; better before, so that nothing is left when it is gone.
    with suppress(Exception):
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


def _warm_up(context: multiprocessing.context.BaseContext) -> None:
    # The first process waits until the forkserver has imported what it preloads: that is no cell's time.
    first = context.Process()  # type: ignore[attr-defined]
    first.start()
    first.join()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="oversampling-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _no_orphans() -> Iterator[None]:
    # Processes that a cell has cut loose: on Linux they have become children of the forkserver, see preload.py.
    try:
        yield
    finally:
        server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        if server and psutil.pid_exists(server):
            for process in psutil.Process(server).children():
                Tree(process.pid).kill()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that start meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ |= dict.fromkeys(THREADS, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
