"""One run of a suite, from the user's words to the leaderboard."""

import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from rich.console import Console

from .design import suite as suites
from .design.audit import audits
from .design.cell import Cell
from .design.own_measure import OwnMeasure
from .design.plan import Plan, Shard, make_plan
from .errors import UsageError, a_few, duration, plain, plural
from .measure.outcome import WELL, Outcome, blank, identity
from .parallel import preload
from .parallel.describe import Ask, asking, looking
from .parallel.engine import Engine, Limits, takes
from .parallel.interrupt import Interrupt
from .parallel.machine import cpu_name
from .parallel.progress import Estimate, RunProgress, groups
from .parallel.published import expected_s, longest_first
from .parallel.tree import unreadable
from .record.folder import ENVIRONMENT, LOGS, STORE, keep_log, locked, without_audits
from .record.own_measures import fill_in, tried
from .record.pending import Pending, pending
from .record.provenance import LastRun, Provenance
from .record.store import Store
from .record.watch import check, still_writable

MAX_LISTED = 20
"""Cells that a dry run names."""


@dataclass(frozen=True)
class Request:
    """What the user asked for.

    `suite` is already as it is to run; `engine` runs its cells; `retry` names statuses whose cells are run again;
    `audit` says that one in so many splits is audited, `audit_key` what the audit follows from; `leaving` that the
    process ends after the run; `until` when no cell runs any more, on the clock `time.monotonic`.
    """

    suite: suites.Suite
    engine: Engine
    limits: Limits
    folder: Path
    shard: Shard | None = None
    retry: Sequence[str] = ()
    fresh: bool = False
    audit: int | None = None
    audit_key: str = ""
    leaving: bool = False
    until: float = float("inf")


@dataclass(frozen=True)
class Done:
    """What became of a run: the folder, how many shown cells ended in each status, what was left out.

    `put_off` counts the cells that something outside of them kept from running, by what that was; `unmeasured` says
    which measures of the user's own failed; `misfits` what an audit found that does not fit.
    """

    folder: Path
    statuses: Counter[str]
    left_out: dict[str, str]
    interrupted: bool
    put_off: Counter[str]
    unmeasured: list[str]
    misfits: str

    @property
    def exit_code(self) -> int:
        """Give 0 if all cells are ok, 1 if some are not, 130 if the run was interrupted."""
        if self.interrupted:
            return 130
        return int(
            any(status not in WELL for status in self.statuses)
            or bool(self.left_out or self.put_off or self.unmeasured or self.misfits)
        )


Rounds = Callable[[Plan, Store], Iterator[list[Cell]]]
"""Says which cells of a plan to run, round by round; what came of the earlier ones is in the store."""


def all_at_once(plan: Plan, store: Store) -> Iterator[list[Cell]]:
    """Run all cells of a plan in one round."""
    yield plan.cells


def run(request: Request, console: Console, rounds: Rounds = all_at_once) -> Done:
    """Run a suite and write its leaderboard; say on the console what happens.

    Raises
    ------
    UsageError
        Before anything runs, if any of it cannot be; while it runs, if the results cannot be written any more.
    """
    with asking(request.limits, preload.of_suite(request.suite), _ready_to_report) as ask:
        plan, measures = _planned(request.suite, ask)
    _say_remarks(plan, console)
    folder = request.folder
    if not request.fresh:
        _same_data(folder, plan)
    with (
        unreadable(),  # between two rounds, too
        locked(folder),
        Store.open(folder, request.fresh, mending=True) as store,
        Interrupt(request.leaving) as interrupt,
    ):
        if request.fresh:
            for old in (folder / LOGS).glob("*.log"):
                old.unlink()
        _same_suite(store, plan)
        plan = _audited(request, plan, store.provenance())
        _say_about_the_store(store, plan, console)
        spent, put_off = _Spent(), Counter[str]()
        for cells in rounds(plan, store):
            put_off += _round(request, replace(plan, cells=cells), store, interrupt, console, spent)
            if interrupt.asked():
                break
        unmeasured = _measured(request, measures, store, interrupt, spent.cells)
        return _finish(plan, store, interrupt, console, put_off, unmeasured, spent.cells)


def _planned(suite: suites.Suite, ask: Ask) -> tuple[Plan, list[OwnMeasure]]:
    """Lay out a suite, and try the measures of the user's own; what is published of these names no folder."""
    if suite.equivalence or suite.published or suite.claims:
        from .report.groups import regions

        regions(suite)
    measures = tried(suite.own_measures, ask)
    plan = make_plan(suite, looking(ask))
    published = {"measures": [own.published for own in measures]}
    return replace(plan, suite=plan.suite.model_copy(update=published)), measures


