"""One data set, one learner: what tuners found inside the training rows, and what that cost."""

from collections import Counter

from ....measure.outcome import CHOSEN
from ...groups import Group
from ...markdown import median_iqr, table
from ...page import Report

PLACE, ORDER = "group", 17

MOST = 4
"""Choices of a contender that are named."""


def render(report: Report, groups: list[Group]) -> str:
    """Render the table; nothing where nobody tuned."""
    (group,) = groups
    rows = []
    for name, cells in group.scored.items():
        tuned = cells[cells["tune_fits"].notna()]
        if not len(tuned):
            continue
        counts = Counter(tuned[CHOSEN])
        named = [f"{text} ({count})" if count > 1 else text for text, count in counts.most_common(MOST)]
        more = [f"{len(counts) - MOST} more"] if len(counts) > MOST else []
        fits = f"{tuned['tune_fits'].median():.0f}"
        rows.append(
            [f"`{name}`", fits, median_iqr(tuned["tune_s"]), median_iqr(tuned["fit_s"]), "; ".join([*named, *more])]
        )
    if not rows:
        return ""
    text = (
        "Learnt on inner folds of each split's training rows: how often the learner was fitted for it, the seconds that "
        "took, beside those of the one fit that is scored (medians over seeds), and what was found, by how many seeds."
    )
    headers = ["contender", "inner fits", "tune s", "fit s", "found"]
    lines = table(headers, rows)
    return f"### Tuned inside the training rows\n\n{text}\n\n{lines}"
