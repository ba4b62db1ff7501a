"""The leaderboard's first words: what was found, in plain English, and on how many cells it stands."""

from ....errors import plural
from ....measure.outcome import LIFT, SCORED
from ....record.folder import DETAILS
from ...groups import BASELINE, MOVED, PLACEBO, Group
from ...markdown import interval, number
from ...page import Report
from ...statistics import MIN_SEEDS, simultaneous
from .. import audit, claims, over_sources, published

PLACE, ORDER = "front", 10

AT_LENGTH = 4
"""Groups of which each gets more than its lifts, and names of all that is worse; of more, nobody reads that."""


def render(report: Report, groups: list[Group]) -> str:
    """Render the finding, and the coverage."""
    misfits = audit.warning(report)
    warned = f"{misfits}; see [Audit]({DETAILS}#audit)." if misfits else ""
    parts = [warned, first_words(report), f"{coverage(report)} {false_alarms(report)}".rstrip()]
    return "\n\n".join(part for part in parts if part)


def first_words(report: Report) -> str:
    """Say what was found: of each data set and learner, or of many data sets together."""
    of_others = [words for words in (published.summary(report), claims.summary(report)) if words]
    if of_others and not any(map(_comparable, report.groups)):
        return "\n".join(f"- {words}" for words in of_others)
    if not report.together:
        return "\n".join([finding(report.groups), *(f"- {words}" for words in of_others)])
    found = [f"- {words}" for words in of_others]
    found += [over_sources.overview(report, name) for name in report.classifiers]
    return "\n".join(text for text in found if text)


def finding(groups: list[Group]) -> str:
    """Say what the numbers say, and no more: three sentences on one group, a list of one sentence each on several."""
    if not groups:
        return "**No cell was run, so there is nothing to compare.**"
    if len(groups) == 1:
        return f"**{_in_full(groups[0])}**"
    return "\n".join(f"- {_in_short(group, briefly=len(groups) > AT_LENGTH)}" for group in groups)


def coverage(report: Report) -> str:
    """Say how many of the planned cells are there and scored."""
    planned, present = report.provenance.planned, len(report.cells)
    scored = int(report.cells["status"].isin(SCORED).sum())
    text = f"Coverage: {scored} of {planned} cells scored"
    if unscored := present - scored:
        text += f", {unscored} ended without scores"
    if planned > present:
        text += f", {planned - present} not run yet"
    return text + "."


def _where(group: Group) -> str:
    return f"On {group.dataset} with {group.classifier} ({plural(group.n_seeds, 'seed')})"


def _comparable(group: Group) -> bool:
    return group.complete(BASELINE) and any(name != PLACEBO for name in group.rivals())


def _lowest(group: Group) -> str:
    """Name the oversampler of the lowest balanced error; the control, where there is none."""
    return next(name for name in group.rivals("oversampler") or group.rivals() if name != PLACEBO)


def _in_full(group: Group) -> str:
    if not _comparable(group):
        return f"{_where(group)} there is no complete contender to compare with a complete `{BASELINE}`."
    best = _lowest(group)
    sentences = [f"{_where(group)}, {_lifted(group)}.", _decided(group, best)]
    if silent := [name for name in group.scored if group.complete(name) and _finds_nothing(group, name)]:
        names = ", ".join(f"`{name}`" for name in silent)
        sentences.append(
            f"On some splits, {names} {'decides' if len(silent) == 1 else 'decide'} that nothing is positive."
        )
    control = _lowest_control(group)
    if control and group.roles[best] != "control":
        errors = [f"`{control}` has a balanced error of {_percent(group, control, 'balanced_error')}"]
        if control != MOVED and group.complete(MOVED):
            errors.append(f"`{MOVED}` of {_percent(group, MOVED, 'balanced_error')}")
        sentences.append(f"{'The control' if len(errors) == 1 else 'Of the controls,'} {', '.join(errors)}.")
    return " ".join(sentences)


def _decided(group: Group, best: str) -> str:
    """Say what the decisions are like with the contender of the lowest balanced error, and without."""
    whose = f"of the {group.roles[best]}s"
    rates = {
        name: (_percent(group, best, name), _percent(group, BASELINE, name))
        for name in ("balanced_error", "error_positive", "error_negative", "error")
    }
    if all(own == before for own, before in rates.values()):
        return (
            f"On decisions as they are, none {whose} has a lower balanced error than `{BASELINE}`, "
            f"{rates['balanced_error'][1]}: `{best}`, which comes next, decides alike."
        )
    if group.mean(best, "balanced_error") > group.mean(BASELINE, "balanced_error"):
        return (
            f"On decisions as they are, none {whose} has a lower balanced error than `{BASELINE}`, "
            f"{rates['balanced_error'][1]}; the next is `{best}`, {rates['balanced_error'][0]}."
        )

    def changed(name: str, of: str) -> str:
        own, before = rates[name]
        return f"{own} of the {of}" + (f" instead of {before}" if own != before else " as before")

    return (
        f"On decisions as they are, `{best}` has the lowest balanced error {whose}, {rates['balanced_error'][0]} "
        f"against {rates['balanced_error'][1]} for `{BASELINE}`: it misses {changed('error_positive', 'positives')}, "
        f"raises false alarms on {changed('error_negative', 'negatives')}, and errs overall on "
        f"{changed('error', 'rows')}."
    )


