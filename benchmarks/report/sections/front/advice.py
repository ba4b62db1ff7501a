"""What to do, in a few lines that follow from the table."""

from collections import Counter
from collections.abc import Mapping

from ....catalog.contract import Role
from ....errors import a_few
from ....measure.outcome import LIFT
from ...groups import BASELINE, MOVED, PLACEBO, Group
from ...markdown import interval, number
from ...page import Report
from ...sources import Sources, Told
from .board import seconds

PLACE, ORDER = "front", 30


def lifting(report: Report) -> dict[str, Role] | None:
    """Name those that are shown to do more than a moved threshold, and their roles; None where none can be told.

    Of one data set and learner, of several, or over the sources of many data sets.
    """
    sources = Sources.first(report)
    if sources is not None:
        told = sources.told
        return {name: sources.roles[name] for name in _by_mean(told) if told[name].word == "better"} if told else None
    decided = _decided(report.groups)
    found = _counts(decided)
    roles = {name: role for group in decided for name, role in group.roles.items()}
    return {name: roles[name] for name, _ in found.most_common()} if decided else None


def render(report: Report, groups: list[Group]) -> str:
    """Say it of one data set and learner, of several, or of many data sets together."""
    sources, decided = Sources.first(report), _decided(groups)
    if sources is not None:
        lines = _of_sources(sources)
    elif not decided:
        return ""
    else:
        lines = _of_group(decided[0]) if len(decided) == 1 else _of_several(decided)
    lines.append(
        "On a table of your own: `oversampling-bench advise TABLE --target COLUMN --positive VALUE` races there, with "
        "your learner, and answers."
    )
    return "\n".join(["## What to do", "", *(f"- {line}" for line in lines)])


def _decided(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.decides and group.judged[LIFT]]


def _by_mean(told: dict[str, Told]) -> list[str]:
    return sorted(told, key=lambda name: -told[name].over.mean)


def _counts(groups: list[Group]) -> Counter[str]:
    """Count on how many data sets and learners each contender is shown to lift."""
    found: Counter[str] = Counter()
    for group in groups:
        found.update(name for name, judged in group.judged[LIFT].items() if judged.word == "better")
    del found[PLACEBO]
    return found


def _of_sources(sources: Sources) -> list[str]:
    learner = sources.classifier
    better = {name: told.over.mean for name, told in sources.told.items() if told.word == "better"}
    lifts = {
        name: f"{number(better[name], LIFT, '+')} points over sources, with {learner}"
        for name in sorted(better, key=lambda name: -better[name])
    }
    return _lines(lifts, {name: sources.roles[name] for name in lifts}) if sources.told else []


def _of_several(groups: list[Group]) -> list[str]:
    found = _counts(groups)
    raced = Counter(name for group in groups for name in group.judged[LIFT])
    lifts = {name: f"on {count} of {raced[name]} data sets and learners" for name, count in found.most_common()}
    return _lines(lifts, {name: role for group in groups for name, role in group.roles.items()})


def _of_group(group: Group) -> list[str]:
    shown = {name: judged for name, judged in group.judged[LIFT].items() if judged.word == "better" and name != PLACEBO}
    ordered = sorted(shown, key=lambda name: -shown[name].comparison.mean)
    lifts = {
        name: f"{interval(shown[name].comparison, LIFT)} points, {seconds(group, name)} s instead of "
        f"{seconds(group, BASELINE)}"
        for name in ordered
    }
    lines = _lines(lifts, {name: group.roles[name] for name in ordered})
    if group.complete(MOVED) and group.complete(BASELINE):
        missed, alarms = (
            f"{group.mean(MOVED, score) * 100:.1f} % instead of {group.mean(BASELINE, score) * 100:.1f} %"
            for score in ("error_positive", "error_negative")
        )
        lines.append(
            f"To miss fewer positives for more false alarms, move the threshold: `{MOVED}` misses {missed} and raises "
            f"false alarms on {alarms}, without a new row."
        )
    return lines


def _lines(lifts: dict[str, str], roles: Mapping[str, str]) -> list[str]:
    """Say which contenders are worth their cost: oversamplers, and then what gets there without synthetic rows."""
    rows = [name for name in lifts if roles[name] == "oversampler"]
    free = [name for name in lifts if roles[name] != "oversampler"]
    lines = [
        f"Oversampling does more than a moved threshold with {_listed(rows, lifts)}."
        if rows
        else "Do not oversample to miss fewer positives at equally many false alarms: no oversampler is shown to do "
        "more than a moved threshold."
    ]
    if free:
        lines.append(f"{'More' if rows else 'What does more'}, without synthetic rows: {_listed(free, lifts)}.")
    return lines


def _listed(names: list[str], lifts: dict[str, str]) -> str:
    return a_few([f"`{name}` ({lifts[name]})" for name in names])
