"""The trade-off picture of one data set and learner: false alarms against misses, all contenders in one plane."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .groups import BASELINE, Group
from .lift import Roc
from .style import LINES, MARKERS, NEGATIVE, STYLE, save
from .tables import picture

MAX_PICTURES = 12
"""Runs with more data sets and learners than this get no picture each: nobody would look at them."""

GRID = np.linspace(0, 1, 1001)
CAPTION = (
    "False alarms against misses. The line is `none`'s ROC curve, mean over seeds: where its threshold could be moved "
    "for free. A contender below it does more than that. Crosses: 95 % intervals (corrected resampled t)."
)


def figure_name(group: Group) -> str:
    """Name of the picture, safe as a file name."""
    parts = (re.sub(r"[^A-Za-z0-9_.]+", "-", part).strip("-") for part in (group.dataset, group.classifier))
    return "_".join(["tradeoff", *parts]) + ".png"


def section(group: Group, figures: list[str]) -> str:
    """Show the picture, where there is one."""
    return picture(figure_name(group), CAPTION, figures)


def draw(folder: Path, group: Group, curves: list[Roc]) -> None:
    """Draw it; `curves` are the baseline's, one a seed."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 5.6))
        axes = figure.subplots()
        mean = np.mean([[curve.misses_at(at) for at in GRID] for curve in curves], axis=0)
        axes.plot(
            GRID * 100, mean * 100, color="black", linewidth=1.2, zorder=1, label=f"{BASELINE}: its threshold moved"
        )
        shown = [name for name, cells in group.scored.items() if len(cells)]
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
        _number_points(axes, limits)
        axes.plot([0, 100], [100, 0], color=NEGATIVE, linewidth=0.8, linestyle=":", zorder=0)
        axes.set(xlabel="false alarms: error on negatives, %", ylabel="misses: error on positives, %")
        axes.set_title(f"{group.dataset} · {group.classifier}")
        figure.legend(loc="outside right upper", frameon=False)
        save(figure, folder / figure_name(group))


def _number_points(axes: Axes, points: list[tuple[float, float]]) -> None:
    # Numbers that would lie on each other are moved up until they are free, with a line back to their point.
    width, height = (np.diff(limits).item() for limits in (axes.get_xlim(), axes.get_ylim()))
    placed: list[tuple[float, float]] = []
    for number, (x, y) in sorted(enumerate(points, start=1), key=lambda item: item[1][1]):
        at = (x + 0.012 * width, y + 0.012 * height)
        while any(abs(at[0] - a) < 0.025 * width and abs(at[1] - b) < 0.035 * height for a, b in placed):
            at = (at[0] + 0.004 * width, at[1] + 0.01 * height)
        placed.append(at)
        moved = at[1] - y > 0.03 * height
        line = {"arrowstyle": "-", "linewidth": 0.5, "color": "#888888"} if moved else None
        axes.annotate(str(number), (x, y), xytext=at, fontsize=9, arrowprops=line)


def _zoom(axes: Axes, points: list[tuple[float, float]]) -> None:
    def limits(values: tuple[float, ...]) -> tuple[float, float]:
        margin = 0.25 * max(np.ptp(values), 8.0)
        return max(0.0, min(values) - margin), min(100.0, max(values) + margin)

    x, y = zip(*points, strict=True)
    axes.set_xlim(limits(x))
    axes.set_ylim(limits(y))
