"""One data set made ever scarcer: each measure against the share of positives, as a table and as a picture."""

import math
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from ...catalog.label import parse
from ...measure.scores import Measure
from ..curves import Curves
from ..groups import BASELINE, Group
from ..markdown import heading, picture, table
from ..page import Report
from ..style import LINES, MARKERS, STYLE, file_name, save

PLACE, ORDER = "top", 30
Series = dict[float, Group]


def find_series(groups: list[Group]) -> dict[tuple[str, str], Series]:
    """Find data sets that were made scarcer: by name and learner, groups by share of positives, scarcest first."""
    found: dict[tuple[str, str], Series] = {}
    for group in groups:
        name, params = parse(group.dataset)
        if list(params) == ["positives"]:
            found.setdefault((name, group.classifier), {})[params["positives"]] = group
    return {key: dict(sorted(series.items())) for key, series in found.items() if len(series) > 1}


def figure_name(dataset: str, classifier: str) -> str:
    """Name of the picture of one series."""
    return file_name("scarcity", dataset, classifier)


def caption(dataset: str, classifier: str) -> str:
    """Say what it shows."""
    return f"Each measure against the share of training positives, {dataset}, {classifier}."


def render(report: Report, groups: list[Group]) -> str:
    """Render every series."""
    return "\n\n".join(of_series(*where, series, report) for where, series in find_series(groups).items())


def of_series(dataset: str, classifier: str, series: Series, report: Report) -> str:
    """Render one table a measure: contenders in rows, shares of positives in columns."""
    headers = ["contender", "role", *(f"{share * 100:g} %" for share in series)]
    parts = [
        f"## {dataset} · {classifier} · against the share of positives",
        "Training positives are cut to the share at the head of each column; test rows stay as they are. Mean ± "
        "standard deviation over seeds; intervals and verdicts stand in the section of each share.",
    ]
    parts.append(picture(figure_name(dataset, classifier), caption(dataset, classifier), report.figures))
    for score in report.shown:
        rows = [
            [f"`{name}`", _role(series, name), *(group.summary(name, score) for group in series.values())]
            for name in names(series)
        ]
        parts.append(f"### {heading(score)} against the share of positives\n\n{table(headers, rows, left=2)}")
    return "\n\n".join(part for part in parts if part)


def names(series: Series) -> list[str]:
    """Name the contenders, the baseline first, then by balanced error at the scarcest share."""
    all_names = dict.fromkeys(name for group in series.values() for name in group.scored)
    return [BASELINE] * (BASELINE in all_names) + [name for name in all_names if name != BASELINE]


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw every series."""
    for (dataset, classifier), series in find_series(report.groups).items():
        draw_series(folder, dataset, classifier, series, report.shown)


def draw_series(folder: Path, dataset: str, classifier: str, series: Series, shown: Mapping[str, Measure]) -> None:
    """Draw one panel a measure."""
    with mpl.rc_context(STYLE):
        n_columns = math.ceil(len(shown) / 2)
        figure = Figure(figsize=(3.25 * n_columns, 6.6))
        panels = figure.subplots(2, n_columns)
        for axes, (score, measure) in zip(panels.flat, shown.items(), strict=False):
            scale = 100 if measure.percent else 1
            for index, name in enumerate(names(series)):
                points = {
                    share: group.mean(name, score) * scale for share, group in series.items() if name in group.scored
                }
                colour, dashes = LINES[index % len(LINES)]
                marker = MARKERS[index % len(MARKERS)]
                axes.plot(
                    [share * 100 for share in points],
                    list(points.values()),
                    color=colour,
                    linestyle=dashes,
                    marker=marker,
                    markersize=5,
                    linewidth=2.4 if name == BASELINE else 1.2,
                    label=name,
                )
            axes.set_xscale("log")
            ticks = [share * 100 for share in series]
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
            axes.set_title(heading(score))
        for axes in panels.flat[len(shown) :]:
            axes.set_visible(False)
        for axes in panels[-1]:
            axes.set_xlabel("training positives, %")
        figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False)
        save(figure, folder / figure_name(dataset, classifier))


def _role(series: Series, name: str) -> str:
    return next(group.roles[name] for group in series.values() if name in group.roles)
