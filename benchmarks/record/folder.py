"""A results folder: its files, who may write there, and what it holds."""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from ..design import audit
from ..design.cell import Cell, CellId
from ..errors import UsageError
from ..measure.outcome import COLUMNS, COUNTS, SCORED, TEXT, YOUNGER, Outcome
from ..measure.scores import MEASURES
from .provenance import Provenance

STORE, CELLS, AUDIT, ENVIRONMENT = "cells.sqlite", "cells.csv", "audit.csv", "environment.json"
CURVES = "curves.json"
LEADERBOARD, DETAILS, FIGURES, LOGS = "leaderboard.md", "details.md", "figures", "logs"
LOCK = f"{STORE}.lock"


@dataclass(frozen=True)
class Results:
    """What a results folder holds: cells in rows, what they ran on, and the cells of audits."""

    folder: Path
    cells: pd.DataFrame
    provenance: Provenance
    audits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))


def read_results(folder: Path) -> Results:
    """Read `cells.csv`, `audit.csv` where there is one, and `environment.json`.

    Raises
    ------
    UsageError
        If they are not there, or damaged, or of another version.
    """
    if not ((folder / CELLS).is_file() and (folder / ENVIRONMENT).is_file()):
        raise UsageError(f"{folder} holds no results: no {CELLS} with {ENVIRONMENT}")
    provenance = Provenance.read(folder / ENVIRONMENT)
    path = folder / CELLS
    try:
        found = Results(folder, read_csv(path, provenance.own_measures), provenance)
        path = folder / AUDIT
        return replace(found, audits=read_csv(path, provenance.own_measures)) if path.is_file() else found
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is damaged ({error!r})") from error


def read_csv(path: Path, own: Sequence[str] = ()) -> pd.DataFrame:
    """Read a `cells.csv` back, to the last digit (Python's own float() is exact; pandas' parsers need not be).

    Measures that are younger than the file are empty columns; those of the user's `own` are known by name.

    Raises
    ------
    UsageError
        If another column is missing, or one is there that this version does not know.
    """
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    if unknown := [name for name in cells.columns if name not in (*COLUMNS, *own)]:
        raise UsageError(f"{path} has columns that this version does not know: {', '.join(unknown)}")
    if missing := [name for name in COLUMNS if name not in cells.columns and name not in (*MEASURES, *YOUNGER)]:
        raise UsageError(f"{path} is damaged (no column {', '.join(missing)})")
    for column in cells.columns.difference(TEXT):
        cells[column] = [float(text) if text else None for text in cells[column].to_numpy(dtype=object)]
    cells = cells.assign(**{name: "" for name in TEXT if name not in cells.columns})
    return typed(cells.reindex(columns=[*COLUMNS, *own]))


def without_audits(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the records of audits from the others: give these, and those."""
    audited = {label: audit.read(label).kind is not None for label in cells["dataset"].unique()}
    is_audit = cells["dataset"].map(audited).astype(bool)
    return cells[~is_audit].reset_index(drop=True), cells[is_audit].reset_index(drop=True)


def absent_measures(cells: pd.DataFrame) -> list[str]:
    """Name the measures that no scored cell has: they are younger than the cells. None, where no cell is scored."""
    scored = cells[cells["status"].isin(SCORED)]
    return [name for name in MEASURES if len(scored) and scored[name].isna().all()]


def typed(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of records their types."""
    types = dict.fromkeys(cells.columns, "float64") | dict.fromkeys(TEXT, "str") | dict.fromkeys(COUNTS, "Int64")
    return cells.fillna(dict.fromkeys(TEXT, "")).astype(types | {"seed": "int64"})


def replace_file(path: Path, text: str) -> Path:
    """Write a file aside and rename it: a reader, or a crash, never meets half a file."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    return aside.replace(path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made where it is missing. A run that dies lets go of it.

    Raises
    ------
    UsageError
        If another run is at work there, or the folder cannot be written.
    """
    lock = FileLock(folder / LOCK, blocking=False)
    holder = folder / f"{LOCK}.holder"  # beside it: whoever tries for the lock empties its file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        holder.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
    except Timeout:
        who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
        raise UsageError(f"{folder} is in use by another run ({who}); wait for it, or choose another") from None
    except OSError as error:
        lock.release()
        raise UsageError(f"{folder} cannot be written ({error})") from error
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def log_path(folder: Path, cell: Cell) -> Path:
    """Say where the log of a cell lies."""
    return folder / LOGS / f"{log_name(cell.id)}_{cell.key[:6]}.log"


def log_name(where: CellId) -> str:
    """Name the log of a cell, as every file system takes it; its key, which tells it from others, comes after.

    >>> log_name(CellId("adult", "forest", "smote[k_neighbors=3]", 0))
    'adult_forest_smote-k_neighbors=3-_seed0'
    """
    name = f"{where.dataset}_{where.classifier}_{where.contender}_seed{where.seed}"
    return re.sub(r"[^A-Za-z0-9_.=-]+", "-", name)[:120]


def keep_log(folder: Path, cell: Cell, outcome: Outcome) -> None:
    """Write the log of a cell that went wrong or printed something, or remove that of an earlier try."""
    path = log_path(folder, cell)
    if outcome.log:
        path.parent.mkdir(exist_ok=True)
        # Whatever was printed is kept; but showing it must move nobody's cursor.
        path.write_text(outcome.log.replace("\x1b", "␛"), encoding="utf-8", errors="backslashreplace")
    else:
        path.unlink(missing_ok=True)