def _finds_nothing(group: Group, name: str) -> bool:
    cells = group.scored[name]
    return bool(((cells["tp"] + cells["fp"]) == 0).any())


def _in_short(group: Group, briefly: bool) -> str:
    if not _comparable(group):
        return f"**{_where(group)}:** no complete contender to compare with a complete `{BASELINE}`."
    if briefly:
        return f"**{_where(group)}:** {_lifted(group, briefly)}."
    best = _lowest(group)
    rows = [f"`{BASELINE}` {_percent(group, BASELINE, 'balanced_error')}"]
    rows.append(f"lowest {group.roles[best]} `{best}` {_percent(group, best, 'balanced_error')}")
    control = _lowest_control(group)
    if control and group.roles[best] != "control":
        rows.append(f"lowest control `{control}` {_percent(group, control, 'balanced_error')}")
    return f"**{_where(group)}:** {_lifted(group)}. Balanced error on decisions as they are: {', '.join(rows)}."


def _lowest_control(group: Group) -> str:
    return next((name for name in group.rivals("control") if name != PLACEBO), "")


def _lifted(group: Group, briefly: bool = False) -> str:
    names = group.rivals("oversampler")
    if not names:
        raced = "oversampler" in group.roles.values()
        return "there is no complete oversampler" if raced else "no oversampler was run"
    if not group.decides:
        return f"{plural(group.n_seeds, 'seed')} are too few for a verdict ({MIN_SEEDS} are needed)"
    everybody = group.judged[LIFT]
    judged = {name: judged for name, judged in everybody.items() if name in names}
    untold = [name for name in names if name not in judged]
    if not judged:
        return f"no lift over the moved threshold can be told: {_why(group, names)}"

    def points(chosen: list[str]) -> str:
        return ", ".join(f"`{name}`, {interval(everybody[name].comparison, LIFT)} points" for name in chosen)

    of_all = f"{len(judged)}"
    if missing := sum(role == "oversampler" for role in group.roles.values()) - len(names):
        of_all += f" complete, {missing} incomplete"
    better = [name for name in judged if judged[name].word == "better"]
    if better:
        said = (
            f"{len(better)} of the oversamplers ({of_all}) shown to lift above the moved threshold ({points(better)})"
        )
    else:
        highest = max(judged, key=lambda name: judged[name].comparison.mean)
        limit = max(high for _, high in simultaneous([each.comparison for each in judged.values()]))
        said = (
            f"no oversampler (of {of_all}) is shown to do more than a moved threshold (highest lift: "
            f"{points([highest])}); lifts above {number(limit, LIFT)} points are excluded"
            f"{f', for all {len(judged)} at once' if len(judged) > 1 else ''}, with 95 % confidence"
        )
    if worse := [name for name in judged if judged[name].word == "worse"]:
        said += f"; shown to do less: {len(worse) if briefly else points(worse)}"
    if controls := [name for name in everybody if everybody[name].word == "better" and name not in (*names, PLACEBO)]:
        said += f"; of the controls, shown to do more: {points(controls)}"
    if untold:
        said += f"; no lift can be told of others, see those at fixed false alarms: {_why(group, untold)}"
    return said


def _why(group: Group, names: list[str]) -> str:
    return "; ".join(f"of `{name}`, {group.why_no_lift(name)}" for name in names)


def false_alarms(report: Report) -> str:
    """Say how often the control that must show nothing was said to show something; nothing where it did not race."""
    said = [group.of_placebo for group in report.groups if group.decides]
    lifts = [words[LIFT] in ("better", "worse") for words in said if LIFT in words]
    others = [word in ("better", "worse") for words in said for score, word in words.items() if score != LIFT]
    found = [(lifts, "lifts"), (others, "other scores")]
    parts = [f"{sum(called)} of {len(called)} {what}" for called, what in found if called]
    if not parts:
        return ""
    return (
        f"Placebo: `{PLACEBO}`, which must show nothing, is called better or worse than `{BASELINE}` in "
        f"{' and in '.join(parts)}, p adjusted as for all."
    )


def _percent(group: Group, name: str, score: str) -> str:
    return f"{group.mean(name, score) * 100:.1f} %"
