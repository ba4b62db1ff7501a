"""What the literature says, and what comes out here: a row a claim, tested over the sources of the data sets."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtr

from ...design.suite import Claim, Expected
from ...errors import plain, plural
from ..groups import Group, regions
from ..markdown import NOTHING, heading, number, table
from ..page import Report
from ..sources import Sources, Vote
from ..statistics import CONFIDENCE, MIN_UNITS, Units, holm
from .group.lift import p_value
from .published import LONGEST, cited

PLACE, ORDER = "top", 27

Verdict = Literal["holds", "does not hold", "undecided", "too few sources"]

UNTESTED: Literal["too few sources"] = "too few sources"

SAID: dict[Verdict, str] = {
    "holds": "hold",
    "does not hold": "do not",
    "undecided": "are undecided",
    UNTESTED: "cannot be tested",
}


@dataclass(frozen=True)
class Tested:
    """A claim, its difference on each source, the adjusted p of its not holding, and of its holding, and a verdict.

    A claim holds where the first is below 0.05, and does not where the second is.
    """

    claim: Claim
    vote: Vote
    p_for: float
    p_against: float
    verdict: Verdict


def render(report: Report, groups: list[Group]) -> str:
    """Render the table; nothing where the suite names no claim."""
    claims = report.provenance.suite.claims
    if not claims:
        return ""
    found = tested(report)
    sources = list(dict.fromkeys(claim.source for claim in claims))
    rows = []
    for one in found:
        claim, values = one.claim, one.vote.values
        difference, p = NOTHING, [NOTHING] * 2
        if one.verdict != UNTESTED:
            ends = (one.vote.over.mean, *one.vote.over.interval())
            mean, low, high = (number(end, claim.measure, "+") for end in ends)
            difference, p = f"{mean} [{low}, {high}]", [p_value(one.p_for), p_value(one.p_against)]
        says = f"{plain(claim.says)} [{sources.index(claim.source) + 1}]"
        rows.append([says, _as_tested(claim), claim.expect, difference, len(values), *p, one.verdict])
    told = sum(one.verdict != UNTESTED for one in found)
    headers = ["the claim", "tested as", "expected", "difference [95 %]", "sources", "p for", "p against", "here"]
    text = (
        "Mean difference over the sources of the data sets, one vote each, of means over "
        f"{plural(_seeds(groups), 'seed')}; Student's 95 % interval. *higher* and *lower* are tested against 0 "
        "(Wilcoxon's signed ranks); *equivalent*, *not higher* and *not lower* against the edge of the region of "
        "practical equivalence, 1 point of an error, 0.005 of an AUC (one-sided t-tests). *p for* is below 0.05 where "
        "a claim holds, *p against* where what denies it does; each is adjusted for all "
        f"{plural(told, 'row')} that can be tested (Holm). *undecided* is no evidence against a claim, nor for it. "
        "Rates in percentage points. What is tested is what stands in the second column, on these tables and with "
        "these learners: see the notes."
    )
    notes = list(
        dict.fromkeys(f"- {plain(claim.says)}: {plain(claim.note, LONGEST)}" for claim in claims if claim.note)
    )
    parts = [
        "## What the literature says, what we find",
        text,
        table(headers, rows, left=3),
        "\n".join(notes),
        cited(sources),
    ]
    return "\n\n".join(part for part in parts if part)


def summary(report: Report) -> str:
    """Say in a sentence what becomes of the claims; nothing where the suite names none."""
    if not report.provenance.suite.claims:
        return ""
    counts = Counter(one.verdict for one in tested(report))
    words = [f"{counts[verdict]} {said}" for verdict, said in SAID.items() if counts[verdict]]
    return f"**Of {plural(sum(counts.values()), 'claim')} of the literature, {', '.join(words)}.**"


def _seeds(groups: list[Group]) -> int:
    return max((group.n_seeds for group in groups), default=0)


def tested(report: Report) -> list[Tested]:
    """Test all claims of a report's suite."""
    claims = report.provenance.suite.claims
    votes = [_vote(report, claim) for claim in claims]
    told = [place for place, vote in enumerate(votes) if len(vote.values) >= MIN_UNITS]
    negligible = regions(report.provenance.suite)
    margins = [negligible[claim.measure] for claim in claims]
    of_for = holm([p_of(claims[place].expect, votes[place].over, margins[place]) for place in told])
    of_against = holm([p_of(DENIES[claims[place].expect], votes[place].over, margins[place]) for place in told])
    p_for, p_against = (dict(zip(told, adjusted, strict=True)) for adjusted in (of_for, of_against))
    found = []
    for place, (claim, vote) in enumerate(zip(claims, votes, strict=True)):
        verdict: Verdict = UNTESTED
        if place in p_for:
            # A difference may be above 0 and not higher than the margin: then the claim holds, up to the margin.
            shown = p_for[place] < 1 - CONFIDENCE
            denied = p_against[place] < 1 - CONFIDENCE
            verdict = "holds" if shown else "does not hold" if denied else "undecided"
        found.append(Tested(claim, vote, p_for.get(place, np.nan), p_against.get(place, np.nan), verdict))
    return found


DENIES: dict[Expected, Literal["higher", "lower", "not higher", "not lower", "other"]] = {
    "higher": "not higher",
    "lower": "not lower",
    "equivalent": "other",
    "not higher": "higher",
    "not lower": "lower",
}


def p_of(what: str, over: Units, margin: float) -> float:
    """Give the p of a test that would show that differences are higher, lower, not higher, and so on.

    "other" is beyond the margin on either side.
    """
    n, values = len(over.values), over.values
    error = float(np.std(values, ddof=1) / np.sqrt(n))

    def above(edge: float) -> float:
        """Give the one-sided p of a mean above an edge."""
        if error == 0:
            return 0.0 if over.mean > edge else 1.0
        return float(stdtr(n - 1, (edge - over.mean) / error))

    def below(edge: float) -> float:
        """Give the one-sided p of a mean below an edge."""
        if error == 0:
            return 0.0 if over.mean < edge else 1.0
        return 1 - above(edge)

    match what:
        case "higher" | "lower":
            # Where ranks and mean lie on different sides of 0, nothing is shown, as in `word_over_units`.
            sign = 1 if what == "higher" else -1
            return over.p if over.direction == sign and over.mean * sign > 0 else 1.0
        case "not higher":
            return below(margin)
        case "not lower":
            return above(-margin)
        case "equivalent":
            return max(below(margin), above(-margin))
    return min(1.0, 2 * min(above(margin), below(-margin)))


def _vote(report: Report, claim: Claim) -> Vote:
    others = {group.dataset: group for group in report.groups if group.classifier == claim.than}

    def of(group: Group) -> float:
        own = _difference(group, claim)
        if claim.than is None:
            return own
        other = others.get(group.dataset)
        return own - _difference(other, claim) if other else np.nan

    return Sources.of(report, claim.classifier).vote(of)


def _difference(group: Group, claim: Claim) -> float:
    if not (group.complete(claim.contender) and group.complete(claim.against)):
        return np.nan
    return group.mean(claim.contender, claim.measure) - group.mean(claim.against, claim.measure)


def _as_tested(claim: Claim) -> str:
    what = heading(claim.measure).removesuffix(" %")
    more = f", less the same with {claim.than}" if claim.than else ""
    return f"{what} of `{claim.contender}` less `{claim.against}`, {claim.classifier}{more}"
