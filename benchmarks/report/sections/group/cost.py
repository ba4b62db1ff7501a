"""One data set, one learner: seconds against lift, and which contenders nobody beats in both."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from ....measure.outcome import LIFT
from ...curves import Curves
from ...groups import BASELINE, PLACEBO, Group
from ...markdown import interval, picture, table
from ...page import Report
from ...style import LINES, MARKERS, NEGATIVE, STYLE, file_name, number_points, save, size_beside
from .scores import MAX_PICTURES

PLACE, ORDER = "group", 25

FEWEST = 4
"""Contenders, the baseline among them, of fewer than which a front says nothing."""

CAPTION = (
    "Seconds of tuning, sampling and fitting, the median over seeds, against lift over the moved threshold, the mean; "
    "bars: 95 % intervals (corrected resampled t). The steps join those that no other beats in both."
)


def render(report: Report, groups: list[Group]) -> str:
    """Say who stands on the front, and show the picture; nothing where lifts are few."""
    (group,) = groups
    found = costs(group)
    if len(found) < FEWEST:
        return ""
    best = front({name: (seconds, group.mean(name, LIFT)) for name, seconds in found.items()})
    rows = [
        [
            f"`{name}`",
            f"{group.scored[name]['n_synthetic'].mean():,.0f}",
            f"{found[name]:.2g}",
            interval(group.interval(name, LIFT, base=None), LIFT),
        ]
        for name in best
    ]
    text = (
        f"Those of {len(found)} contenders that no other beats in both, lift and seconds, by their means; how sure a "
        "lift is, its interval says.\n\n"
        f"{table(['contender', 'rows added', 'seconds', 'lift, points'], rows)}"
    )
    parts = ["### Cost", text, picture(figure_name(group), CAPTION, report.figures)]
    return "\n\n".join(part for part in parts if part)


def figure_name(group: Group) -> str:
    """Name of the picture."""
    return file_name("cost", group.dataset, group.classifier)


def costs(group: Group) -> dict[str, float]:
    """Give the seconds of each contender that has a lift on every seed, but not of the control that shows nothing."""
    found = {}
    for name, cells in group.scored.items():
        if name != PLACEBO and group.complete(name) and cells[LIFT].notna().all():
            found[name] = group.seconds(name)
    return found if BASELINE in found else {}


def front(points: dict[str, tuple[float, float]]) -> list[str]:
    """Name those, quickest first, with the highest lift of all that take no longer.

    >>> front({"none": (1.0, 0.0), "slow": (9.0, 0.0), "good": (5.0, 0.2), "bad": (2.0, -0.1)})
    ['none', 'good']
    """
    best, found = -np.inf, []
    for name in sorted(points, key=lambda name: (points[name][0], -points[name][1])):
        if points[name][1] > best:
            best = points[name][1]
            found.append(name)
    return found


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw every data set and learner, unless there are too many."""
    for group in report.groups if len(report.groups) <= MAX_PICTURES else []:
        if len(found := costs(group)) >= FEWEST:
            draw_costs(folder, group, found)


def draw_costs(folder: Path, group: Group, seconds: dict[str, float]) -> None:
    """Draw one."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size_beside(list(seconds)))
        axes = figure.subplots()
        lifts = {name: group.interval(name, LIFT, base=None) for name in seconds}
        best = front({name: (seconds[name], lifts[name].mean) for name in seconds})
        axes.axhline(0, color=NEGATIVE, linewidth=0.8, zorder=0)
        axes.step(
            [*(seconds[name] for name in best), max(seconds.values())],
            [lifts[name].mean * 100 for name in [*best, best[-1]]],
            where="post", color="#888888", linewidth=1.0, zorder=1,
        )  # fmt: skip
        ordered = sorted(seconds, key=lambda name: seconds[name])
        for index, name in enumerate(ordered):
            found, colour = lifts[name], LINES[index % len(LINES)][0]
            if np.isfinite(found.low):
                ends = [found.low * 100, found.high * 100]
                axes.plot([seconds[name]] * 2, ends, color=colour, linewidth=0.8, zorder=2)
            axes.plot(
                seconds[name], found.mean * 100, MARKERS[index % len(MARKERS)],
                color=colour, markeredgecolor="white", markersize=9, zorder=3, label=f"{index + 1}  {name}",
            )  # fmt: skip
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        number_points(axes, [(seconds[name], lifts[name].mean * 100) for name in ordered])
        axes.set(xlabel="seconds: tune, sample and fit", ylabel="lift over the moved threshold, points")
        axes.set_title(f"{group.dataset} · {group.classifier}")
        figure.legend(loc="outside right upper", frameon=False)
        save(figure, folder / figure_name(group))
