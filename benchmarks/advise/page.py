"""`advice.md`: the answer, what it means in counts, the code, how sure it is, what was tried, the table."""

from collections.abc import Sequence

import numpy as np

from ..catalog.data import Table
from ..errors import duration, plain
from ..report.groups import BASELINE
from ..report.markdown import table
from .judgement import PER, Judgement
from .objective import Costs
from .race import LATE, MATTERS, ROUNDS, Runner


def advice(
    judged: Judgement, said: Sequence[str], known: Table, name: str, code: str, took_s: float, failed: Sequence[str]
) -> str:
    """Write the page; `said` is the answer, in sentences."""
    parts = [
        f"# Advice: {name}",
        f"**{said[0]}** {' '.join(said[1:])}",
        f"## In {PER:,} new rows",
        _counts(judged),
        "## The code",
        "It runs as it stands, on the file that was read here, and prints the counts above for what is advised.",
        f"```python\n{code}```",
        "## How sure",
        _sure(judged),
        "## What was tried",
        _tried(judged, took_s),
        *(["These ended without scores:\n\n" + "\n".join(f"- {each}" for each in failed)] if failed else []),
        "## The table",
        _table(known),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(judged: Judgement) -> str:
    costs = judged.objective if isinstance(judged.objective, Costs) else None
    reference, chosen = judged.reference, judged.chosen
    rows = [(f"`{reference.learner}` as it is", judged.as_it_is, "its own")]
    for runner in dict.fromkeys([reference, Runner(chosen.learner, BASELINE), chosen]):
        called = f"`{runner.learner}`" + (f" with `{runner.contender}`" if runner.contender != BASELINE else "")
        rows.append((f"{called}, threshold moved", judged.counts[runner], f"{judged.thresholds[runner]:.3g}"))
    headers = ["what is used", "threshold", "positives missed", "false alarms", *(["costs"] if costs else [])]
    body = [
        [
            what,
            at,
            f"{counts.missed:.1f}",
            f"{counts.false_alarms:.1f}",
            *([f"{counts.cost(costs):,.1f}"] if costs else []),
        ]
        for what, counts, at in rows
    ]
    positives = PER * judged.positives / judged.rows
    return (
        f"{positives:.0f} of {PER:,} rows are positive. Means over {judged.n_splits} splits; a threshold is chosen on "
        "other splits than those that it is judged on.\n\n" + table(headers, body)
    )


def _sure(judged: Judgement) -> str:
    text = (
        f"Compared: {judged.objective.what}. A gain is what a contender has over `{BASELINE}` with the same learner, "
        f"and a learner, as it is, over `{judged.reference.learner}`: mean over splits with a 95 % interval (corrected "
        "resampled t-test, Nadeau & Bengio 2003); p is adjusted for all that started (Holm). *shown*: p below 0.05, "
        "over five splits or more."
    )
    rows = []
    for gain in [*judged.learners.values(), *judged.contenders.values()]:
        mean, low, high = (each * 100 for each in (gain.comparison.mean, *gain.comparison.interval()))
        shown = "shown" if gain.shown else ""
        known = f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]" if gain.comparison.n > 1 else "–"
        rows.append(
            [gain.runner.learner, f"`{gain.runner.contender}`", gain.comparison.n, known, f"{gain.p:.4f}", shown]
        )
    parts = [text, table(["learner", "contender", "splits", "gain, hundredths", "p (Holm)", ""], rows, left=2)]
    if not np.isnan(judged.smallest):
        parts.append(
            f"A gain of {judged.smallest * 100:.2f} hundredths would have been found four times in five; without any "
            f"contender, `{judged.reference.learner}` has a loss of {judged.base(judged.reference) * 100:.2f}."
        )
    return "\n\n".join(parts)


def _tried(judged: Judgement, took_s: float) -> str:
    rounds = ", ".join(map(str, ROUNDS))
    return (
        f"{len(judged.losses)} pairs of a learner and a contender raced in {duration(took_s)}, on the splits of seeds "
        f"0, 1, 2, …: all of them on the first {ROUNDS[0]}; after {rounds} splits, whoever could not win any more "
        f"dropped out (the 90 % interval of the gain lies below {MATTERS * 100:g} % of the loss, or below that of the "
        f"leader; or, after {LATE}, a standard error more would not be shown to be a gain), and the next splits went "
        "to the others. Nobody is called better before the last round."
    )


def _table(known: Table) -> str:
    lines = [
        f"{known.rows:,} rows, {known.columns} columns ({known.categorical} categorical, {known.missing} with gaps), "
        f"{known.positives:.2%} of the rows positive."
    ]
    notes = "\n".join(f"- {plain(note)}" for note in known.notes)
    return "\n\n".join([*lines, *([notes] if notes else [])])
