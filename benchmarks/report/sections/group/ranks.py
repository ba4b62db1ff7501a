"""One data set, one learner: contenders ranked by several scores side by side, for they do not agree."""

from ...groups import RANKED_BY, Group
from ...markdown import NOTHING, heading, table
from ...page import Report

PLACE, ORDER = "group", 7


def render(report: Report, groups: list[Group]) -> str:
    """Render the ranks; nothing where there are too few seeds for them."""
    (group,) = groups
    scores = [score for score in RANKED_BY if group.ranks.get(score)]
    if not scores:
        return ""
    rows = [
        [f"`{name}`", group.roles[name], *(group.ranks[score].get(name, NOTHING) for score in scores)]
        for name in group.scored
    ]
    text = (
        "One more than the number of contenders that are shown to be better (p below 0.05, adjusted for all pairs of "
        "the column, which is another number than below): equal ranks are not proof of being equal. Which is best "
        "depends on what is asked of it: decisions (balanced error), the order of the rows (ROC AUC, average "
        "precision), or the probabilities themselves."
    )
    headers = ["contender", "role", *(heading(score).removesuffix(" %") for score in scores)]
    return "\n\n".join(["### Ranks, score by score", text, table(headers, rows, left=2)])
