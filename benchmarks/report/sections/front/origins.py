"""Which contenders of the table were run elsewhere, and by whom."""

from ....record.folder import DETAILS
from ...groups import Group
from ...markdown import anchor
from ...page import Report
from ..group.submitted import TITLE

PLACE, ORDER = "front", 25


def render(report: Report, groups: list[Group]) -> str:
    """Render the line; nothing where everything was run for this folder."""
    known = report.provenance.submitted
    raced = dict.fromkeys(name for group in groups for name in group.scored)
    named = [f"`{name}` (by {known[name].who})" for name in raced if name in known]
    return f"[{TITLE}]({DETAILS}#{anchor(TITLE)}): {', '.join(named)}." if named else ""
