"""One data set, one learner: scores, the trade-off of false alarms against misses, differences to the baseline."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ....errors import plural
from ....measure.outcome import LIFT
from ....measure.scores import Measure
from ...curves import FALSE_ALARMS, Curves
from ...groups import BASELINE, Group
from ...markdown import heading, interval, mean_std, picture, table
from ...page import Report
from ...statistics import MIN_SEEDS
from ...style import LINES, MARKERS, NEGATIVE, STYLE, file_name, number_points, save, size_beside
from ...sweeps import sweep_table, sweeps
from . import synthetic_rows
from .lift import NOISE, p_value

PLACE, ORDER = "group", 10

MAX_PICTURES = 12
"""Runs with more data sets and learners than this get no picture each: nobody would look at them."""

CAPTION = (
    "False alarms against misses. The line is `none`'s ROC curve, mean over seeds: where its threshold could be moved "
    "without any oversampling. Below it are fewer misses than that, on average; what is shown stands in the tables. "
    "Crosses: 95 % intervals (corrected resampled t)."
)


def render(report: Report, groups: list[Group]) -> str:
    """Render the tables and the picture."""
    (group,) = groups
    others = [each for each in report.groups if each.dataset == group.dataset and each is not group]
    parts = [
        score_table(group, others, report.shown),
        sweep_table(group, sweeps(report.provenance.suite.contenders), report.shown),
        picture(figure_name(group), CAPTION, report.figures),
        differences(group, report.shown),
    ]
    return "\n\n".join(part for part in parts if part)


def score_table(group: Group, others: Sequence[Group], shown: Mapping[str, Measure]) -> str:
    """Table of all scores, mean ± standard deviation over seeds.

    `others` are the groups of the same data set with other learners: without any oversampling they are rows to beat.
    """
    rows = []
    for name, cells in group.scored.items():
        found = synthetic_rows.marks(group, name)
        label = f"`{name}`" + (f" ({', '.join(found)})" if found else "")
        means = [mean_std(cells[score], score, of=len(cells)) for score in shown]
        rows.append([label, group.roles[name], *means, group.seeds(name)])
    for other in others:
        if other.has_baseline:
            cells = other.scored[BASELINE].assign(lift_over_threshold=float("nan"))
            means = [mean_std(cells[score], score) for score in shown]
            rows.append([f"`{BASELINE}` with {other.classifier}", "learner", *means, other.seeds(BASELINE)])
    parts = ["### Scores", "Mean ± standard deviation over seeds, lowest balanced error first."]
    parts.append(table(["contender", "role", *map(heading, shown), "seeds"], rows, left=2))
    if explained := synthetic_rows.explain(group):
        parts.append(explained)
    return "\n\n".join(parts)


def differences(group: Group, shown: Mapping[str, Measure]) -> str:
    """Table of the paired differences to the baseline in all scores but lift, with verdicts where there are seeds."""
    names = [name for name, cells in group.scored.items() if name != BASELINE and len(cells)]
    if not (group.has_baseline and names):
        return ""
    title, beside = f"### Difference to `{BASELINE}`", [score for score in shown if score != LIFT]
    headers = ["contender", *map(heading, beside)]
    if not group.decides:
        rows = [
            [f"`{name}`", *(mean_std(group.paired(name, score), score, "+", of=group.n_seeds) for score in beside)]
            for name in names
        ]
        text = (
            "Mean ± standard deviation of the paired differences, seed by seed; errors in percentage points. "
            f"No verdict: {plural(group.n_seeds, 'seed')} are too few, {MIN_SEEDS} are needed."
        )
        return f"{title}\n\n{text}\n\n{table(headers, rows)}"
    rows = [[f"`{name}`", *(_judged(group, name, score) for score in beside)] for name in names]
    count = sum(len(group.judged[score]) for score in beside if score not in group.own)
    own = " (those of your own measures among themselves)" if group.own else ""
    text = (
        "Mean of the paired differences, 95 % confidence interval (corrected resampled t-test), and verdict, its p "
        f"adjusted for all {count} differences of the table{own}; errors in percentage points. {NOISE}"
    )
    return f"{title}\n\n{text}\n\n{table(headers, rows)}\n\n{_evidence(group, shown)}"


def _judged(group: Group, name: str, score: str) -> str:
    judged = group.judged[score].get(name)
    if judged is None:
        return f"{mean_std(group.paired(name, score), score, '+', of=group.n_seeds)}, no verdict"
    return f"{interval(judged.comparison, score)} {group.in_words(name, score)}"


def _evidence(group: Group, shown: Mapping[str, Measure]) -> str:
    rows = []
    for score, measure in shown.items():
        for name, judged in group.judged[score].items():
            found = judged.comparison
            won, lost = found.above, found.below
            if measure.better == "lower":
                won, lost = lost, won
            seeds = f"{won} / {found.equal} / {lost}"
            p = [p_value(found.p), p_value(judged.p_adjusted)]
            rows.append([heading(score), f"`{name}`", interval(found, score), *p, seeds])
    headers = ["score", "contender", "difference [95 % interval]", "p", "p (Holm)", "seeds won / equal / lost"]
    return f"<details><summary>p values and seeds</summary>\n\n{table(headers, rows, left=2)}\n\n</details>"


def figure_name(group: Group) -> str:
    """Name of the picture."""
    return file_name("tradeoff", group.dataset, group.classifier)


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw the trade-off of every data set and learner, unless there are too many."""
    for group in report.groups if len(report.groups) <= MAX_PICTURES else []:
        misses = curves.misses(group.dataset, group.classifier)
        if misses is not None:
            draw_tradeoff(folder, group, misses)


