"""Run cells in parallel, each in a worker process with one thread; hand every outcome back the moment it is there."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager

from pebble import CONSTS, ProcessExpired, ProcessPool

from .cell import Cell, Outcome, blank, run
from .errors import one_line

# What nearly every cell imports; a forkserver that holds it starts a worker in a tenth of a second.
PRELOAD = ["imblearn.over_sampling", "sklearn.ensemble", "sklearn.linear_model", f"{__package__}.cell"]
POLL_S = 0.2
THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
]
"""Variables that libraries read when they start, and never again: they are set before a worker starts."""

# How long a worker may take to die of its own accord when a run is stopped.
CONSTS.term_timeout = 0.5


def n_jobs(jobs: int) -> int:
    """Resolve -1 to all the cores that this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (available or 1) if jobs == -1 else jobs


def run_cells(
    cells: list[Cell],
    jobs: int,
    finished: Callable[[Cell, Outcome], None],
    running: Callable[[list[Cell]], None] = lambda cells: None,
) -> None:
    """Run cells on `jobs` workers.

    Parameters
    ----------
    finished : callable
        Called in this process with each cell and its outcome.
    running : callable
        Called a few times a second with the cells that run now.

    Raises
    ------
    KeyboardInterrupt
        After the workers are stopped. What was handed to `finished` before stays.
    """
    with _one_thread_each():
        pool = ProcessPool(max_workers=min(jobs, len(cells)) or 1, context=_context())
        try:
            pending: dict[Future[Outcome], Cell] = {pool.schedule(run, args=[cell]): cell for cell in cells}
            while pending:
                running([cell for future, cell in pending.items() if future.running()])
                done, _ = wait(pending, timeout=POLL_S, return_when=FIRST_COMPLETED)
                for future in done:
                    cell = pending.pop(future)
                    finished(cell, _outcome(cell, future))
            pool.close()
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.join()


def _outcome(cell: Cell, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except ProcessExpired as error:
        return Outcome(blank(cell, "crashed", "", f"the worker died with exit code {error.exitcode}"))
    except Exception as error:  # what came back could not be read
        return Outcome(blank(cell, "crashed", "", one_line(error)))


def _context() -> multiprocessing.context.BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    return context


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ |= dict.fromkeys(THREADS, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
