"""The leaderboard: stored cells in, markdown out. The same cells give the same bytes."""

from typing import Any

import pandas as pd

from . import article
from .progress import duration
from .record import SCORED, TIMINGS
from .tables import NOTHING, SCORES, mean_std, median_iqr, table, text_table

BASELINE = "none"
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
    suite = environment["suite"]
    contenders = list(environment["contenders"])
    parts = [f"# Leaderboard: {suite['name']}", f"{finding(cells, contenders)} {coverage(cells, environment)}"]
    parts.append(_setting(cells, environment))
    if article.applies(cells, environment):
        parts.append(article.section(cells, figures))
    for (dataset, classifier), group in cells.groupby(["dataset", "classifier"], sort=False):
        parts.append(f"## {dataset} · {classifier}")
        parts += _tables(group, environment)
    parts.append(_failures(cells))
    parts.append(_runtime(cells, environment))
    parts.append(HOW_TO_READ)
    return "\n\n".join(part for part in parts if part) + "\n"


def complete_first(group: pd.DataFrame, contenders: list[str]) -> list[str]:
    """Order contenders by mean balanced error, those with unscored cells after those without."""
    scored = group[group["status"].isin(SCORED)]
    mean = scored.groupby("contender")["balanced_error"].mean()
    missing = (group.groupby("contender")["seed"].nunique().max() - scored.groupby("contender").size()).to_dict()
    present = [name for name in contenders if name in set(group["contender"])]
    present += sorted(set(group["contender"]) - set(present))
    return sorted(present, key=lambda name: (missing.get(name, 1) > 0, mean.get(name, float("inf"))))


def finding(cells: pd.DataFrame, contenders: list[str]) -> str:
    """One plain sentence: what the numbers say, no more."""
    scored = cells[cells["status"].isin(SCORED)]
    if scored.empty:
        return "**No cell was scored, so there is nothing to compare.**"
    means = scored.groupby(["dataset", "classifier", "contender"])[list(SCORES)].mean()
    groups = scored[["dataset", "classifier"]].drop_duplicates().itertuples(index=False)
    sentences = []
    for dataset, classifier in groups:
        here = means.loc[(dataset, classifier)]
        if BASELINE not in here.index or len(here) < 2:
            sentences.append(f"On {dataset} with {classifier} there is no `{BASELINE}` and a contender to compare.")
            continue
        none = here.loc[BASELINE]
        best = here.drop(index=BASELINE)["balanced_error"].idxmin()
        row = here.loc[best]
        n = scored[(scored["dataset"] == dataset) & (scored["classifier"] == classifier)]["seed"].nunique()
        sentences.append(
            f"On {dataset} with {classifier} ({n} seed{'s' * (n > 1)}), `{best}` has the lowest mean balanced error of "
            f"{len(here) - 1} contenders, {_percent(row, 'balanced_error')} against {_percent(none, 'balanced_error')} "
            f"for `{BASELINE}`: it misses {_percent(row, 'error_positive')} of the positives instead of "
            f"{_percent(none, 'error_positive')}, raises {_percent(row, 'error_negative')} false alarms among the "
            f"negatives instead of {_percent(none, 'error_negative')}, and errs overall on {_percent(row, 'error')} "
            f"instead of {_percent(none, 'error')}."
        )
    return "**" + " ".join(sentences) + "**"


def coverage(cells: pd.DataFrame, environment: dict[str, Any]) -> str:
    """Say how many of the planned cells are there and scored."""
    planned, scored = environment["planned"], int(cells["status"].isin(SCORED).sum())
    unscored = len(cells) - scored
    text = f"Coverage: {scored} of {planned} cells scored"
    if unscored:
        text += f", {unscored} ended without scores (listed below)"
    if planned > len(cells):
        text += f", {planned - len(cells)} not run yet"
    return text + "."


def _percent(row: pd.Series, column: str) -> str:
    return f"{row[column] * 100:.1f} %"


def _setting(cells: pd.DataFrame, environment: dict[str, Any]) -> str:
    suite = environment["suite"]
    asked = suite["n_requested"]
    rows = f"add {asked:,} positives" if asked else "balance the classes"
    return (
        f"{suite['description']} Protocol `{suite['protocol']}`; contenders are asked to {rows}; all see the same "
        f"splits, one per seed ({', '.join(map(str, dict.fromkeys(cells['seed'])))})."
    )


def _tables(group: pd.DataFrame, environment: dict[str, Any]) -> list[str]:
    names = complete_first(group, list(environment["contenders"]))
    n_seeds = group["seed"].nunique()
    scored = group[group["status"].isin(SCORED)]
    by_name = {name: scored[scored["contender"] == name] for name in names}
    parts = [
        f"Mean ± standard deviation over seeds, lowest balanced error first.\n\n{_scores(by_name, n_seeds, environment)}"
    ]
    if BASELINE in by_name and len(by_name[BASELINE]):
        parts.append(
            f"### Difference to `{BASELINE}`\n\nMean ± standard deviation of the paired differences, seed by seed; errors in percentage points.\n\n{_differences(by_name)}"
        )
    made = {name: rows for name, rows in by_name.items() if rows["n_synthetic"].gt(0).any()}
    if made:
        parts.append(f"### Synthetic rows\n\nMeans over seeds.\n\n{_synthetic(made)}")
    return parts


