"""One data set, one learner: whether probabilities are what they say, and what acting on them is worth."""

from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ...curves import Curves
from ...groups import BASELINE, OF_PROBABILITIES, Group
from ...markdown import NOTHING, heading, mean_std, number, picture, table
from ...page import Report
from ...reliability import FEWEST
from ...style import LINES, NEGATIVE, STYLE, file_name, save
from .scores import MAX_PICTURES

PLACE, ORDER = "group", 15

NET_BENEFIT = {0.05: "net_benefit_at_5", 0.1: "net_benefit_at_10", 0.2: "net_benefit_at_20", 0.5: "net_benefit_at_50"}
"""Measures of net benefit, by the risk from which one acts."""

PANELS = 6
"""Panels of the picture side by side."""


def figure_name(group: Group) -> str:
    """Name of the picture."""
    return file_name("reliability", group.dataset, group.classifier)


def render(report: Report, groups: list[Group]) -> str:
    """Render the table and the picture; nothing of cells that are older than these measures."""
    (group,) = groups
    scores = [score for score in OF_PROBABILITIES if score not in report.absent]
    names = [name for name, cells in group.scored.items() if len(cells)]
    if not (scores and names):
        return ""
    rows = [[f"`{name}`", group.roles[name], *(_said(group, name, score) for score in scores)] for name in names]
    if group.has_baseline:
        rows.append(["act on all", "policy", *(_on_all(group, score) for score in scores)])
    least = number(group.negligible["calibration_error"], "calibration_error")
    text = (
        "Mean ± standard deviation over seeds"
        f"{_words(group)}. A contender that changes the share of positives shifts all risks with it: an intercept "
        "below 0 says that they are overstated, and `recalibrated[of=…]` shows what is left once they are mended. Net "
        "benefit (Vickers & Elkin 2006): true positives a row, less false alarms at the odds of the risk from which "
        f"one acts; to act on nobody is worth 0. A calibration error of up to {least} points may be noise."
    )
    caption = (
        "Reliability: the share of positives among rows of a predicted risk, all seeds together, ten bins of equal "
        f"width, those of {FEWEST} rows and more; on the diagonal risks are what they say. Grey: `{BASELINE}`."
    )
    headers = ["contender", "role", *map(heading, scores)]
    parts = [
        "### Probabilities",
        text,
        table(headers, rows, left=2),
        picture(figure_name(group), caption, report.figures),
    ]
    return "\n\n".join(part for part in parts if part)


def _words(group: Group) -> str:
    if not group.decides:
        return ""
    count = sum(len(group.judged[score]) for score in OF_PROBABILITIES)
    return (
        f", and a word on the paired difference to `{BASELINE}`, p adjusted for all {count} of the table (Holm); slope "
        "and intercept are compared by their distance to 1 and to 0"
    )


def _said(group: Group, name: str, score: str) -> str:
    text = mean_std(group.scored[name][score], score, of=len(group.scored[name]))
    return text if name not in group.judged[score] else f"{text} {group.in_words(name, score)}".rstrip()


def _on_all(group: Group, score: str) -> str:
    threshold = next((at for at, name in NET_BENEFIT.items() if name == score), None)
    if threshold is None:
        return NOTHING
    cells = group.scored[BASELINE]
    positives = ((cells["tp"] + cells["fn"]) / cells["n_test"]).astype(float)
    return number(float((positives - (1 - positives) * threshold / (1 - threshold)).mean()), score)


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw the reliability of every data set and learner, unless there are too many."""
    for group in report.groups if len(report.groups) <= MAX_PICTURES else []:
        draw_reliability(folder, group, curves)


def draw_reliability(folder: Path, group: Group, curves: Curves) -> None:
    """Draw a panel a contender, with the baseline's curve in each."""
    found = curves.reliable(group.dataset, group.classifier)
    shown = {
        name: [(each.probability, each.positive) for each in found[name]] for name in group.scored if name in found
    }
    if not shown:
        return
    columns = min(PANELS, len(shown))
    rows = -(-len(shown) // columns)
    with mpl.rc_context(STYLE):
        width = max(3.5, 1.0 + 1.75 * columns)
        title = wrap(f"{group.dataset} · {group.classifier}", int(11 * width))  # eleven letters an inch
        figure = Figure(figsize=(width, 0.7 + 0.2 * len(title) + 1.9 * rows))
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, (name, curve) in zip(panels.flat, shown.items(), strict=False):
            axes.plot([0, 1], [0, 1], color=NEGATIVE, linewidth=0.8, linestyle=":")
            if BASELINE in shown and name != BASELINE:
                axes.plot(*np.transpose(shown[BASELINE]), color="#999999", linewidth=1.0)
            axes.plot(*np.transpose(curve), "o-", color=LINES[1][0], markersize=3.5, linewidth=1.2)
            axes.set_title("\n".join(wrap(name, 24)), fontsize=8)
            axes.tick_params(labelbottom=True)
            axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        for axes in panels.flat[len(shown) :]:
            axes.set_visible(False)
        figure.supxlabel("predicted risk", fontsize=10)
        figure.supylabel("share of positives", fontsize=10)
        figure.suptitle("\n".join(title), fontsize=11)
        save(figure, folder / figure_name(group))
