"""The same cells on a Dask cluster. This process alone writes the store; workers only run cells and send outcomes."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from distributed import Client, Future, KilledWorker, as_completed, get_worker

from ...design import cell as cell_module
from ...design.cell import Cell, CellId
from ...errors import UsageError, one_line
from ...measure.outcome import Outcome, blank
from ..engine import Limits
from ..remote import Chunk, RefusedError, dismiss_idle, run_chunk

LARGEST = 16
"""Cells in a chunk at most: what a dying worker costs, against the seconds that starting a chunk takes."""

ATTEMPTS = 3
"""How often a cell may be lost with its worker before it counts as one that kills workers."""

GATHER_S = 60.0
"""Seconds in which outcomes come that a worker has; where it died since, they never do."""

TICK_S = 0.1
LOOK_S = 1.0
"""Seconds between two looks whether there are workers; each asks the scheduler."""

OURS = "oversampling-bench"
PATIENCE_S = 30.0


@contextmanager
def open_engine(jobs: int, scheduler: str | None) -> Iterator["Cluster"]:
    """Connect to the scheduler at an address."""
    if not scheduler:
        raise UsageError("--engine dask needs --scheduler ADDRESS, such as tcp://host:8786")
    if jobs != -1:
        raise UsageError(f"--jobs {jobs}: with --engine dask the cluster's threads decide how many cells run at a time")
    with Cluster(scheduler) as cluster:
        yield cluster


class Cluster:
    """A connection to a Dask scheduler; a context manager.

    Raises
    ------
    UsageError
        On entering, if nobody answers at the address, if there is no worker, or if one has not what it needs.
    """

    def __init__(self, address: str):
        self.address = address

    def __enter__(self) -> Self:
        for name in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said in our own words
        try:
            self.client = Client(self.address, timeout=PATIENCE_S / 3, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(f"--scheduler {self.address} cannot be reached ({one_line(error)})") from error
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE_S)
            self._check_workers()
        except TimeoutError:
            self.client.close()
            raise UsageError(f"--scheduler {self.address} has no workers after {PATIENCE_S:g} s") from None
        except BaseException:
            self.client.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    @property
    def jobs(self) -> int:
        """Count the threads of all workers: so many cells run at a time."""
        return sum(self.client.nthreads().values()) or 1

    def _check_workers(self) -> None:
        for worker, found in self.client.run(_probe, on_error="return").items():
            if isinstance(found, BaseException):
                raise UsageError(f"worker {worker} cannot run cells: is oversampling-bench installed there? ({found})")
            if found.pop(OURS) != cell_module.harness_hash():
                raise UsageError(
                    f"worker {worker} has other code of oversampling-bench than this machine; install the same on both"
                )
            if differing := cell_module.other_versions(cell_module.versions(), found):
                raise UsageError(
                    f"worker {worker} has other versions than this machine ({', '.join(differing)}); install the same "
                    "on both"
                )

    def run_cells(
        self,
        cells: list[Cell],
        limits: Limits,
        finished: Callable[[Cell, Outcome], None],
        running: Callable[[list[Cell]], None] = lambda cells: None,
        stop: Callable[[], bool] = lambda: False,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Run cells on the cluster; see `engine.Engine`.

        Raises
        ------
        UsageError
            If the scheduler is lost, all workers are, or one refuses.
        """
        workers = Presence(self.client, say)
        lost: Counter[CellId] = Counter()
        pending: dict[Future, list[Cell]] = {}
        completed = as_completed(loop=self.client.loop, raise_errors=False)

        def submit(chunks: Iterator[list[Cell]]) -> None:
            for number, chunk in enumerate(chunks):
                order = Chunk(chunk, limits, at_once=1)
                future = self.client.submit(_task, order, pure=False, priority=-number)
                pending[future] = chunk
                completed.add(future)

        try:
            submit(chunks_of(cells, self.jobs))
            while pending and not stop():
                batch = completed.next_batch(block=False)
                if not batch:
                    self._still_there()
                    workers.check()
                    sleep(TICK_S)
                for future in batch:
                    chunk = pending.pop(future)
                    outcomes = self._outcomes(future)
                    for cell in chunk:
                        if cell.id in outcomes:
                            finished(cell, outcomes[cell.id])
                    again = [cell for cell in chunk if cell.id not in outcomes]
                    lost.update(cell.id for cell in again)
                    for cell in again:
                        if lost[cell.id] == ATTEMPTS:
                            reason = f"its Dask worker died, {ATTEMPTS} times"
                            finished(cell, Outcome(blank(cell, "crashed", "", reason)))
                    # One by one, so that a cell that kills workers takes no other along.
                    submit(iter([[cell] for cell in again if lost[cell.id] < ATTEMPTS]))
        finally:
            with suppress(Exception):  # where the scheduler is gone, its workers end what they run themselves
                self.client.cancel(list(pending))
                self.client.run(dismiss_idle)

    def _outcomes(self, future: Future) -> dict[CellId, Outcome]:
        if future.status == "cancelled":
            self._still_there()
            return {}
        error = future.exception()
        match error:
            case None:
                try:
                    return dict(future.result(timeout=GATHER_S))
                except TimeoutError:  # its worker died when it had finished, and no other is there
                    future.cancel()
                    return {}
            case RefusedError():
                raise UsageError(f"a worker of {self.address} cannot run cells: {error}")
            case KilledWorker():
                return {}
        raise UsageError(f"a worker of {self.address} failed: {one_line(error)}")

    def _still_there(self) -> None:
        if self.client.status != "running":
            raise UsageError(
                f"--scheduler {self.address} is gone; the cells that finished are kept, and the same command goes on"
            )


