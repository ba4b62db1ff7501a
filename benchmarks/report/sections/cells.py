"""What became of the cells: what was left out, which did not end ok and why, what the others took."""

import pandas as pd

from ...errors import duration, plural
from ...measure.outcome import WELL
from ...record.folder import CELLS
from ...record.provenance import Provenance
from ..groups import Group
from ..markdown import NOTHING, median_iqr, table
from ..page import Report

PLACE, ORDER = "bottom", 20
MAX_LISTED = 50


def render(report: Report, groups: list[Group]) -> str:
    """Render the four tables."""
    parts = [left_out(report.provenance), failures(report.cells), declined(report.cells), runtime(report, groups)]
    return "\n\n".join(part for part in parts if part)


def left_out(provenance: Provenance) -> str:
    """Render what could not be used or is not meant for such data."""
    found = provenance.left_out | provenance.not_applicable
    return f"## Left out\n\n{table(['what', 'why'], found.items(), left=2)}" if found else ""


def failures(cells: pd.DataFrame, title: str = "## Cells that did not end ok", file: str = CELLS) -> str:
    """Render the cells that did not end ok; all of them are in the file."""
    failed = cells[~cells["status"].isin(WELL)]
    if failed.empty:
        return ""
    columns = ["dataset", "classifier", "contender", "seed", "status", "phase", "reason"]
    listed = failed[columns].head(MAX_LISTED).itertuples(index=False)
    more = f"\n\n… and {len(failed) - MAX_LISTED} more, in {file}." if len(failed) > MAX_LISTED else ""
    return f"{title}\n\n{table(columns, listed, left=len(columns))}{more}"


def declined(cells: pd.DataFrame) -> str:
    """Render how often contenders added nothing by their own rule, and why, the first time."""
    of = cells[cells["contender"].isin(cells["contender"][cells["status"] == "declined"].unique())]
    rows = []
    for (name, classifier), asked in of.groupby(["contender", "classifier"]):
        gone = asked[asked["status"] == "declined"]
        share = f"{len(gone)} of {len(asked)}"
        data_sets = f"{gone['dataset'].nunique()} of {asked['dataset'].nunique()}"
        rows.append([f"`{name}`", classifier, share, data_sets, gone["reason"].iloc[0] if len(gone) else NOTHING])
    if not rows:
        return ""
    headers = ["contender", "learner", "cells", "on data sets", "why, the first time"]
    return (
        "## Declined\n\nCells in which a contender added no rows, for a reason of its own; scored on the training rows "
        f"as they are.\n\n{table(headers, rows, left=len(headers))}"
    )


def runtime(report: Report, groups: list[Group]) -> str:
    """Render seconds and memory of the calls alone, and how much of the run was spent beside them."""
    provenance = report.provenance
    rows, tuned = [], bool(report.cells["tune_s"].notna().any())
    for (name, dataset, classifier), cells in _timed(groups, report.together).items():
        if len(cells):
            peak = f"{cells['peak_mb'].median():.0f}" if cells["peak_mb"].notna().any() else NOTHING
            seconds = [median_iqr(cells[column]) for column in ("sample_s", "fit_s", "predict_s")]
            tuning = [median_iqr(cells["tune_s"])] if tuned else []
            rows.append([f"`{name}`", dataset, classifier, *tuning, *seconds, peak])
    if not rows:
        return ""
    headers = ["contender", "data set", "learner", *(["tune s"] if tuned else []), "sample s", "fit s", "predict s"]
    headers.append("peak MB")
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
