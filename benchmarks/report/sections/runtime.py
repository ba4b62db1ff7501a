"""Seconds and memory of the calls alone, by contender."""

import pandas as pd

from ...errors import duration, plural
from ..groups import Group
from ..markdown import NOTHING, median_iqr, table
from ..section import Report

PLACE, ORDER = "bottom", 30


def render(report: Report, groups: list[Group]) -> str:
    """Render the table, and how much of the run was spent beside sampling, fitting and predicting."""
    provenance = report.provenance
    rows = []
    for (name, dataset, classifier), cells in _timed(groups, report.together).items():
        if len(cells):
            peak = f"{cells['peak_mb'].median():.0f}" if cells["peak_mb"].notna().any() else NOTHING
            seconds = [median_iqr(cells[column]) for column in ("sample_s", "fit_s", "predict_s")]
            rows.append([f"`{name}`", dataset, classifier, *seconds, peak])
    if not rows:
        return ""
    headers = ["contender", "data set", "learner", "sample s", "fit s", "predict s", "peak MB"]
    cores, jobs = plural(provenance.cores or 0, "core"), plural(provenance.jobs, "job")
    hardware = f", on {provenance.cpu}, {cores}, {jobs} of one thread."
    machines = provenance.machines
    if len(machines) > 1:
        each = "; ".join(f"{plural(count, 'cell')} on {name}" for name, count in machines.items())
        hardware = f".\n\n**Not all measured alike, and so not to be compared closely:** {each}."
    text = f"## Runtime\n\nMedian [quartiles] of the calls alone{hardware}\n\n{table(headers, rows, left=3)}"
    run = provenance.last_run
    if run and run.cells:
        rest = 1 - run.busy_s / (run.wall_s * run.jobs)
        text += (
            f"\n\nThe last run took {duration(run.wall_s)} for {plural(run.cells, 'cell')} on "
            f"{plural(run.jobs, 'job')}; {rest * 100:.1f} % of wall time × jobs was not spent in sample, fit or "
            "predict."
        )
    return text


def _timed(groups: list[Group], together: bool) -> dict[tuple[str, str, str], pd.DataFrame]:
    found: dict[tuple[str, str, str], list[pd.DataFrame]] = {}
    for group in groups:
        for name, cells in group.scored.items():
            found.setdefault((name, "all" if together else group.dataset, group.classifier), []).append(cells)
    return {where: pd.concat(parts) if len(parts) > 1 else parts[0] for where, parts in found.items()}
