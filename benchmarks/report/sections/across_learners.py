"""One data set, several learners: whether a contender's lift survives a better learner."""

from ...measure.outcome import LIFT
from ..groups import BASELINE, Group
from ..markdown import NOTHING, interval, table
from ..page import Report
from ..statistics import MIN_SEEDS
from .group.lift import NOISE

PLACE, ORDER = "data set", 10


def render(report: Report, groups: list[Group]) -> str:
    """Render the comparison across learners, each contender's lift over the same learner's moved threshold."""
    names = list(dict.fromkeys(name for group in groups for name in group.scored if name != BASELINE))
    if len(groups) < 2 or not names:
        return ""
    rows = [
        [f"`{name}`", next(group.roles[name] for group in groups if name in group.roles)]
        + [_lift(group, name) for group in groups]
        for name in names
    ]
    headers = ["contender", "role", *(group.classifier for group in groups)]
    parts = [
        f"## {groups[0].dataset} · across learners",
        "Lift over the threshold of the same learner without oversampling, percentage points; 95 % interval and "
        f"verdict where there are {MIN_SEEDS} seeds or more. A lift that is gone with a better learner may have "
        f"come from the weakness of the first. {NOISE}",
        table(headers, rows, left=2),
        f"Balanced error %, mean ± standard deviation over seeds; the row of `{BASELINE}` is the learner alone.",
        table(headers, [_balanced(groups, name) for name in (BASELINE, *names)], left=2),
    ]
    return "\n\n".join(parts)


def _lift(group: Group, name: str) -> str:
    judged = group.judged[LIFT].get(name)
    if judged is not None and group.decides:
        return f"{interval(judged.comparison, LIFT)} {group.in_words(name, LIFT)}"
    return group.summary(name, LIFT, "+")


def _balanced(groups: list[Group], name: str) -> list[str]:
    role = next((group.roles[name] for group in groups if name in group.roles), NOTHING)
    return [f"`{name}`", role, *(group.summary(name, "balanced_error") for group in groups)]
