"""A log file for each cell that went wrong or printed something: the verdict, the traceback, what was printed."""

import re
from pathlib import Path

from .cell import Cell, Outcome

FOLDER = "logs"


def log_path(folder: Path, cell: Cell) -> Path:
    """Where the log of a cell lies in a results folder."""
    name = f"{cell.dataset}_{cell.classifier}_{cell.contender}_seed{cell.seed}"
    short = re.sub(r"[^A-Za-z0-9_.=-]+", "-", name)[:120]
    return folder / FOLDER / f"{short}_{cell.key[:6]}.log"


def keep_log(folder: Path, cell: Cell, outcome: Outcome) -> None:
    """Write the log of a cell, or remove that of an earlier try."""
    path = log_path(folder, cell)
    if outcome.log:
        path.parent.mkdir(exist_ok=True)
        path.write_text(outcome.log, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
