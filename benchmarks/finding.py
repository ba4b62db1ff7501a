"""The leaderboard's first words: what was found, in plain English, and on how many cells it stands."""

from typing import Any

import pandas as pd

from .groups import BASELINE, Group
from .record import SCORED
from .tables import plural


def finding(groups: list[Group]) -> str:
    """Say what the numbers say, a sentence a group, and no more."""
    return " ".join(map(_sentence, groups)) or "No cell was run, so there is nothing to compare."


def coverage(cells: pd.DataFrame, environment: dict[str, Any]) -> str:
    """Say how many of the planned cells are there and scored."""
    planned, scored = environment["planned"], int(cells["status"].isin(SCORED).sum())
    text = f"Coverage: {scored} of {planned} cells scored"
    if unscored := len(cells) - scored:
        text += f", {unscored} ended without scores (listed below)"
    if planned > len(cells):
        text += f", {planned - len(cells)} not run yet"
    return text + "."


def _sentence(group: Group) -> str:
    where = f"On {group.dataset} with {group.classifier}"
    rivals = [name for name in group.scored if name != BASELINE and group.complete(name)]
    if not (group.has_baseline and group.complete(BASELINE) and rivals):
        return f"{where} there is no complete contender to compare with a complete `{BASELINE}`."

    def percent(name: str, score: str) -> str:
        return f"{group.mean(name, score) * 100:.1f} %"

    best = rivals[0]
    return (
        f"{where} ({plural(group.n_seeds, 'seed')}), `{best}` has the lowest mean balanced error of "
        f"{plural(len(rivals), 'contender')}, "
        f"{percent(best, 'balanced_error')} against {percent(BASELINE, 'balanced_error')} for `{BASELINE}`: it misses "
        f"{percent(best, 'error_positive')} of the positives instead of {percent(BASELINE, 'error_positive')}, raises "
        f"false alarms on {percent(best, 'error_negative')} of the negatives instead of "
        f"{percent(BASELINE, 'error_negative')}, and errs overall on {percent(best, 'error')} of the rows instead of "
        f"{percent(BASELINE, 'error')}."
    )
