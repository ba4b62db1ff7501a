"""The tables of one data set and learner: scores, and differences to the baseline."""

from collections.abc import Sequence

from . import synthetic_table
from .groups import BASELINE, Group
from .statistics import MIN_SEEDS
from .tables import HIGHER_IS_BETTER, NOTHING, SCORES, interval, mean_std, plural, table


def scores(group: Group, others: Sequence[Group]) -> str:
    """Table of all scores, mean ± standard deviation over seeds.

    `others` are the groups of the same data set with other learners: without any oversampling they are rows to beat.
    """
    rows = []
    for name, cells in group.scored.items():
        found = synthetic_table.marks(group, name)
        label = f"`{name}`" + (f" ({', '.join(found)})" if found else "")
        rank = group.ranks.get(name, NOTHING)
        means = [mean_std(cells[score], score, of=len(cells)) for score in SCORES]
        rows.append([rank, label, group.roles[name], *means, group.seeds(name)])
    for other in others:
        if other.has_baseline:
            cells = other.scored[BASELINE].assign(lift_over_threshold=float("nan"))
            means = [mean_std(cells[score], score) for score in SCORES]
            rows.append([NOTHING, f"`{BASELINE}` with {other.classifier}", "learner", *means, other.seeds(BASELINE)])
    parts = ["Mean ± standard deviation over seeds, lowest balanced error first."]
    if group.decides:
        parts[0] += " Contenders that cannot be told from the one above share its rank (#)."
    else:
        parts[0] += f" No ranks: {plural(group.n_seeds, 'seed')} are too few, {MIN_SEEDS} are needed."
    parts.append(table(["#", "contender", "role", *SCORES.values(), "seeds"], rows, left=3))
    if explained := synthetic_table.explain(group):
        parts.append(explained)
    return "\n\n".join(parts)


def mean_of(group: Group, name: str, score: str, sign: str = "") -> str:
    """Mean ± standard deviation of one contender's score, with the seeds it has where some are missing."""
    return mean_std(group.scored[name][score], score, sign, of=group.n_seeds) if name in group.scored else NOTHING


NOISE = (
    "The interval covers the noise of the split and of the seeds of contender and learner, on this data set; it says "
    "nothing about other data sets."
)


def differences(group: Group) -> str:
    """Table of the paired differences to the baseline, with verdicts where there are seeds enough."""
    names = [name for name, cells in group.scored.items() if name != BASELINE and len(cells)]
    if not (group.has_baseline and names):
        return ""
    heading = f"### Difference to `{BASELINE}`"
    headers = ["contender", *SCORES.values()]
    if not group.decides:
        rows = [
            [f"`{name}`", *(mean_std(group.paired(name, score), score, "+", of=group.n_seeds) for score in SCORES)]
            for name in names
        ]
        text = (
            "Mean ± standard deviation of the paired differences, seed by seed; errors and lift in percentage points. "
            f"No verdict: {plural(group.n_seeds, 'seed')} are too few, {MIN_SEEDS} are needed."
        )
        return f"{heading}\n\n{text}\n\n{table(headers, rows)}"
    rows = [[f"`{name}`", *(_judged(group, name, score) for score in SCORES)] for name in names]
    text = (
        "Mean of the paired differences, 95 % confidence interval (corrected resampled t-test), and verdict; errors "
        f"and lift in percentage points. {NOISE}"
    )
    return f"{heading}\n\n{text}\n\n{table(headers, rows)}\n\n{_evidence(group)}"


def _judged(group: Group, name: str, score: str) -> str:
    judged = group.judged[score].get(name)
    if judged is None:
        return f"{mean_std(group.paired(name, score), score, '+', of=group.n_seeds)}, no verdict"
    return f"{interval(judged.comparison, score)} {judged.word}"


def _evidence(group: Group) -> str:
    rows = []
    for score, heading in SCORES.items():
        for name, judged in group.judged[score].items():
            found = judged.comparison
            won, lost = (found.above, found.below) if score in HIGHER_IS_BETTER else (found.below, found.above)
            seeds = f"{won} / {found.equal} / {lost}"
            rows.append([heading, f"`{name}`", interval(found, score), _p(found.p), _p(judged.p_adjusted), seeds])
    headers = ["score", "contender", "difference [95 % interval]", "p", "p (Holm)", "seeds won / tied / lost"]
    return f"<details><summary>p values and seeds</summary>\n\n{table(headers, rows, left=2)}\n\n</details>"


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= 0.0001 else "<0.0001"
