"""One line above the tables of a data set and learner: which of its contenders were run elsewhere, and by whom."""

from ...groups import Group
from ...page import Report
from .submitted import TITLE

PLACE, ORDER = "group", 1


def render(report: Report, groups: list[Group]) -> str:
    """Render the line; nothing where everything was run for this folder."""
    (group,) = groups
    known = report.provenance.submitted
    named = [f"`{name}` (by {known[name].who})" for name in group.scored if name in known]
    anchor = TITLE.lower().replace(" ", "-")
    return f"[{TITLE}](#{anchor}): {', '.join(named)}." if named else ""
