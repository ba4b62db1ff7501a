"""One run of a suite, from the user's words to the leaderboard."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from . import shards, standing
from . import suite as suites
from .cell import Cell, Outcome
from .environment import describe, merge
from .errors import UsageError
from .estimate import Estimate, groups
from .interrupt import Interrupt
from .lock import locked
from .logs import FOLDER, keep_log
from .plan import Plan, make_plan
from .progress import RunProgress, duration
from .report import write
from .running import Limits
from .store import FILE, Store
from .tables import plural

MAX_LISTED = 20
"""Cells that a dry run names."""

Engine = Callable[..., None]


@dataclass(frozen=True)
class Request:
    """What the user asked for; the fields are the command's options.

    `changes` holds lists of labels that take the place of the suite's own; `engine` runs cells as `runner.run_cells`
    does, `jobs` at a time.
    """

    suite: str
    changes: dict[str, list[str]]
    engine: Engine
    jobs: int
    limits: Limits
    seeds: int | None = None
    out: Path | None = None
    shard: shards.Shard | None = None
    retry: list[str] = field(default_factory=list)
    fresh: bool = False
    dry_run: bool = False


def run(request: Request) -> int:
    """Run a suite; give the exit code: 0 all cells ok, 1 some were not, 130 interrupted.

    Raises
    ------
    UsageError
        Before anything runs, if any of it cannot be; while it runs, if the results cannot be written any more.
    """
    suite = suites.read(request.suite).model_copy(update=request.changes)
    if request.seeds is not None:
        suite = suite.model_copy(update={"seeds": suites.take_seeds(suite.seeds, request.seeds)})
    plan = make_plan(suite)
    console = Console(stderr=True)
    for line in _remarks(plan):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    shard = request.shard
    folder = request.out or Path("results") / (suite.name + (f"-{shard.suffix}" if shard else ""))
    if request.dry_run:
        return _dry_run(request, plan, folder)
    with locked(folder), Store.open(folder, request.fresh) as store, Interrupt() as interrupt:
        if request.fresh:
            for old in (folder / FOLDER).glob("*.log"):
                old.unlink()
        _same_suite(store, plan)
        return _run(request, plan, store, interrupt, console)


def _run(request: Request, plan: Plan, store: Store, interrupt: Interrupt, console: Console) -> int:
    store.plan(plan.cells, plan.context)
    mine = _mine(request, plan)
    found = standing.standing(mine, store, request.retry)
    to_run = found.to_run(mine)
    environment = merge(store.meta("environment", {}), describe(plan, request.jobs), ran=bool(to_run))
    store.set_meta("environment", environment)
    again = f", {len(found.stale) + len(found.retried)} to run again" if found.reasons else ""
    console.print(
        f"{len(mine)} cells, {len(found.done)} done before{again}, {plural(request.jobs, 'job')}", highlight=False
    )
    for reason, count in found.reasons.most_common():
        console.print(f"again: {plural(count, 'cell')}, {reason}", highlight=False, markup=False, soft_wrap=True)

    start, spent = perf_counter(), Counter[str]()
    with RunProgress(to_run, request.jobs, Estimate(store.elapsed()), console) as progress:

        def finished(cell: Cell, outcome: Outcome) -> None:
            before = perf_counter()
            with _still_writable(store, spent["cells"]):
                store.add(cell, outcome)
                keep_log(store.folder, cell, outcome)
            spent["cells"] += 1
            _add_up(spent, outcome, perf_counter() - before)
            progress.finished(cell, outcome)

        if to_run:
            request.engine(to_run, request.jobs, request.limits, finished, progress.running, interrupt.asked)
    wall = perf_counter() - start
    if spent["cells"]:
        environment["last_run"] = dict(spent) | {"wall_s": wall, "jobs": request.jobs}
    with _still_writable(store, spent["cells"]):
        store.set_meta("environment", environment)
        path = write(store)
    console.print(
        f"{plural(spent['cells'], 'cell')} in {duration(wall)}; leaderboard: {path}", highlight=False, soft_wrap=True
    )
    if interrupt.asked():
        console.print("interrupted: what finished is kept; the same command goes on from here", highlight=False)
        return 130
    return max(_verdict(store, console), int(bool(plan.left_out)))


def _remarks(plan: Plan) -> list[str]:
    notes = [f"{name}: {note}" for name, table in plan.data.items() for note in table.notes]
    return notes + [f"left out: {problem}" for problem in plan.left_out.values()]


def _verdict(store: Store, console: Console) -> int:
    statuses = store.cells()["status"]
    bad = statuses[statuses != "ok"].value_counts().to_dict()
    if not bad:
        return 0
    console.print(
        f"{plural(sum(bad.values()), 'cell')} did not end ok ({', '.join(f'{n} {word}' for word, n in bad.items())}); "
        f"the leaderboard lists them, logs: {store.folder / FOLDER}; --retry STATUS runs them again",
        highlight=False,
        soft_wrap=True,
    )
    return 1


def _add_up(spent: Counter[str], outcome: Outcome, storing_s: float) -> None:
    # Counter adds floats as well; overhead is what a cell costs beside its own work: its process, and its storing.
    spent["busy_s"] += sum(outcome.record[column] or 0.0 for column in ("sample_s", "fit_s", "predict_s"))  # type: ignore[assignment]
    if outcome.work_s is not None and outcome.elapsed_s is not None:
        spent["overhead_s"] += outcome.elapsed_s - outcome.work_s + storing_s  # type: ignore[assignment]


def _mine(request: Request, plan: Plan) -> list[Cell]:
    return shards.take(plan.cells, request.shard) if request.shard else plan.cells


@contextmanager
def _still_writable(store: Store, n_done: int) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"{store.folder} cannot be written any more ({error}); the cells that finished before are kept ({n_done} "
            "of this run), and once that is mended the same command goes on from here"
        ) from error


def _same_suite(store: Store, plan: Plan) -> None:
    known = store.meta("environment", {}).get("suite", {}).get("name", plan.suite.name)
    if known != plan.suite.name:
        raise UsageError(
            f"--out {store.folder} holds suite '{known}'; choose another folder, or start over with --fresh"
        )


def _dry_run(request: Request, plan: Plan, folder: Path) -> int:
    mine, estimate = _mine(request, plan), Estimate()
    found = standing.Standing(missing=mine)
    if (folder / FILE).exists() and not request.fresh:
        with Store.open(folder) as store:
            _same_suite(store, plan)
            found = standing.standing(mine, store, request.retry)
            estimate = Estimate(store.elapsed())
    to_run = found.to_run(mine)
    say: Any = partial(print, sep="")
    for cell in to_run[:MAX_LISTED]:
        say(cell)
    if len(to_run) > MAX_LISTED:
        say("… and ", len(to_run) - MAX_LISTED, " more")
    say(
        f"{len(mine)} cells: {len(found.done)} done, {len(found.stale)} stale, {len(found.retried)} to retry, "
        f"{len(found.missing)} missing; {len(to_run)} to run, into {folder}"
    )
    for reason, count in found.reasons.most_common():
        say("again: ", plural(count, "cell"), ", ", reason)
    expected = estimate.total(groups(cell.id for cell in to_run))
    if to_run and expected is None:
        say("how long that takes is unknown: nothing was measured here yet")
    elif to_run and expected is not None:
        say("that should take about ", duration(expected / request.jobs), " on ", plural(request.jobs, "job"))
    return 0
