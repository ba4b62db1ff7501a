"""The options of `run`, checked and put together before anything is done with them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from .catalog.label import alternatives, format_label, parse
from .catalog.registry import TABLES, as_name
from .errors import UsageError, unknown

if TYPE_CHECKING:
    from .design.suite import Suite
    from .parallel.engine import Limits
    from .session import Request


MOST_SEEDS = 10_000
"""More splits of one table tell nothing that fewer do not."""


class Options(TypedDict, total=False):
    """How a suite is run; what `request` takes, by the names of the command's options."""

    jobs: int
    timeout: float
    memory: float | None
    engine: str
    scheduler: str | None
    shard: str | None
    retry: Sequence[str]
    fresh: bool
    audit: int | None
    audit_key: str


@contextmanager
def request(
    suite: "Suite",
    *,
    out: Path | None,
    jobs: int = -1,
    timeout: float = 3600.0,
    memory: float | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    shard: str | None = None,
    retry: Sequence[str] = (),
    fresh: bool = False,
    audit: int | None = None,
    audit_key: str = "",
    leaving: bool = False,
) -> "Iterator[Request]":
    """Check the options and make a request of them; its engine is open for the length of the with block.

    Raises
    ------
    UsageError
        If one means nothing: with its name, what was wrong and what would be right.
    """
    if jobs < 1 and jobs != -1:
        raise UsageError(f"--jobs {jobs}: give 1 or more, or -1 for all cores")
    if memory is not None and not (memory > 0 and math.isfinite(memory)):
        raise UsageError(f"--memory {memory:g}: give GB, more than 0")
    if audit is not None and audit < 1:
        raise UsageError(f"--audit {audit}: give N, 1 or more: one in N splits is audited")
    if audit_key and audit is None:
        raise UsageError(f"--audit-key {audit_key} goes with --audit N")
    if shard and audit is not None and not audit_key:
        raise UsageError(
            "--audit N with --shard needs --audit-key TEXT, the same for all shards, and known to nobody else"
        )
    allowed = limits(timeout, memory)
    from .measure.outcome import STATUSES

    for status in retry:
        if status not in (*STATUSES, "all"):
            raise UsageError(f"--retry: {unknown('status', status, (*STATUSES, 'all'))}")
    from .design.plan import Shard
    from .parallel.engine import open_engine

    part = Shard.read(shard) if shard else None
    folder = out or Path("results") / (suite.name + (f"-{part.suffix}" if part else ""))
    with open_engine(engine, jobs, scheduler) as opened:
        from .session import Request

        yield Request(
            suite,
            opened,
            allowed,
            folder,
            shard=part,
            retry=retry,
            fresh=fresh,
            audit=audit,
            audit_key=audit_key,
            leaving=leaving,
        )


def limits(timeout: float, memory: float | None) -> "Limits":
    """Put limits on each cell: seconds, and GB."""
    if not (timeout > 0 and math.isfinite(timeout)):
        raise UsageError(f"--timeout {timeout:g}: give seconds, more than 0")
    from .parallel.engine import Limits

    return Limits(timeout, memory * 1e9 if memory else None)


def read_suite(
    name: str,
    *,
    contenders: Sequence[str] = (),
    datasets: Sequence[str] = (),
    classifiers: Sequence[str] = (),
    seeds: int | Sequence[int] | None = None,
    protocol: str | None = None,
    measures: Sequence[str] = (),
) -> "Suite":
    """Read a suite and put in what takes the place of its own; `measures` are added to its own.

    Raises
    ------
    UsageError
        If there is no such suite, or the number of seeds means nothing.
    """
    from .design import suite as suites

    numbers = None if seeds is None else whole_numbers(seeds)
    suite = suites.read(name)
    given = {"contenders": contenders, "datasets": datasets, "classifiers": classifiers}
    changes: dict[str, Any] = {key: list(value) for key, value in given.items() if value}
    if datasets:
        # Else the results of a table of one's own would go where those of the suite's data sets are.
        own = [Path(file).stem for file, _ in map(parse, datasets) if file.lower().endswith(TABLES)]
        changes |= {"name": as_name(own[0])} if len(own) == len(datasets) else {}
        what = "A table of one's own" if own else "Other data sets"
        changes |= {"description": f"{what}, as suite {name} does it."}
    changes |= {"protocol": protocol} if protocol is not None else {}
    changes |= {"measures": list(dict.fromkeys([*suite.measures, *measures]))} if measures else {}
    if numbers is not None:
        chosen = suites.take_seeds(suite.seeds, numbers) if isinstance(numbers, int) else numbers
        changes |= {"seeds": chosen, "test_positives": None}  # these, and no more where positives are few
    return suites.changed(suite, **changes)


def whole_numbers(seeds: Any) -> int | list[int]:
    """Check how many seeds there are to be, or which.

    Raises
    ------
    UsageError
        If they are no whole numbers, or fewer than one.
    """
    try:
        numbers = [index(seed) for seed in seeds] if isinstance(seeds, Iterable) else index(seeds)
    except TypeError:
        raise UsageError(f"--seeds {seeds}: give a whole number, or a list of them") from None
    if isinstance(numbers, int) and not 1 <= numbers <= MOST_SEEDS:
        raise UsageError(f"--seeds {numbers}: give 1 or more, and {MOST_SEEDS:,} at most")
    return numbers


def with_target(datasets: Sequence[str], **given: str | Sequence[str] | None) -> list[str]:
    """Give the tables among the data sets what is said of them: target, positive, keep, drop, group, time, fold.

    >>> with_target(["adult", "mine.csv"], target="y", positive="yes", drop=["id"])
    ['adult', "mine.csv[drop=['id'],positive=yes,target=y]"]
    """
    said = {name: list(value) if isinstance(value, list | tuple) else value for name, value in given.items() if value}
    labels, used = [], False
    for text in datasets:
        is_table = parse(text)[0].lower().endswith(TABLES)
        used = used or is_table
        for one in alternatives(text) if is_table else ():
            name, params = parse(one)
            labels.append(format_label(name, params | said))
        labels += [] if is_table else [text]
    if said and not used:
        raise UsageError(f"--{next(iter(said))} goes with --dataset table.csv or table.parquet")
    return labels
