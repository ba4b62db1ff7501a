"""The options of `run` that need a look before anything is done with them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import UsageError, unknown
from .label import format_label, parse
from .record import STATUSES
from .registry import TABLES

if TYPE_CHECKING:
    from .running import Limits
    from .session import Engine
    from .shards import Shard


def check(*, seeds: int | None, jobs: int, timeout: float, memory: float | None, retry: list[str]) -> None:
    """Refuse numbers and words that mean nothing.

    Raises
    ------
    UsageError
        With the option's name, what was wrong and what would be right.
    """
    if seeds is not None and seeds < 1:
        raise UsageError(f"--seeds {seeds}: give 1 or more")
    if jobs < 1 and jobs != -1:
        raise UsageError(f"--jobs {jobs}: give 1 or more, or -1 for all cores")
    if not (timeout > 0 and math.isfinite(timeout)):
        raise UsageError(f"--timeout {timeout:g}: give seconds, more than 0")
    if memory is not None and not (memory > 0 and math.isfinite(memory)):
        raise UsageError(f"--memory {memory:g}: give GB, more than 0")
    for status in retry:
        if status not in (*STATUSES, "all"):
            raise UsageError(f"--retry: {unknown('status', status, (*STATUSES, 'all'))}")


def limits(timeout: float, memory: float | None) -> "Limits":
    """Put limits on each cell."""
    from .running import Limits

    return Limits(timeout, memory * 1e9 if memory else None)


def shard(text: str | None) -> "Shard | None":
    """Read ``--shard``."""
    from .shards import parse

    return parse(text) if text else None


def with_target(datasets: list[str], target: str | None, positive: str | None) -> list[str]:
    """Give the tables among the data sets their target.

    >>> with_target(["adult", "mine.csv"], "y", "yes")
    ['adult', 'mine.csv[positive=yes,target=y]']
    """
    given = {name: value for name, value in (("target", target), ("positive", positive)) if value is not None}
    labels, used = [], False
    for text in datasets:
        name, params = parse(text)
        if name.lower().endswith(TABLES):
            params, used = params | given, True
        labels.append(format_label(name, params))
    if given and not used:
        raise UsageError(f"--{next(iter(given))} goes with --dataset table.csv or table.parquet")
    return labels


@contextmanager
def engine(name: str, scheduler: str | None, jobs: int) -> "Iterator[tuple[Engine, int]]":
    """Give what runs cells, and how many at a time.

    Raises
    ------
    UsageError
        If the engine is not installed, or there is nobody at the scheduler's address.
    """
    if name == "local":
        if scheduler:
            raise UsageError(f"--scheduler {scheduler} goes with --engine dask")
        from .runner import n_jobs, run_cells

        yield run_cells, n_jobs(jobs)
        return
    if not scheduler:
        raise UsageError("--engine dask needs --scheduler ADDRESS, such as tcp://host:8786")
    if jobs != -1:
        raise UsageError(f"--jobs {jobs}: with --engine dask the cluster's threads decide how many cells run at a time")
    try:
        from .cluster import Cluster
    except ModuleNotFoundError as error:
        raise UsageError(f"--engine dask needs the extra: pip install 'oversampling-bench[dask]' ({error})") from error
    with Cluster(scheduler) as cluster:
        yield cluster.run_cells, cluster.n_threads
