"""The leaderboard: stored cells in, markdown out. The same cells give the same bytes."""

from pathlib import Path
from typing import Any

import pandas as pd

from . import article, finding, learners, ranks, scarcity, score_tables, synthetic_table, tradeoff, wins
from .groups import Group, group_cells
from .progress import duration
from .tables import NOTHING, median_iqr, plural, table

HOW_TO_READ = Path(__file__).with_name("how_to_read.md")
MAX_LISTED = 50


def leaderboard(cells: pd.DataFrame, environment: dict[str, Any], figures: list[str]) -> str:
    """Render a leaderboard.

    Parameters
    ----------
    cells : DataFrame
        Records, as `store.Store.cells` gives them.
    environment : dict
        What `environment.json` holds.
    figures : list of str
        Names of the pictures in `figures/`.
    """
    groups = list(group_cells(cells, environment))
    datasets = list(dict.fromkeys(group.dataset for group in groups))
    classifiers = list(dict.fromkeys(group.classifier for group in groups))
    many = len(datasets) > wins.MANY
    overview = [wins.overview(groups, name) for name in classifiers] if many else [finding.finding(groups)]
    parts = [
        f"# Leaderboard: {environment['suite']['name']}",
        "\n".join(text for text in overview if text),
        finding.coverage(cells, environment),
        _setting(cells, environment),
    ]
    if len(groups) > tradeoff.MAX_PICTURES and not many:
        parts.append(f"Trade-off pictures are left out: more than {tradeoff.MAX_PICTURES} data sets and learners.")
    if article.applies(groups, environment):
        parts.append(article.section(groups, figures))
    parts += [scarcity.section(*where, series, figures) for where, series in scarcity.find(groups).items()]
    if many:
        parts.append(f"The scores of each of the {len(datasets)} data sets are in `cells.csv`.")
    for dataset in [] if many else datasets:
        of_dataset = [group for group in groups if group.dataset == dataset]
        if len(of_dataset) > 1:
            parts.append(learners.section(dataset, of_dataset))
        for group in of_dataset:
            others = [other for other in of_dataset if other is not group]
            parts += [
                f"## {dataset} · {group.classifier}",
                score_tables.scores(group, others),
                tradeoff.section(group, figures),
                score_tables.differences(group),
                synthetic_table.section(group),
            ]
    parts += [ranks.section(groups, name, figures) for name in classifiers]
    if many:
        parts += [wins.section(groups, name, environment) for name in classifiers]
    parts += [
        _left_out(environment),
        _failures(cells),
        _runtime(groups, environment, many),
        HOW_TO_READ.read_text(encoding="utf-8").rstrip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _setting(cells: pd.DataFrame, environment: dict[str, Any]) -> str:
    suite = environment["suite"]
    asked = suite["n_requested"]
    rows = f"add {asked:,} positives" if asked else "balance the classes"
    seeds = ", ".join(str(seed) for seed in sorted(set(cells["seed"])))
    return (
        f"{suite['description']} Protocol `{suite['protocol']}`; contenders are asked to {rows}; all see the same "
        f"splits, one per seed ({seeds})."
    )


def _left_out(environment: dict[str, Any]) -> str:
    left_out = environment.get("left_out", {}) | environment.get("not_applicable", {})
    if not left_out:
        return ""
    return f"## Left out\n\n{table(['what', 'why'], left_out.items(), left=2)}"


def _failures(cells: pd.DataFrame) -> str:
    failed = cells[cells["status"] != "ok"]
    if failed.empty:
        return ""
    columns = ["dataset", "classifier", "contender", "seed", "status", "phase", "reason"]
    listed = failed[columns].head(MAX_LISTED).itertuples(index=False)
    more = f"\n\n… and {len(failed) - MAX_LISTED} more, in cells.csv." if len(failed) > MAX_LISTED else ""
    return f"## Cells that did not end ok\n\n{table(columns, listed, left=len(columns))}{more}"


def _runtime(groups: list[Group], environment: dict[str, Any], many: bool) -> str:
    rows = []
    for (name, dataset, classifier), cells in _timed(groups, many).items():
        if len(cells):
            peak = f"{cells['peak_mb'].median():.0f}" if cells["peak_mb"].notna().any() else NOTHING
            seconds = [median_iqr(cells[column]) for column in ("sample_s", "fit_s", "predict_s")]
            rows.append([f"`{name}`", dataset, classifier, *seconds, peak])
    if not rows:
        return ""
    headers = ["contender", "data set", "learner", "sample s", "fit s", "predict s", "peak MB"]
    cores, jobs = plural(environment["cores"], "core"), plural(environment["jobs"], "job")
    hardware = f", on {environment['cpu']}, {cores}, {jobs} of one thread."
    machines = environment.get("machines", {})
    if len(machines) > 1:
        each = "; ".join(f"{plural(count, 'cell')} on {name}" for name, count in machines.items())
        hardware = f".\n\n**Not all measured alike, and so not to be compared closely:** {each}."
    text = f"## Runtime\n\nMedian [quartiles] of the calls alone{hardware}\n\n{table(headers, rows, left=3)}"
    run = environment.get("last_run")
    if run and run["cells"]:
        rest = 1 - run["busy_s"] / (run["wall_s"] * run["jobs"])
        text += (
            f"\n\nThe last run took {duration(run['wall_s'])} for {plural(run['cells'], 'cell')} on "
            f"{plural(run['jobs'], 'job')}; {rest * 100:.1f} % of wall time × jobs was not spent in sample, fit or "
            "predict."
        )
    return text


def _timed(groups: list[Group], many: bool) -> dict[tuple[str, str, str], pd.DataFrame]:
    found: dict[tuple[str, str, str], list[pd.DataFrame]] = {}
    for group in groups:
        for name, cells in group.scored.items():
            found.setdefault((name, "all" if many else group.dataset, group.classifier), []).append(cells)
    return {where: pd.concat(parts) if len(parts) > 1 else parts[0] for where, parts in found.items()}