def _scores(by_name: dict[str, pd.DataFrame], n_seeds: int, environment: dict[str, Any]) -> str:
    rows = []
    for name, cells in by_name.items():
        role = environment["contenders"].get(name, {}).get("role", NOTHING)
        mark = " (partial)" if cells["status"].eq("partial").any() else ""
        seeds = f"{len(cells)} of {n_seeds}" if len(cells) < n_seeds else str(n_seeds)
        rows.append([f"`{name}`{mark}", role, *(mean_std(cells[score], score) for score in SCORES), seeds])
    return table(["contender", "role", *SCORES.values(), "seeds"], rows)


def _differences(by_name: dict[str, pd.DataFrame]) -> str:
    none = by_name[BASELINE].set_index("seed")
    rows = []
    for name, cells in by_name.items():
        if name != BASELINE and len(cells):
            difference = (cells.set_index("seed")[list(SCORES)] - none[list(SCORES)]).dropna(how="all")
            rows.append([f"`{name}`", *(mean_std(difference[score], score, sign="+") for score in SCORES)])
    return table(["contender", *SCORES.values()], rows)


def _synthetic(made: dict[str, pd.DataFrame]) -> str:
    rows = [
        [
            f"`{name}`",
            f"{cells['n_requested'].mean():,.0f}",
            f"{cells['n_synthetic'].mean():,.0f}",
            *(f"{cells[column].mean() * 100:.1f}" for column in ("synthetic_unique", "synthetic_valid")),
            f"{cells['synthetic_spread'].mean():.3f}",
        ]
        for name, cells in made.items()
    ]
    return table(["contender", "asked", "made", "unique %", "valid %", "spread"], rows)


def _failures(cells: pd.DataFrame) -> str:
    failed = cells[cells["status"] != "ok"]
    if failed.empty:
        return ""
    columns = ["dataset", "classifier", "contender", "seed", "status", "phase", "reason"]
    more = f"\n\n… and {len(failed) - MAX_LISTED} more, in cells.csv." if len(failed) > MAX_LISTED else ""
    listed = failed[columns].head(MAX_LISTED).itertuples(index=False)
    return f"## Cells that did not end ok\n\n{text_table(columns, listed)}{more}"


def _runtime(cells: pd.DataFrame, environment: dict[str, Any]) -> str:
    timed = cells[cells["fit_s"].notna()]
    if timed.empty:
        return ""
    rows = []
    for (dataset, classifier), group in timed.groupby(["dataset", "classifier"], sort=False):
        for name in complete_first(group, list(environment["contenders"])):
            own = group[group["contender"] == name]
            seconds = [median_iqr(own[column]) for column in TIMINGS[1:-1]]
            peak = f"{own['peak_mb'].median():.0f}" if own["peak_mb"].notna().any() else NOTHING
            rows.append([f"`{name}`", dataset, classifier, *seconds, peak])
    headers = ["contender", "data set", "learner", "sample s", "fit s", "predict s", "peak MB"]
    hardware = f"{environment['cpu']}, {environment['cores']} cores, {environment['jobs']} jobs of one thread"
    text = f"## Runtime\n\nMedian [quartiles] of the calls alone, on {hardware}.\n\n{table(headers, rows)}"
    run = environment.get("last_run")
    if run and run["cells"]:
        rest = 1 - run["busy_s"] / (run["wall_s"] * run["jobs"])
        text += (
            f"\n\nThe last run took {duration(run['wall_s'])} for {run['cells']} cells on {run['jobs']} jobs; "
            f"{rest * 100:.1f} % of wall time × jobs was not spent in sample, fit or predict."
        )
    return text


HOW_TO_READ = """## How to read this

- One *seed* is one random 80/20 split, and seeds the contender and the learner too. The ± is the spread over such seeds,
  not an error of the mean: it holds the noise of the split, which all contenders share. The difference to `none` takes
  that shared noise out. This report makes no statement about significance.
- *Error on positives* is the share of positives that are missed, *error on negatives* the share of negatives that raise
  a false alarm, *balanced error* their mean. An oversampler can trade one for the other, as a moved decision threshold
  does for free; ROC AUC and average precision do not change when only the threshold moves.
- Brier score: mean squared error of the probabilities; lower is better.
- A `control` is a free remedy that an oversampler should beat to be worth its cost.
- *unique*: share of distinct synthetic rows at two decimals. *valid*: share of them in which every one-hot group is one
  1 and zeros. *spread*: their standard deviation over that of the real positives, mean over columns; 1 is as varied as
  the real ones, 0 is one point.
- A cell that did not end ok is never filled in. `no_op` (rows were asked for, none came) is not scored; `partial` (other
  counts than asked) is scored and marked; a contender with missing cells stands below those without."""
