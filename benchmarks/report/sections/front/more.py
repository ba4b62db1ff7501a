"""What did not end well, in a line, and where to read on."""

from collections import Counter

from ....errors import a_few, plural
from ....measure.outcome import WELL
from ....record.folder import AUDIT, CELLS, DETAILS, ENVIRONMENT
from ...groups import Group
from ...page import Report

PLACE, ORDER = "front", 40

MOST = 6
"""Contenders that are named among those that did not end ok."""


def render(report: Report, groups: list[Group]) -> str:
    """Say both."""
    suite = report.provenance.suite.name
    audits = f", [{AUDIT}]({AUDIT})" if report.audits is not None and len(report.audits) else ""
    lines = [
        f"- All else: [{DETAILS}]({DETAILS}), with differences, p values, probabilities, synthetic rows, runtime, and "
        "how each number is made.",
        f"- The numbers themselves: [{CELLS}]({CELLS}), a row a cell; what they ran on: [{ENVIRONMENT}]({ENVIRONMENT})"
        f"{audits}.",
        f"- One of them again: `oversampling-bench reproduce {suite}/DATASET/CLASSIFIER/CONTENDER/SEED`.",
    ]
    return "\n\n".join(part for part in (failures(report), "## More\n\n" + "\n".join(lines)) if part)


def failures(report: Report) -> str:
    """Count the cells that did not end ok, by contender and what became of them."""
    failed = report.cells[~report.cells["status"].isin(WELL)]
    if failed.empty:
        return ""
    counts = Counter(zip(failed["contender"], failed["status"], strict=True)).most_common()
    named = a_few([f"`{name}` {count} {status}" for (name, status), count in counts], MOST)
    where = f"[why]({DETAILS}#cells-that-did-not-end-ok)"
    return f"## Failures\n\n{plural(len(failed), 'cell')} did not end ok: {named}; {where}."
