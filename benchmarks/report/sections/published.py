"""Numbers that others have published, beside those that come out here."""

from collections.abc import Sequence

from ...design.suite import Published
from ...errors import plain, plural
from ..groups import Group
from ..markdown import NOTHING, heading, measure_of, table
from ..page import Report

PLACE, ORDER = "top", 25

LONGEST = 1000
"""Characters of a source or a note that are shown."""


def render(report: Report, groups: list[Group]) -> str:
    """Render the table, and what is known to be other here; nothing where the suite names no such number."""
    published = report.provenance.suite.published
    if not published:
        return ""
    sources = list(dict.fromkeys(one.source for one in published))
    rows, same = [], 0
    for one in published:
        here = found(one, groups)
        seeds = f"mean of {one.seeds}" if one.seed is None else one.seed
        cells = [one.dataset, one.classifier, f"`{one.contender}`", seeds]
        difference = None if here is None else here - one.value
        said = "not run" if difference is None else "same" if agrees(one, here) else "other"
        same += said == "same"
        cells += [heading(one.measure), f"{plain(one.said)} [{sources.index(one.source) + 1}]", _written(here, one)]
        rows.append([*cells, _written(difference, one, "+"), _written(one.within, one), said])
    where = ["data set", "learner", "contender", "seed", "measure"]
    headers = [*where, "published", "here", "difference", "within", "verdict"]
    text = (
        f"{same} of {len(published)} numbers come out the same, within what the last column but one says: half a unit "
        "of the last digit that was published, or else what the notes say. Errors in percent."
    )
    notes = [f"- {one.dataset}, {one.classifier}: {plain(one.note, LONGEST)}" for one in published if one.note]
    parts = ["## Published, here, difference", text, table(headers, rows, left=5)]
    return "\n\n".join([*parts, *(["\n".join(dict.fromkeys(notes))] if notes else []), cited(sources)])


def summary(report: Report) -> str:
    """Say in a sentence how many numbers come out the same; nothing where the suite names none."""
    listed = report.provenance.suite.published
    same = sum(agrees(one, found(one, report.groups)) for one in listed)
    return (
        f"**{same} of {plural(len(listed), 'comparison')} with published numbers come out the same.**" if listed else ""
    )


def agrees(one: Published, here: float | None) -> bool:
    """Tell whether a number came out here, and as near as it should."""
    return here is not None and abs(here - one.value) <= one.within


def cited(sources: Sequence[str]) -> str:
    """List sources by their numbers, counted from 1."""
    return "  \n".join(f"[{place}] {plain(source, LONGEST)}" for place, source in enumerate(sources, start=1))


def found(one: Published, groups: list[Group]) -> float | None:
    """Give the number that came out here; None where not every seed of it has a score, or there are others."""
    value = _here(one, groups)
    return value if value == value else None


def _here(one: Published, groups: list[Group]) -> float | None:
    for group in groups:
        if (group.dataset, group.classifier) == (one.dataset, one.classifier) and one.contender in group.scored:
            cells = group.scored[one.contender]
            if one.seed is None:
                there = group.complete(one.contender) and group.n_seeds == one.seeds
                return group.mean(one.contender, one.measure) if there else None
            own = cells.loc[cells["seed"] == one.seed, one.measure]
            return float(own.iloc[0]) if len(own) else None
    return None


def _written(value: float | None, one: Published, sign: str = "") -> str:
    """Write a number with one digit more than was published."""
    if value is None or value != value:
        return NOTHING
    percent = measure_of(one.measure).percent
    step, digits = 2 * one.within * (100 if percent else 1), 1
    while step < 1 and digits < 8:
        step, digits = step * 10, digits + 1
    return f"{value * (100 if percent else 1):{sign}.{digits}f}"
