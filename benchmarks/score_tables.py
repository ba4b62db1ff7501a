"""The tables of one data set and learner: scores, differences to the baseline, synthetic rows."""

from typing import Any

from .groups import BASELINE, Group
from .tables import NOTHING, SCORES, mean_std, table


def scores(group: Group, environment: dict[str, Any]) -> str:
    """Table of all scores, mean ± standard deviation over seeds."""
    rows = []
    for name, cells in group.scored.items():
        role = environment["contenders"].get(name, {}).get("role", NOTHING)
        mark = " (partial)" if cells["status"].eq("partial").any() else ""
        seeds = str(group.n_seeds) if group.complete(name) else f"{len(cells)} of {group.n_seeds}"
        rows.append([f"`{name}`{mark}", role, *(mean_std(cells[score], score) for score in SCORES), seeds])
    return (
        "Mean ± standard deviation over seeds, lowest balanced error first.\n\n"
        f"{table(['contender', 'role', *SCORES.values(), 'seeds'], rows)}"
    )


def differences(group: Group) -> str:
    """Table of the paired differences to the baseline; empty where there is none to compare with."""
    others = [name for name, cells in group.scored.items() if name != BASELINE and len(cells)]
    if not (group.has_baseline and others):
        return ""
    rows = [[f"`{name}`", *(mean_std(group.paired(name, score), score, "+") for score in SCORES)] for name in others]
    return (
        f"### Difference to `{BASELINE}`\n\nMean ± standard deviation of the paired differences, seed by seed; errors "
        f"in percentage points.\n\n{table(['contender', *SCORES.values()], rows)}"
    )


def synthetic(group: Group) -> str:
    """Table of what the added rows look like; empty where none were added."""
    rows = [
        [
            f"`{name}`",
            *(f"{cells[column].mean():,.0f}" for column in ("n_requested", "n_synthetic")),
            *(f"{cells[column].mean() * 100:.1f}" for column in ("synthetic_unique", "synthetic_valid")),
            f"{cells['synthetic_spread'].mean():.3f}",
        ]
        for name, cells in group.scored.items()
        if cells["n_synthetic"].gt(0).any()
    ]
    if not rows:
        return ""
    headers = ["contender", "asked", "made", "unique %", "valid %", "spread"]
    return f"### Synthetic rows\n\nMeans over seeds.\n\n{table(headers, rows)}"