def _measured(
    request: Request, measures: Sequence[OwnMeasure], store: Store, interrupt: Interrupt, ran: int
) -> list[str]:
    """Fill in measures of the user's own; say what went wrong."""
    if not measures or interrupt.asked():
        return []
    with asking(request.limits) as ask, still_writable(store, ran):
        return fill_in(store, measures, ask, interrupt.asked)


def _round(
    request: Request, plan: Plan, store: Store, interrupt: Interrupt, console: Console, spent: "_Spent"
) -> Counter[str]:
    """Run cells, and add to what the run has spent; count those that could not be run, by what kept them from it."""
    jobs = request.engine.jobs
    store.plan(plan.cells, plan.context)
    mine = _mine(request, plan)
    found = pending(mine, store, request.retry)
    estimate = Estimate(store.elapsed())
    to_run = longest_first(found.to_run(mine), estimate, plan.data)
    known, now = store.provenance(), Provenance.of(plan, jobs, cpu_name())
    provenance = known.followed_by(now, ran=bool(to_run)) if known else now
    store.keep_provenance(provenance)
    again = f", {len(found.stale) + len(found.retried)} to run again" if found.reasons else ""
    console.print(f"{len(mine)} cells, {len(found.done)} done before{again}, {plural(jobs, 'job')}", highlight=False)
    for reason, count in found.reasons.most_common():
        console.print(f"again: {plural(count, 'cell')}, {reason}", highlight=False, markup=False, soft_wrap=True)

    start, before_round, put_off = perf_counter(), spent.cells, Counter[str]()
    with RunProgress(to_run, jobs, estimate, console) as progress:

        def finished(cell: Cell, outcome: Outcome) -> None:
            if outcome.put_off:
                put_off[outcome.put_off] += 1
                progress.finished(cell, outcome)
                return
            before = perf_counter()
            with still_writable(store, spent.cells):
                _keep(store, cell, outcome)
            spent.add(outcome, perf_counter() - before)
            progress.finished(cell, outcome)

        if to_run:
            engine, say = request.engine, partial(console.print, highlight=False, markup=False, soft_wrap=True)
            more: dict[str, Any] = {"say": say} if takes(engine, "say") else {}
            engine.run_cells(
                to_run,
                request.limits,
                finished,
                progress.running,
                lambda: interrupt.asked() or monotonic() > request.until,
                **more,
            )
    wall = perf_counter() - start
    spent.wall_s += wall
    if spent.cells:
        last_run = LastRun(**vars(spent), jobs=jobs)
        provenance = provenance.model_copy(update={"last_run": last_run})
    with still_writable(store, spent.cells):
        store.keep_provenance(provenance)
        check(store)
    ran = plural(spent.cells - before_round, "cell")
    console.print(f"{ran} in {duration(wall)}", highlight=False, soft_wrap=True)
    return put_off


@cache
def _ready_to_report() -> None:
    """Import what writes the report, once, while another process imports what runs the cells."""
    from .report.page import all_sections

    all_sections()