def draw_tradeoff(folder: Path, group: Group, misses: np.ndarray) -> None:
    """Draw one; `misses` are the baseline's at `FALSE_ALARMS`."""
    with mpl.rc_context(STYLE):
        shown = [name for name, cells in group.scored.items() if len(cells)]
        figure = Figure(figsize=size_beside(shown))
        axes = figure.subplots()
        text = f"{BASELINE}: its threshold moved"
        axes.plot(FALSE_ALARMS * 100, misses * 100, color="black", linewidth=1.2, zorder=1, label=text)
        limits = []
        for index, name in enumerate(shown):
            x, y = (group.interval(name, score, base=None) for score in ("error_negative", "error_positive"))
            limits.append((x.mean * 100, y.mean * 100))
            colour = LINES[index % len(LINES)][0]
            if np.isfinite(x.low):
                axes.plot([x.low * 100, x.high * 100], [y.mean * 100] * 2, color=colour, linewidth=0.8, zorder=2)
                axes.plot([x.mean * 100] * 2, [y.low * 100, y.high * 100], color=colour, linewidth=0.8, zorder=2)
            marker = MARKERS[index % len(MARKERS)]
            text = f"{index + 1}  {name}"
            axes.plot(*limits[-1], marker, color=colour, markeredgecolor="white", markersize=9, zorder=3, label=text)
        _zoom(axes, limits)
        number_points(axes, limits)
        axes.plot([0, 100], [100, 0], color=NEGATIVE, linewidth=0.8, linestyle=":", zorder=0)
        axes.set(xlabel="false alarms: error on negatives, %", ylabel="misses: error on positives, %")
        axes.set_title(f"{group.dataset} · {group.classifier}")
        figure.legend(loc="outside right upper", frameon=False)
        save(figure, folder / figure_name(group))


def _zoom(axes: Axes, points: list[tuple[float, float]]) -> None:
    def limits(values: tuple[float, ...]) -> tuple[float, float]:
        margin = 0.25 * max(np.ptp(values), 8.0)
        return max(0.0, min(values) - margin), min(100.0, max(values) + margin)

    x, y = zip(*points, strict=True)
    axes.set_xlim(limits(x))
    axes.set_ylim(limits(y))