class Presence:
    """Whether a cluster has workers; says so when the last one leaves, and when another joins."""

    def __init__(self, client: Client, say: Callable[[str], None]):
        self.client, self.say = client, say
        self.looked = monotonic()
        self.gone_since: float | None = None

    def check(self) -> None:
        """Look, once a second.

        Raises
        ------
        UsageError
            If there has been no worker for a while.
        """
        now = monotonic()
        if now - self.looked < LOOK_S:
            return
        self.looked = now
        try:
            threads = self.client.nthreads()
        except OSError:  # the scheduler itself is gone: that is said elsewhere
            return
        if threads:
            if self.gone_since is not None:
                self.say("another Dask worker has joined; the run goes on")
            self.gone_since = None
        elif self.gone_since is None:
            self.gone_since = now
            self.say(f"the last Dask worker is gone; waiting {PATIENCE_S:g} s for another to join")
        elif now - self.gone_since > PATIENCE_S:
            raise UsageError(
                f"the cluster has had no workers for {PATIENCE_S:g} s; the cells that finished are kept, and the same "
                "command goes on"
            )


def chunks_of(cells: list[Cell], threads: int) -> Iterator[list[Cell]]:
    """Cut cells into chunks, each of one split, small enough that every thread gets several."""
    size = max(1, min(LARGEST, len(cells) // (4 * threads)))
    for _, group in groupby(cells, key=lambda cell: cell.split):
        same = list(group)
        yield from (same[start : start + size] for start in range(0, len(same), size))


def _task(chunk: Chunk) -> list[tuple[CellId, Outcome]]:
    worker: Any = get_worker()
    key = worker.get_current_task()

    def cancelled() -> bool:
        # Dask cannot stop a task that runs; it only notes that nobody wants it any more.
        task = worker.state.tasks.get(key)
        return task is None or task.state not in ("executing", "long-running")

    return run_chunk(Chunk(chunk.cells, chunk.limits, worker.state.nthreads), cancelled)


def _probe() -> dict[str, str]:
    return cell_module.versions() | {OURS: cell_module.harness_hash()}
