"""What a reader must know of the added rows: a table of them, and marks for the table of scores."""

from ....measure.outcome import SYNTHETIC
from ...groups import Group
from ...markdown import table
from ...page import Report

PLACE, ORDER = "group", 20
COLLAPSED, MOSTLY = 0.05, 0.5
REAL, BY_FAR = "random", 1.25
"""`random` adds real positives. Where classes overlap, many of those lie nearest to a negative too."""

MARKS = {
    "partial": "other counts than asked",
    "declined": "in some cells it added no rows, by its own rule, and is scored on the training rows as they are",
    "collapsed": "the added rows are, or nearly are, one point: they teach a learner next to nothing",
    "mostly copies": "most added rows equal a training row: they change weights, or labels, and no more",
    "mostly invalid": "most added rows lie nearest to a real negative, far more than those of `random` where it ran",
}

HEADINGS = {
    "synthetic_unique": "unique %",
    "synthetic_copies": "copies %",
    "synthetic_valid": "valid %",
    "synthetic_invalid": "invalid %",
}


def marks(group: Group, name: str) -> list[str]:
    """Say what a reader must know of a contender's rows before they believe its scores."""
    cells = group.scored[name]
    mean = cells[SYNTHETIC].mean()
    real = group.mean(REAL, "synthetic_invalid") if REAL in group.scored else 0.0
    found = {
        "partial": cells["status"].eq("partial").any(),
        "declined": cells["status"].eq("declined").any(),
        "collapsed": mean["synthetic_spread"] < COLLAPSED,
        "mostly copies": mean["synthetic_copies"] > MOSTLY,
        "mostly invalid": mean["synthetic_invalid"] > max(MOSTLY, BY_FAR * real),
    }
    return [mark for mark, applies in found.items() if applies]


def explain(group: Group) -> str:
    """Say what the marks of a group's contenders mean; empty where there are none."""
    present = {mark for name in group.scored for mark in marks(group, name)}
    return "\n".join(f"- *{mark}*: {meaning}." for mark, meaning in MARKS.items() if mark in present)


def render(report: Report, groups: list[Group]) -> str:
    """Table of what the added rows look like; empty where none were added."""
    (group,) = groups
    rows = [
        [
            f"`{name}`",
            *(f"{cells[column].mean():,.0f}" for column in ("n_requested", "n_synthetic")),
            *(f"{cells[column].mean() * 100:.1f}" for column in HEADINGS),
            f"{cells['synthetic_spread'].mean():.3f}",
            f"{cells['synthetic_detectability'].mean():.3f}",
        ]
        for name, cells in group.scored.items()
        if cells["n_synthetic"].gt(0).any()
    ]
    if not rows:
        return ""
    headers = ["contender", "asked", "made", *HEADINGS.values(), "spread", "detectability"]
    return f"### Synthetic rows\n\nMeans over seeds.\n\n{table(headers, rows)}"
