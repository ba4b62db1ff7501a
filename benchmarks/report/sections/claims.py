"""What the literature says, and what comes out here: a row a claim, tested over the sources of the data sets."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...design.suite import Claim
from ..groups import Group
from ..markdown import NOTHING, heading, number, table
from ..page import Report
from ..sources import Sources, Vote
from ..statistics import CONFIDENCE, EQUIVALENCE, MIN_UNITS, holm, within
from .group.lift import p_value

PLACE, ORDER = "top", 27

Outcome = Literal["higher", "lower", "equivalent", "undecided", "too few sources"]


@dataclass(frozen=True)
class Tested:
    """A claim, its difference on each source, the p of its being 0, adjusted for all claims, and what it is."""

    claim: Claim
    vote: Vote
    p_adjusted: float
    outcome: Outcome

    @property
    def verdict(self) -> str:
        """Say what becomes of the claim."""
        if self.outcome in ("undecided", "too few sources"):
            return self.outcome
        return "holds" if self.outcome == self.claim.expect else f"does not hold: {self.outcome}"


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
        difference, p = NOTHING, NOTHING
        if len(values) > 1:
            ends = (one.vote.over.mean, *one.vote.over.interval())
            mean, low, high = (number(end, claim.measure, "+") for end in ends)
            difference, p = f"{mean} [{low}, {high}]", p_value(one.p_adjusted)
        says = f"{claim.says} [{sources.index(claim.source) + 1}]"
        rows.append([says, _as_tested(claim), claim.expect, difference, len(values), p, one.verdict])
    headers = ["the claim", "tested as", "expected", "difference [95 %]", "sources", "p (Holm)", "here"]
    text = (
        "Mean difference over the sources of the data sets, one vote each, with Student's 95 % interval; p from "
        f"Wilcoxon's signed rank test, adjusted for all {len(found)} rows (Holm). *higher* and *lower*: the adjusted p "
        "is below 0.05. Else *equivalent*: the 90 % interval lies within the region of practical equivalence (1 point "
        "of an error, 0.005 of an AUC). *undecided* is no evidence against a claim, nor for it. Rates in percentage "
        "points. What is tested is what stands in the second column, on these tables and with these learners; a claim "
        "may be wider than that."
    )
    cited = "  \n".join(f"[{place}] {source}" for place, source in enumerate(sources, start=1))
    return "\n\n".join(["## What the literature says, what we find", text, table(headers, rows, left=3), cited])


def tested(report: Report) -> list[Tested]:
    """Test all claims of a report's suite."""
    claims = report.provenance.suite.claims
    votes = [_vote(report, claim) for claim in claims]
    enough = [len(vote.values) >= MIN_UNITS for vote in votes]
    adjusted = iter(holm([vote.over.p for vote, told in zip(votes, enough, strict=True) if told]))
    found = []
    for claim, vote, told in zip(claims, votes, enough, strict=True):
        p = next(adjusted) if told else float("nan")
        found.append(Tested(claim, vote, p, _outcome(report, claim, vote, p) if told else "too few sources"))
    return found


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


def _outcome(report: Report, claim: Claim, vote: Vote, p_adjusted: float) -> Outcome:
    over = vote.over
    # Where ranks and mean lie on different sides of 0, nothing is decided, as in `word_over_units`.
    if p_adjusted < 1 - CONFIDENCE and over.direction * over.mean > 0:
        return "higher" if over.mean > 0 else "lower"
    negligible = report.groups[0].negligible[claim.measure]
    return "equivalent" if within(over.interval(EQUIVALENCE), negligible) else "undecided"


def _as_tested(claim: Claim) -> str:
    what = heading(claim.measure).removesuffix(" %")
    more = f", less the same with {claim.than}" if claim.than else ""
    return f"{what} of `{claim.contender}` less `{claim.against}`, {claim.classifier}{more}"
