"""How it was measured, and who raced."""

from ...errors import plain, ranges, uncapitalised
from ..groups import Group
from ..markdown import table
from ..page import Report
from .group import scores

PLACE, ORDER = "top", 10


def render(report: Report, groups: list[Group]) -> str:
    """Render the setting, and a line a contender."""
    parts = ["## Setting", _setting(report)]
    if len(groups) > scores.MAX_PICTURES and not report.together:
        parts.append(f"Trade-off pictures are left out: more than {scores.MAX_PICTURES} data sets and learners.")
    return "\n\n".join([*parts, contenders(report)])


def contenders(report: Report) -> str:
    """Say of each contender what it is: oversamplers first, then what they must beat."""
    raced = set(report.cells["contender"])
    known = {name: each for name, each in report.provenance.contenders.items() if name in raced}
    ordered = sorted(known, key=lambda name: known[name].role == "control")
    rows = [[f"`{name}`", known[name].role, plain(known[name].about), known[name].source] for name in ordered]
    return table(["contender", "role", "what it is", "from"], rows, left=4)


def _setting(report: Report) -> str:
    suite = report.provenance.suite
    known, protocol = report.provenance.protocol, plain(suite.protocol).replace("`", "")
    about = f" ({uncapitalised(plain(known.about).rstrip('.'))})" if known and known.about else ""
    rows = f"add {suite.n_requested:,} positives" if suite.n_requested else "balance the classes"
    counts = sorted({group.n_seeds for group in report.groups})
    more = "" if len(counts) < 2 else f"; from {counts[0]} to {counts[-1]} a data set"
    if more and suite.test_positives:
        more += (
            f", until {suite.test_positives} positives are tested on, counted split by split, or there are "
            f"{suite.max_seeds}"
        )
    return (
        f"{suite.description} Protocol `{protocol}`{about}; contenders are asked to {rows}; all see the same "
        f"splits, one per seed ({ranges(sorted(set(report.cells['seed'])))}{more})."
    )
