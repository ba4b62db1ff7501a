"""One data set, one learner: the primary score, lift over the moved threshold, and lifts at fixed false alarms."""

import math

from ....errors import plural
from ....measure.outcome import LIFT
from ...groups import BASELINE, PLACEBO, Group
from ...lift import FIXED
from ...markdown import NOTHING, interval, mean_std, number, table
from ...page import Report
from ...statistics import MIN_SEEDS

PLACE, ORDER = "group", 5

NOISE = (
    "The interval covers the noise of the split and of the seeds of contender and learner, on this data set; it says "
    "nothing about other data sets."
)


def render(report: Report, groups: list[Group]) -> str:
    """Render the table, what it could have found, and what it cannot tell."""
    (group,) = groups
    names = [name for name, cells in group.scored.items() if name != BASELINE and len(cells)]
    if not (group.has_baseline and names):
        return ""
    headers = ["contender", "role", "its false alarms %", "lift, points", "verdict", "p (Holm)"]
    headers += ["seeds won / equal / lost", *(f"lift at {rate} %" for rate in FIXED)]
    rows = [
        [f"`{name}`", group.roles[name], _own(group, name), *_lift(group, name), *fixed(group, name)]
        for name in _by_lift(group, names)
    ]
    test = "95 % confidence interval (corrected resampled t-test), p adjusted for the number of contenders; "
    text = (
        f"Percentage points by which fewer positives are missed than by `{BASELINE}` at equally many false alarms: "
        "the contender's own, and 1, 5 and 10 % of the negatives, which are described, not tested. Lifts at different "
        "false alarms are not to be compared with each other. Mean"
        f"{f', {test}*equivalent* goes by the narrower 90 % interval' if group.decides else ' over seeds'}. {NOISE}"
    )
    parts = ["### Lift over the moved threshold", text, table(headers, rows, left=2), power(group), placebo(group)]
    return "\n\n".join(part for part in [*parts, untold(group)] if part)


def _by_lift(group: Group, names: list[str]) -> list[str]:
    def key(name: str) -> tuple[bool, bool, float]:
        mean = group.mean(name, LIFT)
        return not group.complete(name), math.isnan(mean), -mean

    return sorted(names, key=key)


def _own(group: Group, name: str) -> str:
    return number(group.mean(name, "error_negative"), "error_negative")


def _lift(group: Group, name: str) -> list[str]:
    judged = group.judged[LIFT].get(name)
    if judged is None or not group.decides:
        return [mean_std(group.paired(name, LIFT), LIFT, "+", of=group.n_seeds), "", NOTHING, NOTHING]
    found = judged.comparison
    seeds = f"{found.above} / {found.equal} / {found.below}"
    return [interval(found, LIFT), group.in_words(name, LIFT), p_value(judged.p_adjusted), seeds]


def fixed(group: Group, name: str) -> list[str]:
    """Give the lifts at fixed rates of false alarms, with their intervals where there are seeds enough."""
    found = []
    for measure in FIXED.values():
        compared = group.interval(name, measure)
        mean, low, high = (number(-end, LIFT, "+") for end in (compared.mean, compared.high, compared.low))
        if compared.n < group.n_seeds:
            found.append(f"{mean} ({compared.n} of {plural(group.n_seeds, 'seed')})")
        else:
            found.append(f"{mean} [{low}, {high}]" if group.decides else mean)
    return found


def power(group: Group) -> str:
    """Say which lift could have been found."""
    if not group.decides:
        return f"No verdict: {plural(group.n_seeds, 'seed')} are too few, {MIN_SEEDS} are needed."
    if math.isnan(group.detectable_lift):
        return ""
    return (
        f"A true lift of {number(group.detectable_lift, LIFT)} points would have been found in four of five such runs "
        f"({plural(group.n_seeds, 'seed')}, {plural(len(group.judged[LIFT]), 'contender')} compared, the median of "
        "their standard errors)."
    )


def placebo(group: Group) -> str:
    """Say what was said of the control that must show nothing."""
    if not group.decides or not group.complete(PLACEBO):
        return ""
    what = f"`{PLACEBO}` is `{BASELINE}` with another seed of the learner"
    said = group.of_placebo
    if not said:
        return f"{what}, which draws nothing: its scores are the same."
    false = [score for score, word in said.items() if word in ("better", "worse")]
    lifted = f"its lift is called {said[LIFT]}" if LIFT in said else "it has no lift"
    return (
        f"{what}, and must show nothing: {lifted}, and of its {plural(len(said), 'score')} {len(false) or 'none'} "
        f"{'is' if len(false) < 2 else 'are'} called better or worse."
    )


def untold(group: Group) -> str:
    """Say of which contenders no lift can be told, and why."""
    why: dict[str, list[str]] = {}
    for name in group.scored:
        if reason := group.why_no_lift(name):
            why.setdefault(reason, []).append(f"`{name}`")
    return "\n".join(f"- No lift of {', '.join(names)}: {reason}." for reason, names in why.items())


def p_value(value: float) -> str:
    """Write a p.

    >>> p_value(0.25), p_value(0.00001)
    ('0.2500', '<0.0001')
    """
    return f"{value:.4f}" if value >= 0.0001 else "<0.0001"
