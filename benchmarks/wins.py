"""Many data sets: where which contender wins, by imbalance, size and kind of columns."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from .groups import BASELINE, Group
from .ranks import means
from .record import LIFT
from .tables import NOTHING, number, plural, table

MANY = 12
"""More data sets than this are shown together, not one by one."""

BINS: dict[str, list[tuple[str, Callable[[dict[str, Any]], bool]]]] = {
    "negatives per positive": [
        ("below 5", lambda data: _ratio(data) < 5),
        ("5 to 15", lambda data: 5 <= _ratio(data) < 15),
        ("15 and more", lambda data: _ratio(data) >= 15),
    ],
    "rows": [
        ("below 500", lambda data: data["rows"] < 500),
        ("500 to 1,500", lambda data: 500 <= data["rows"] < 1500),
        ("1,500 and more", lambda data: data["rows"] >= 1500),
    ],
    "categorical columns": [
        ("none", lambda data: data["categorical"] == 0),
        ("some", lambda data: 0 < data["categorical"] < data["columns"]),
        ("all", lambda data: data["categorical"] == data["columns"]),
    ],
}


def section(groups: list[Group], classifier: str, environment: dict[str, Any]) -> str:
    """Render mean ranks and mean lifts of one learner's data sets, all together and by what they are like."""
    own = {group.dataset: group for group in groups if group.classifier == classifier}
    described = environment.get("data", {})
    known = {name: described[name] for name in own if isinstance(described.get(name), dict)}
    errors = means(groups, classifier)
    if not known or errors.empty:
        return ""
    ranks = errors.rank(axis="columns")
    lifts = pd.DataFrame({name: {where: group.mean(name, LIFT) for where, group in own.items() if name in group.scored}
                          for name in errors.columns}).reindex(errors.index)  # fmt: skip
    columns = {"all": list(errors.index)}
    for what, bins in BINS.items():
        for text, fits in bins:
            if chosen := [name for name in errors.index if name in known and fits(known[name])]:
                columns[f"{what}: {text}"] = chosen
    headers = ["contender", *(f"{text} ({len(chosen)})" for text, chosen in columns.items())]
    order = ranks.mean().sort_values(kind="stable").index
    by_rank, by_lift = [], []
    for name in order:
        by_rank.append([f"`{name}`", *(f"{ranks.loc[chosen, name].mean():.1f}" for chosen in columns.values())])
        shown = [_mean_lift(lifts.loc[chosen, name]) for chosen in columns.values()]
        by_lift.append([f"`{name}`", *shown, _verdicts(own, name)])
    return "\n\n".join(
        [
            f"## Where which contender wins · {classifier}",
            "Mean rank by balanced error, 1 is best; in brackets the number of data sets.",
            table(headers, by_rank),
            "Mean lift over the moved threshold, percentage points, on the data sets on which a contender has scores; "
            "last, on how many data sets its 95 % interval lies above and below 0 (by chance alone, one in forty on "
            "either side).",
            table([*headers, "above / below 0"], by_lift),
        ]
    )


def overview(groups: list[Group], classifier: str) -> str:
    """Say in one sentence what many data sets say."""
    own = [group for group in groups if group.classifier == classifier]
    errors = means(groups, classifier)
    if errors.empty:
        return ""
    ranks = errors.rank(axis="columns").mean().sort_values(kind="stable")
    roles = {name: role for group in own for name, role in group.roles.items()}
    scored = {name: [group.mean(name, LIFT) for group in own if name in group.scored] for name in ranks.index}
    lifted = {name: float(pd.Series(values).mean()) for name, values in scored.items()}
    of_role = {role: [name for name in ranks.index if roles[name] == role] for role in ("oversampler", "control")}
    best = [f"`{names[0]}` ({role}, mean rank {ranks[names[0]]:.1f})" for role, names in of_role.items() if names]
    above = [name for name in of_role["oversampler"] if lifted[name] > 0]
    each = ", ".join(f"`{name}` {number(lifted[name], LIFT, '+')}" for name in above)
    baseline = f"; `{BASELINE}` has rank {ranks[BASELINE]:.1f} of {len(ranks)}" if BASELINE in ranks else ""
    return (
        f"- **Over {plural(len(errors), 'data set')} with {classifier}:** best by balanced error are "
        f"{' and '.join(best)}{baseline}. {len(above)} of "
        f"{plural(len(of_role['oversampler']), 'oversampler')} have a mean lift over the moved threshold above 0"
        + (f" (points: {each})." if above else ".")
    )


def _ratio(data: dict[str, Any]) -> float:
    return float((1 - data["positives"]) / data["positives"])


def _mean_lift(values: pd.Series) -> str:
    return number(float(values.mean()), LIFT, "+") if values.notna().any() else NOTHING


def _verdicts(own: dict[str, Group], name: str) -> str:
    intervals = [group.interval(name, LIFT, None) for group in own.values() if group.decides and group.complete(name)]
    return f"{sum(found.low > 0 for found in intervals)} / {sum(found.high < 0 for found in intervals)}"
