"""One run of a suite, from the user's words to the leaderboard."""

from pathlib import Path
from time import perf_counter

from rich.console import Console

from . import suite as suites
from .cell import Cell, Outcome
from .environment import describe, merge
from .errors import UsageError
from .plan import Plan, make_plan
from .progress import RunProgress, duration
from .report import write
from .runner import n_jobs, run_cells
from .store import FILE, Store
from .tables import plural


def run(
    name: str,
    changes: dict[str, list[str]],
    *,
    seeds: int | None = None,
    jobs: int = -1,
    out: Path | None = None,
    fresh: bool = False,
    dry_run: bool = False,
) -> int:
    """Run a suite; give the exit code: 0 all cells ok, 1 some were not, 130 interrupted.

    Parameters
    ----------
    name : str
        A built-in suite, or the path of a TOML file.
    changes : dict
        Lists of labels that take the place of the suite's own.

    Raises
    ------
    UsageError
        Before anything runs, if any of it cannot be.
    """
    console = Console(stderr=True)
    if seeds is not None and seeds < 1:
        raise UsageError(f"--seeds {seeds}: give 1 or more")
    if jobs < 1 and jobs != -1:
        raise UsageError(f"--jobs {jobs}: give 1 or more, or -1 for all cores")
    suite = suites.read(name).model_copy(update=changes)
    if seeds is not None:
        suite = suite.model_copy(update={"seeds": suites.take_seeds(suite.seeds, seeds)})
    plan = make_plan(suite)
    folder = out or Path("results") / suite.name
    if dry_run:
        return _dry_run(plan, folder, fresh)
    with Store.open(folder, fresh) as store:
        _same_suite(store, plan)
        return _run(plan, store, n_jobs(jobs), console)


def _run(plan: Plan, store: Store, jobs: int, console: Console) -> int:
    store.plan(plan.cells, plan.context)
    missing = _missing(plan, store)
    environment = merge(store.meta("environment", {}), describe(plan, jobs), ran=bool(missing))
    store.set_meta("environment", environment)
    console.print(
        f"{len(plan.cells)} cells, {len(plan.cells) - len(missing)} done before, {plural(jobs, 'job')}", highlight=False
    )

    start, busy, n_done, code = perf_counter(), 0.0, 0, 0
    with RunProgress(len(missing), console) as progress:

        def finished(cell: Cell, outcome: Outcome) -> None:
            nonlocal busy, n_done
            store.add(cell, outcome)
            n_done += 1
            busy += sum(outcome.record[column] or 0.0 for column in ("sample_s", "fit_s", "predict_s"))
            progress.finished(cell, outcome.record)

        try:
            run_cells(missing, jobs, finished, progress.running)
        except KeyboardInterrupt:
            code = 130
    wall = perf_counter() - start
    if n_done:
        environment["last_run"] = {"cells": n_done, "wall_s": wall, "busy_s": busy, "jobs": jobs}
        store.set_meta("environment", environment)
    path = write(store)
    console.print(f"{n_done} cells in {duration(wall)}; leaderboard: {path}", highlight=False, soft_wrap=True)
    if code:
        console.print("interrupted: what finished is kept; the same command goes on from here", highlight=False)
        return code
    bad = int(store.cells()["status"].ne("ok").sum())
    if bad:
        console.print(f"{plural(bad, 'cell')} did not end ok; the leaderboard lists them", highlight=False)
    return 1 if bad else 0


def _missing(plan: Plan, store: Store) -> list[Cell]:
    known = store.keys()
    return [cell for cell in plan.cells if known.get(cell.id) != cell.key]


def _same_suite(store: Store, plan: Plan) -> None:
    known = store.meta("environment", {}).get("suite", {}).get("name", plan.suite.name)
    if known != plan.suite.name:
        raise UsageError(
            f"--out {store.folder} holds suite '{known}'; choose another folder, or start over with --fresh"
        )


def _dry_run(plan: Plan, folder: Path, fresh: bool) -> int:
    missing = plan.cells
    if (folder / FILE).exists() and not fresh:
        with Store.open(folder) as store:
            _same_suite(store, plan)
            missing = _missing(plan, store)
    for cell in missing:
        print(cell)
    print(f"{len(plan.cells)} cells: {len(plan.cells) - len(missing)} done, {len(missing)} to run, into {folder}")
    return 0
