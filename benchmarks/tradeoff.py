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

GRID = np.linspace(0, 1, 1001)
CAPTION = (
    "False alarms against misses. The line is `none`'s ROC curve, mean over seeds: where its threshold could be moved "
    "for free. A contender below it does more than that. Crosses: 95 % intervals (corrected resampled t)."
)


def figure_name(group: Group) -> str:
    """Name of the picture, safe as a file name."""
    return "tradeoff_" + re.sub(r"[^A-Za-z0-9_.]+", "-", f"{group.dataset}_{group.classifier}").strip("-") + ".png"


def section(group: Group, figures: list[str]) -> str:
    """Show the picture, where there is one."""
    name = figure_name(group)
    return f"![{CAPTION}](figures/{name})\n\n*{CAPTION}*" if name in figures else ""


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
        _number_points(axes, limits)
        _zoom(axes, limits)
        axes.plot([0, 100], [100, 0], color=NEGATIVE, linewidth=0.8, linestyle=":", zorder=0)
        axes.set(xlabel="false alarms: error on negatives, %", ylabel="misses: error on positives, %")
        axes.set_title(f"{group.dataset} · {group.classifier}")
        figure.legend(loc="outside right upper", frameon=False)
        save(figure, folder / figure_name(group))


def _number_points(axes: Axes, points: list[tuple[float, float]]) -> None:
    # Points that lie on each other get their numbers side by side rather than on top of each other.
    width, height = (max(np.ptp(values), 1.0) for values in zip(*points, strict=True))
    placed: list[tuple[float, float]] = []
    for number, (x, y) in enumerate(points, start=1):
        near = sum(abs(x - a) < 0.03 * width and abs(y - b) < 0.04 * height for a, b in placed)
        placed.append((x, y))
        offset = (7 + 14 * near, 5)
        axes.annotate(str(number), (x, y), xytext=offset, textcoords="offset points", fontsize=9)


def _zoom(axes: Axes, points: list[tuple[float, float]]) -> None:
    for values, limit in zip(zip(*points, strict=True), (axes.set_xlim, axes.set_ylim), strict=True):
        margin = 0.25 * max(np.ptp(values), 8.0)
        limit(max(0.0, min(values) - margin), min(100.0, max(values) + margin))
