"""The answer in words, of what the race shows."""

from ..errors import plural
from ..report.groups import BASELINE
from ..report.statistics import MIN_SEEDS
from .judgement import PER, Counts, Judgement
from .objective import Costs, EqualFalseAlarms
from .race import Gain, Runner


def sentences(judged: Judgement, minutes: float) -> list[str]:
    """Give the answer, in three sentences."""
    chosen, reference = judged.chosen, judged.reference
    threshold = f"{judged.thresholds[chosen]:.2g}"
    moved = f"move the threshold to {threshold} ({judged.objective.why_there})"
    match judged.verdict:
        case "leave the rows alone":
            first = f"Leave the rows alone, keep `{reference.learner}` and {moved}."
        case "another learner":
            first = f"Use another learner, `{chosen.learner}`{_beside(judged)}, and {moved}."
        case "use a contender":
            first = f"Use `{chosen.contender}` with `{chosen.learner}`, and {moved}."
        case "cannot tell":
            first = _no_telling(judged, minutes)
    return [first, _because(judged), _counted(judged)]


def _beside(judged: Judgement) -> str:
    if judged.chosen.contender != BASELINE:
        return f", with `{judged.chosen.contender}`"
    learner, best = judged.best_learner, judged.most_promising(judged.reference.learner)
    assert learner is not None
    if best is None or best.comparison.mean <= 0:
        return ": that brings more than any sampler"
    times = learner.comparison.mean / best.comparison.mean
    return (
        f": that brings {times:.1f} times as much as any sampler"
        if times < 100
        else ": that brings more than any sampler"
    )


def _no_telling(judged: Judgement, minutes: float) -> str:
    if judged.n_splits < MIN_SEEDS:
        more = max(2, round(2 * minutes * MIN_SEEDS / max(1, judged.n_splits)))
        return (
            f"There is no telling whether a sampler helps: in {minutes:g} minutes, contenders raced on "
            f"{plural(judged.n_splits, 'split')}, and {MIN_SEEDS} are needed (--minutes {more}: the same command goes "
            f"on); until then, leave the rows alone and move the threshold to {judged.thresholds[judged.chosen]:.2g}."
        )
    return (
        f"There is no telling whether a sampler helps: your table has {plural(judged.positives, 'positive')}, and "
        f"about {judged.positives_needed:,} would be needed; until then, leave the rows alone and move the threshold "
        f"to {judged.thresholds[judged.chosen]:.2g}."
    )


def _because(judged: Judgement) -> str:
    learner = judged.chosen.learner
    gain = judged.best_contender(learner)
    if gain:
        return (
            f"It is shown to {_gained(judged, gain, 'find', 'have')} than the same learner alone, its threshold moved."
        )
    best = judged.most_promising(learner)
    started = [runner for runner in judged.contenders if runner.learner == learner]
    if best is None or judged.n_splits < MIN_SEEDS:
        return "No contender is shown to do more than a moved threshold."
    return (
        f"Of {plural(len(started), 'contender')}, none is shown to do more than a moved threshold with it; the most "
        f"promising, `{best.runner.contender}`, {_gained(judged, best, 'finds', 'cuts')}."
    )


def _gained(judged: Judgement, gain: Gain, find: str, cut: str) -> str:
    comparison = gain.comparison
    if isinstance(judged.objective, EqualFalseAlarms):
        low, high = comparison.interval()
        return (
            f"{find} {comparison.mean * 100:.1f} [{low * 100:+.1f}, {high * 100:+.1f}] more of 100 positives at equal "
            "false alarms"
        )
    base = judged.base(Runner(gain.runner.learner, BASELINE))
    if not base:
        return f"{cut} nothing, for there is nothing to cut"
    low, high = (each / base * 100 for each in comparison.interval())
    return f"{cut} {judged.objective.what} by {comparison.mean / base * 100:.1f} % [{low:+.1f}, {high:+.1f}]"


def _counted(judged: Judgement) -> str:
    counts = judged.counts[judged.chosen]
    said = (
        f"Of {PER:,} new rows like these, {_instead(counts, judged.as_it_is)} (`{judged.reference.learner}` as it is, "
        "at its own decisions)"
    )
    if isinstance(judged.objective, Costs):
        now, before = (each.cost(judged.objective) for each in (counts, judged.as_it_is))
        said += f"; that costs {now:,.0f} instead of {before:,.0f}"
    return said + "."


def _instead(counts: Counts, before: Counts) -> str:
    return (
        f"{counts.missed:.0f} positives missed instead of {before.missed:.0f}, {counts.false_alarms:.0f} false alarms "
        f"instead of {before.false_alarms:.0f}"
    )
