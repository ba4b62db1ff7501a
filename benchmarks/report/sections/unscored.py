"""What is not in the tables: what was left out, and cells that did not end ok, each with its reason."""

import pandas as pd

from ...record.provenance import Provenance
from ..groups import Group
from ..markdown import table
from ..section import Report

PLACE, ORDER = "bottom", 20
MAX_LISTED = 50


def render(report: Report, groups: list[Group]) -> str:
    """Render the two tables."""
    parts = [left_out(report.provenance), failures(report.cells)]
    return "\n\n".join(part for part in parts if part)


def left_out(provenance: Provenance) -> str:
    """Render what could not be used or is not meant for such data."""
    found = provenance.left_out | provenance.not_applicable
    return f"## Left out\n\n{table(['what', 'why'], found.items(), left=2)}" if found else ""


def failures(cells: pd.DataFrame) -> str:
    """Render the cells that did not end ok."""
    failed = cells[cells["status"] != "ok"]
    if failed.empty:
        return ""
    columns = ["dataset", "classifier", "contender", "seed", "status", "phase", "reason"]
    listed = failed[columns].head(MAX_LISTED).itertuples(index=False)
    more = f"\n\n… and {len(failed) - MAX_LISTED} more, in cells.csv." if len(failed) > MAX_LISTED else ""
    return f"## Cells that did not end ok\n\n{table(columns, listed, left=len(columns))}{more}"