def _finish(
    plan: Plan,
    store: Store,
    interrupt: Interrupt,
    console: Console,
    put_off: Counter[str],
    unmeasured: list[str],
    ran: int,
) -> Done:
    from .report.write import audit_warning, write

    with still_writable(store, ran):
        path = write(store)
    console.print(f"leaderboard: {path}", highlight=False, soft_wrap=True)
    shown, audited = without_audits(store.cells())
    misfits = audit_warning(store.folder) if len(audited) else ""
    done = Done(store.folder, Counter(shown["status"]), plan.left_out, interrupt.asked(), put_off, unmeasured, misfits)
    for reason, count in put_off.items():
        console.print(
            f"{plural(count, 'cell')} could not be run: {reason}; once that is mended the same command goes on",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if done.interrupted:
        console.print("interrupted: what finished is kept; the same command goes on from here", highlight=False)
    else:
        _say_what_went_wrong(done, console)
    for line in done.unmeasured:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if done.misfits:
        console.print(done.misfits, highlight=False, markup=False, soft_wrap=True)
    return done


def _keep(store: Store, cell: Cell, outcome: Outcome) -> None:
    outcome.record |= identity(cell)
    try:
        store.add(cell, outcome)
    except (ValueError, TypeError, KeyError, OverflowError, sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
        reason = plain(f"its outcome cannot be recorded ({error})")
        outcome = Outcome(blank(cell, "crashed", "", reason), log=outcome.log)
        store.add(cell, outcome)
    keep_log(store.folder, cell, outcome)


@dataclass
class _Spent:
    """Cells that ran, the seconds in sample, fit and predict, what a cell costs beside its own work, and all in all."""

    cells: int = 0
    busy_s: float = 0.0
    overhead_s: float = 0.0
    wall_s: float = 0.0

    def add(self, outcome: Outcome, storing_s: float) -> None:
        self.cells += 1
        self.busy_s += sum(outcome.record[column] or 0.0 for column in ("tune_s", "sample_s", "fit_s", "predict_s"))
        if outcome.work_s is not None and outcome.elapsed_s is not None:
            self.overhead_s += outcome.elapsed_s - outcome.work_s + storing_s


def _say_remarks(plan: Plan, console: Console) -> None:
    notes = [f"{name}: {note}" for name, table in plan.data.items() for note in table.notes]
    for line in [*notes, *(f"left out: {problem}" for problem in plan.left_out.values())]:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _say_about_the_store(store: Store, plan: Plan, console: Console) -> None:
    forgotten = store.lost.forgotten([cell.id for cell in plan.cells]) if store.lost else []
    lines = list(store.remarks)
    if forgotten:
        lines[0] += f"; {plural(len(forgotten), 'cell')} of other commands left the leaderboard ({a_few(forgotten)})"
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _say_what_went_wrong(done: Done, console: Console) -> None:
    bad = {word: count for word, count in done.statuses.most_common() if word not in WELL}
    if bad:
        console.print(
            f"{plural(sum(bad.values()), 'cell')} did not end ok "
            f"({', '.join(f'{count} {word}' for word, count in bad.items())}); the leaderboard lists them, logs: "
            f"{done.folder / LOGS}; --retry STATUS runs them again",
            highlight=False,
            soft_wrap=True,
        )


def _audited(request: Request, plan: Plan, known: Provenance | None) -> Plan:
    if not request.audit:
        return plan
    kept, given = known.audit_key if known else "", request.audit_key
    if kept and given and kept != given:
        raise UsageError(
            f"--audit-key {given}: {request.folder} was audited with another one; leave it out, or --fresh"
        )
    key = given or kept or secrets.token_hex(8)
    return replace(plan, cells=plan.cells + audits(plan.cells, request.audit, key), audit_key=key)


def _mine(request: Request, plan: Plan) -> list[Cell]:
    return request.shard.take(plan.cells) if request.shard else plan.cells


def _same_suite(store: Store, plan: Plan) -> None:
    known = store.provenance()
    if known and known.suite.name != plan.suite.name:
        raise UsageError(
            f"--out {store.folder} holds suite '{known.suite.name}'; choose another folder, or start over with --fresh"
        )


def _same_data(folder: Path, plan: Plan) -> None:
    """Refuse a folder that holds the results of other data sets, be they made here or come with a clone."""
    try:
        there = Provenance.read(folder / ENVIRONMENT).data
    except UsageError:  # there are none, or of another version, which whoever reads them will say
        return
    if there and not there.keys() & plan.data.keys():
        raise UsageError(
            f"--out {folder} holds the results of {a_few(list(there))}, and not of {a_few(list(plan.data))}; choose "
            "another folder, or start over with --fresh"
        )


def outlook(request: Request, console: Console) -> list[str]:
    """Say, line by line, what `run` would do, and for how long.

    Raises
    ------
    UsageError
        If any of it cannot be.
    """
    with asking(request.limits) as ask:
        plan, _ = _planned(request.suite, ask)
    _say_remarks(plan, console)
    if not request.fresh:
        _same_data(request.folder, plan)
    there, estimate = (request.folder / STORE).exists() and not request.fresh, Estimate()
    with Store.read(request.folder) if there else nullcontext() as store:
        plan = _audited(request, plan, store.provenance() if store else None)
        mine = _mine(request, plan)
        found = Pending(missing=mine)
        if store:
            _same_suite(store, plan)
            found = pending(mine, store, request.retry)
            estimate = Estimate(store.elapsed())
    to_run = found.to_run(mine)
    lines = [str(cell) for cell in to_run[:MAX_LISTED]]
    if len(to_run) > MAX_LISTED:
        lines.append(f"… and {len(to_run) - MAX_LISTED} more")
    lines.append(
        f"{len(mine)} cells: {len(found.done)} done, {len(found.stale)} stale, {len(found.retried)} to retry, "
        f"{len(found.missing)} missing; {len(to_run)} to run, into {request.folder}"
    )
    lines += [f"again: {plural(count, 'cell')}, {reason}" for reason, count in found.reasons.most_common()]
    expected, jobs, by = estimate.total(groups(cell.id for cell in to_run)), request.engine.jobs, ""
    if expected is None:
        expected, by = expected_s(to_run, plan.data), ", judged by the published timings on Adult"
    if to_run:
        lines.append(f"that should take about {duration(max(1.0, expected / jobs))} on {plural(jobs, 'job')}{by}")
    return lines
