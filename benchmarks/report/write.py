"""Write what a results folder shows: cells and curves, what they ran on, a leaderboard in markdown, and pictures."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from ..design.cell import CellId
from ..errors import UsageError
from ..measure.outcome import LIFT, SCORED
from ..measure.roc import Roc
from ..record.folder import (
    AUDIT,
    CELLS,
    CURVES,
    DETAILS,
    ENVIRONMENT,
    FIGURES,
    LEADERBOARD,
    STORE,
    read_results,
    replace_file,
    without_audits,
)
from ..record.store import Store
from ..record.submitted import with_submitted
from .curves import Curves
from .groups import BASELINE
from .lift import lift, reading_rates
from .page import Draws, Report, all_sections, pages
from .reliability import Reliability
from .sections import audit
from .style import written_as


def write(store: Store) -> Path:
    """Write everything from the store; give the path of the leaderboard.

    `environment.json` keeps the number of cells that were asked for, so that coverage can be told without the store.

    Raises
    ------
    UsageError
        If no run has begun in it.
    """
    provenance = store.provenance()
    if provenance is None:
        path = store.folder / STORE
        raise UsageError(f"{path} holds no run; start one with 'oversampling-bench run --out {store.folder}'")
    baseline = {where: Roc.of(y, probability) for where, y, probability in store.tested(BASELINE)}
    records, reliability = store.cells(provenance.own_measures), Reliability()
    tested = reliability.through(store.tested(), _with_probabilities(records))
    cells, audits = without_audits(with_lift(records, baseline, tested))
    provenance = provenance.model_copy(update={"planned": store.n_planned(), "machines": store.machines()})
    replace_file(store.folder / CELLS, cells.to_csv(index=False, lineterminator="\n"))
    if len(audits):
        replace_file(store.folder / AUDIT, audits.to_csv(index=False, lineterminator="\n"))
    else:
        (store.folder / AUDIT).unlink(missing_ok=True)
    replace_file(store.folder / ENVIRONMENT, provenance.text())
    curves = Curves.of(baseline, reliability, store.details())
    replace_file(store.folder / CURVES, curves.text())
    draw_all(Report(cells, provenance), curves, store.folder / FIGURES)
    return _render(store.folder)


def _with_probabilities(records: pd.DataFrame) -> set[CellId]:
    there = records[records["brier"].notna()]
    return {CellId(*where) for where in there[list(CellId._fields)].itertuples(index=False, name=None)}


def draw_all(report: Report, curves: Curves, folder: Path) -> None:
    """Draw the pictures of a run, in place of those of an earlier one."""
    for old in folder.glob(written_as("*.png")):
        old.unlink()
    for section in all_sections():
        if isinstance(section, Draws):
            section.draw(report, curves, folder)


def with_lift(
    cells: pd.DataFrame, baseline: dict[CellId, Roc], tested: Iterable[tuple[CellId, np.ndarray, np.ndarray]]
) -> pd.DataFrame:
    """Fill in `lift_over_threshold`.

    The baseline's own lift is 0 by definition. Where it has no curve, or `Operating.why_no_lift` says why there is
    none, nothing is filled in.

    Parameters
    ----------
    cells : DataFrame
        Records.
    baseline : dict
        The baseline's curves.
    tested : iterable of (CellId, ndarray of shape (n_test,), ndarray of shape (n_test,))
        Test labels and probabilities of all scored cells, taken one after the other.
    """
    scored = cells[cells["status"].isin(SCORED)]
    found = dict.fromkeys(baseline, 0.0)
    at = {where: rate for where, rate in reading_rates(scored) if where.contender != BASELINE}
    for where, y, probability in tested:
        curve = baseline.get(where._replace(contender=BASELINE))
        if where in at and curve is not None:
            found[where] = lift(curve, Roc.of(y, probability), at[where])
    ids = zip(cells["dataset"], cells["classifier"], cells["contender"], cells["seed"], strict=True)
    return cells.assign(**{LIFT: [found.get(CellId(*where), float("nan")) for where in ids]})


def rewrite(folder: Path) -> Path:
    """Render a results folder again: from its store, or where that is not there (a fresh clone) from `cells.csv`.

    Raises
    ------
    UsageError
        If the folder holds neither, or something unreadable.
    """
    if (folder / STORE).exists():
        with Store.read(folder) as store, _writable(folder):
            return write(store)
    with _writable(folder):
        if (folder / CURVES).is_file():
            results = read_results(folder)
            draw_all(Report(results.cells, results.provenance), Curves.read(folder / CURVES), folder / FIGURES)
        return _render(folder)


def audit_warning(folder: Path) -> str:
    """Say in one line what an audit found that does not fit; nothing where all fits, or there was no audit."""
    results = read_results(folder)
    said = audit.warning(Report(results.cells, results.provenance, audits=results.audits)).replace("**", "")
    return f"{said}; see Audit in {folder / DETAILS}." if said else ""


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error})") from error


def _render(folder: Path) -> Path:
    results = with_submitted(read_results(folder))
    figures = sorted(path.name for path in (folder / FIGURES).glob("*.png"))
    try:
        found = pages(Report(results.cells, results.provenance, figures, results.audits))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(f"{folder / CELLS} or {ENVIRONMENT} is damaged ({error!r})") from error
    for name, text in found.items():
        replace_file(folder / name, text)
    return folder / LEADERBOARD
