"""Take over what others ran: check it against a results folder, run some of it again, keep it with its origin.

Nothing of a submission is executed: its contenders are found here, by name or by the files that the user names, and
must be the code that was submitted, by its hash.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os.path import realpath
from pathlib import Path
from random import Random

import pandas as pd

from ..catalog import wrapping
from ..design.cell import Cell, CellId
from ..errors import UsageError, a_few, plain, plural
from ..measure.outcome import LIFT, SCORED
from ..measure.roc import Roc
from ..parallel.engine import Limits
from ..parallel.machine import machine_name
from ..record.folder import locked, read_results
from ..record.provenance import ContenderInfo
from ..record.submitted import Checked, content_of, keep, submissions
from ..report.groups import BASELINE
from ..report.write import rewrite, with_lift
from .consistent import CLOSE
from .consistent import problems as inconsistencies
from .fitting import Fitting
from .reproduce import Again, Files, planned, run_again

ORIGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?")


@dataclass(frozen=True)
class How:
    """How a submission is checked.

    Attributes
    ----------
    files : Files
        Where contenders and what they race on lie on this machine, if they are files.
    limits : Limits
        What a cell that is run again may take.
    checks : int
        How many are run again, at least: each new contender has one.
    key : str
        What their choice follows from, beside what was sent; drawn if left out. Whoever sends something cannot know it,
        and so not change an idle digit until the lot falls on other cells; and it is kept, so that the choice can be
        repeated.
    """

    files: Files
    limits: Limits
    checks: int = 3
    key: str = ""


def submit(folder: Path, to: Path, origin: str, how: How) -> tuple[bool, list[str]]:
    """Check a results folder of somebody else, and take its new contenders over if all fits.

    Returns
    -------
    taken : bool
        Whether they were; if not, a cell that was run again has other scores.
    lines : list of str
        What to tell the user.

    Raises
    ------
    UsageError
        If it does not fit for any other reason.
    """
    if not ORIGIN.fullmatch(origin):
        raise UsageError(f"--origin '{plain(origin)}': give a name of letters, digits, '_', '.' and '-'")
    if how.checks < 1:
        raise UsageError(f"--check {how.checks}: give 1 or more")
    read_results(to)  # to lock a folder is to make it
    if realpath(folder) == realpath(to):
        raise UsageError(f"--to {to} is the folder to submit; choose another")
    with locked(to):
        others = {name: each.checked.origin for each in submissions(to) for name in each.checked.contenders}
        fitting = Fitting(
            read_results(folder),
            read_results(to),
            {name: who for name, who in others.items() if who != origin},
            how.files,
        )
        content, key = content_of(folder), how.key or secrets.token_hex(8)
        for problem in (*inconsistencies(fitting.sent.cells), *fitting.problems()):
            raise UsageError(f"{folder} cannot be taken: {problem}")
        cells = _planned(fitting, draw(fitting, how.checks, content + key), how)
        contenders = {cell.contender: _info(cell, fitting) for cell in cells if cell.contender in fitting.new}
        again = run_again(fitting.own_rows | fitting.rows, cells, how.limits)
        lines = [line for each in again for line in each.lines(fitting.sent)]
        wrong = [*(f"{each.cell} has other scores" for each in again if not each.same), *wrong_lifts(fitting, again)]
        if wrong:
            return False, [*lines, f"NOT taken: {'; '.join(wrong)}"]
        without = [f"{name} has no scores here, and is left out" for name in fitting.new if name not in contenders]
        checked = Checked(
            origin=origin,
            checked=f"{datetime.now(UTC):%Y-%m-%d}",
            content=content,
            key=key,
            again=[str(cell) for cell in cells],
            machine=machine_name(1),
            contenders=contenders,
            remarks=[*fitting.remarks(), *without],
        )
        where = keep(to, folder, checked)
        count = sum(each.contender in contenders for each in fitting.taken)
        names = a_few([f"`{name}`" for name in contenders], most=12)
        taken = f"taken into {where}: {plural(count, 'cell')} of {names}, by {origin}"
        return True, [*lines, *(f"to be known: {remark}" for remark in checked.remarks), taken, str(rewrite(to))]


def draw(fitting: Fitting, count: int, lot: str) -> list[CellId]:
    """Draw cells with scores: of each new contender one, then further ones of theirs, then of those that both have.

    The same `lot` draws the same.
    """
    rng = Random(lot)
    of_new = {name: [where for where in fitting.taken if where.contender == name and _scored(fitting, where)]
              for name in sorted(fitting.new)}  # fmt: skip
    piles = [rng.sample(sorted(pile), len(pile)) for pile in of_new.values() if pile]
    rng.shuffle(piles)
    most = max(map(len, piles))
    new = [pile[place] for place in range(most) for pile in piles if place < len(pile)]
    shared = rng.sample(sorted(fitting.shared), len(fitting.shared))
    return [*new, *shared][: max(count, len(piles))]


def wrong_lifts(fitting: Fitting, again: Sequence[Again]) -> Iterator[str]:
    """Say which lifts do not come out of the curves of cells that were run again, and of the baseline's beside them."""
    tested = {
        each.cell.id: (each.outcome.y_test, each.outcome.probability)
        for each in again
        if each.outcome.y_test is not None and each.outcome.probability is not None
    }
    for each in again:
        where, stored = each.cell.id, each.stored[LIFT]
        baseline = where._replace(contender=BASELINE)
        if pd.isna(stored) or where.contender == BASELINE or not {where, baseline} <= tested.keys():
            continue
        curve = Roc.of(*tested[baseline])
        found = with_lift(fitting.sent.cells, {baseline: curve}, [(where, *tested[where])])
        place = found[[*CellId._fields]].apply(tuple, axis=1) == tuple(where)
        now = float(found.loc[place, LIFT].iloc[0])
        if not abs(now - stored) <= CLOSE + each.tolerance:
            yield f"{where} has {LIFT} {stored:.6g}, but its curve gives {now:.6g}"


def _scored(fitting: Fitting, where: CellId) -> bool:
    return fitting.rows[where]["status"] in SCORED


def _planned(fitting: Fitting, drawn: Sequence[CellId], how: How) -> list[Cell]:
    # A lift is read from two curves: of each cell that has one, the baseline runs, too.
    beside = [where._replace(contender=BASELINE) for where in drawn if not pd.isna(fitting.rows[where][LIFT])]
    wanted = list(dict.fromkeys([*drawn, *beside]))
    cells = planned(fitting.own, fitting.own.provenance.suite.name, wanted, how.files, how.limits)
    for cell, where in zip(cells, wanted, strict=True):
        if cell.id != where:
            raise UsageError(f"{where} cannot be run again: it would be {cell} here")
        if cell.inputs.data != fitting.own.provenance.data[where.dataset].hash:
            raise UsageError(f"data set {where.dataset} is another one here than in {fitting.own.folder}")
    return cells


def _info(cell: Cell, fitting: Fitting) -> ContenderInfo:
    code = fitting.sent.provenance.contenders[cell.contender].code
    if cell.inputs.contender != code:
        raise UsageError(
            f"the code of contender '{cell.contender}' here ({cell.contender_choice.entry.origin()}) is not what was "
            f"submitted: its hash is {cell.inputs.contender}, not {plain(code)}"
        )
    declared, entry = wrapping.declared(cell.contender_choice), cell.contender_choice.entry
    return ContenderInfo(
        role=declared.role, space=declared.space, source=entry.origin(), about=entry.summary(), code=code
    )
