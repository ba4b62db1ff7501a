"""Contenders whose cells others ran and submitted: who, when that was checked, by how many cells run again."""

from ....errors import plain, plural
from ...groups import Group
from ...markdown import NOTHING, table
from ...page import Report

PLACE, ORDER = "bottom", 8
TITLE = "Submitted by others"


def render(report: Report, groups: list[Group]) -> str:
    """Render the table; nothing where everything was run for this folder."""
    rows = [
        [
            f"`{name}`",
            each.who,
            each.checked,
            plural(each.again, "cell"),
            "; ".join(map(plain, each.remarks)) or NOTHING,
        ]
        for name, each in report.provenance.submitted.items()
    ]
    if not rows:
        return ""
    text = (
        "These contenders were run elsewhere, by whom the table says. Cells of contenders that race here, too, were "
        "compared with those here, and some of the new cells, drawn by lot, were run again: the scores were the same. "
        "How the other cells came about only their origin knows; seconds and memory were not checked at all."
    )
    headers = ["contender", "submitted by", "checked", "run again", "to be known"]
    return f"## {TITLE}\n\n{text}\n\n{table(headers, rows, left=len(headers))}"
