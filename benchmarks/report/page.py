"""The leaderboard: stored cells in, markdown out. The same cells give the same bytes."""

from collections.abc import Sequence

import pandas as pd

from ..record.provenance import Provenance
from .groups import Group
from .section import Place, Report, sections_of


def leaderboard(cells: pd.DataFrame, provenance: Provenance, figures: Sequence[str] = ()) -> str:
    """Render a leaderboard.

    Parameters
    ----------
    cells : DataFrame
        Records, as `store.Store.cells` gives them.
    figures : sequence of str
        Names of the pictures in `figures/`.
    """
    report = Report(cells, provenance, figures)
    parts = [f"# Leaderboard: {provenance.suite.name}", *_rendered("top", report, report.groups)]
    if report.together:
        parts.append(f"The scores of each of the {len(report.datasets)} data sets are in `cells.csv`.")
    for dataset in [] if report.together else report.datasets:
        of_dataset = [group for group in report.groups if group.dataset == dataset]
        parts += _rendered("data set", report, of_dataset)
        for group in of_dataset:
            parts += [f"## {dataset} · {group.classifier}", *_rendered("group", report, [group])]
    parts += _rendered("bottom", report, report.groups)
    return "\n\n".join(part for part in parts if part) + "\n"


def _rendered(place: Place, report: Report, groups: list[Group]) -> list[str]:
    return [section.render(report, groups) for section in sections_of(place)]
