"""Whether records can be what a run wrote: what follows from their counts, and from each other, must be so.

This finds what was edited carelessly. Probabilities are not in `cells.csv`: what only they know is run again.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..catalog.label import format_label, parse
from ..design.cell import CellId
from ..errors import UsageError, plain
from ..measure.outcome import LIFT, PHASES, SCORED, STATUSES, TEXT
from ..measure.scores import MEASURES
from ..report.groups import BASELINE
from ..report.lift import FIXED, reading_rates

CLOSE = 1e-9
"""What may come between two ways to compute the same rate."""

DECIDED = ("tn", "fp", "fn", "tp")
SPLIT = ("n_train", "n_test")
SHARES = (
    *("error", "error_positive", "error_negative", "balanced_error", "roc_auc", "average_precision", "brier"),
    *("calibration_error", *FIXED.values()),
)
"""Measures that lie between 0 and 1."""

Row = Mapping[str, Any]


def problems(cells: pd.DataFrame) -> Iterator[str]:
    """Say what of records cannot be as it is, cell by cell.

    Parameters
    ----------
    cells : DataFrame
        Records, as `folder.read_csv` gives them.
    """
    rows = [{str(name): value for name, value in row.items()} for row in cells.to_dict("records")]
    seen: set[CellId] = set()
    splits: dict[tuple[str, int], tuple[str, list[int]]] = {}
    for row in rows:
        where = _where(row)
        if where in seen:
            yield f"{where} stands twice"
        seen.add(where)
        yield from (f"{where}: {found}" for found in _wrong(row))
        if row["status"] in SCORED and not any(_missing(row[name]) for name in (*SPLIT, *DECIDED)):
            split = [*(int(row[name]) for name in SPLIT), int(row["fn"] + row["tp"])]
            first, other = splits.setdefault((where.dataset, where.seed), (str(where), split))
            if other != split:
                yield (
                    f"{where}: {split[0]} training rows, {split[1]} test rows, {split[2]} of them positive, but "
                    f"{other[0]}, {other[1]} and {other[2]} in {first}, on the same split"
                )
    yield from _wrong_lifts(cells, rows)


def _where(row: Row) -> CellId:
    return CellId(row["dataset"], row["classifier"], row["contender"], int(row["seed"]))


def _wrong(row: Row) -> Iterator[str]:
    for name in ("dataset", "classifier", "contender"):
        if not _is_label(row[name]):
            yield f"'{plain(row[name])}' is no label of a {name}"
    for name in TEXT:
        if plain(row[name], 10_000) != row[name]:
            yield f"{name} holds what no run writes there"
    if row["status"] not in STATUSES:
        yield f"unknown status '{plain(row['status'])}'"
    elif row["phase"] not in (*PHASES, ""):
        yield f"unknown phase '{plain(row['phase'])}'"
    elif row["status"] in SCORED:
        yield from _wrong_scores(row)
    elif there := [name for name in (*DECIDED, *MEASURES, LIFT) if not _missing(row[name])]:
        yield f"it is {row['status']}, but has {there[0]} {row[there[0]]:g}"


def _wrong_scores(row: Row) -> Iterator[str]:
    if absent := [name for name in (*SPLIT, *DECIDED) if _missing(row[name]) or row[name] < 0]:
        yield f"it is {row['status']}, but has no {absent[0]}"
        return
    tn, fp, fn, tp = (int(row[name]) for name in DECIDED)
    if tn + fp + fn + tp != row["n_test"]:
        yield f"tn + fp + fn + tp is {tn + fp + fn + tp}, but n_test {row['n_test']}"
        return
    if not (tn + fp and fn + tp):
        yield "its test rows are of one class"
        return
    misses, alarms = fn / (fn + tp), fp / (fp + tn)
    follow = {
        "error": ("(fp + fn) / n_test", (fp + fn) / (tn + fp + fn + tp)),
        "error_positive": ("fn / (fn + tp)", misses),
        "error_negative": ("fp / (fp + tn)", alarms),
        "balanced_error": ("the mean of the errors on positives and on negatives", (misses + alarms) / 2),
    }
    for name, (formula, value) in follow.items():
        if not abs(row[name] - value) <= CLOSE:  # not a number, either
            yield f"{name} is {row[name]:.6g}, but {formula} is {value:.6g}"
    for name in (each for each in MEASURES if not _missing(row[each])):
        if not math.isfinite(row[name]) or (name in SHARES and not -CLOSE <= row[name] <= 1 + CLOSE):
            yield f"{name} cannot be {row[name]:g}"
    fixed = [row[name] for name in FIXED.values()]
    if not any(map(_missing, fixed)) and fixed != sorted(fixed, reverse=True):
        yield f"more positives are missed at more false alarms ({', '.join(FIXED.values())})"


def _wrong_lifts(cells: pd.DataFrame, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Hold lifts against what is missed at fixed false alarms: the curves that both are read from fall."""
    scored = {_where(row): row for row in rows if row["status"] in SCORED}
    at = dict(reading_rates(cells[cells["status"].isin(SCORED)]))
    for where, row in scored.items():
        found, baseline = row[LIFT], scored.get(where._replace(contender=BASELINE))
        if _missing(found):
            if baseline is not None and (where in at or where.contender == BASELINE):
                yield f"{where} has no {LIFT}, although there is all that it is read from"
            continue
        if where.contender == BASELINE:
            low, high = 0.0, 0.0
        elif where not in at:
            yield f"{where}: {LIFT} is {found:.4g}, but there is nothing to read it from"
            continue
        elif baseline is None:
            yield f"{where}: {LIFT} is {found:.4g}, but `{BASELINE}` has no scores there"
            continue
        else:
            least, most = _misses(baseline, at[where])
            own_least, own_most = _misses(row, at[where])
            low, high = least - own_most, most - own_least
        if not low - CLOSE <= found <= high + CLOSE:
            yield (
                f"{where}: {LIFT} is {found:.4g}, but lies from {low:.4g} to {high:.4g} by what is missed at fixed "
                "false alarms"
            )


def _misses(row: Row, false_alarms: float) -> tuple[float, float]:
    """Bound the positives missed at a rate of false alarms by those missed at rates that the record has.

    >>> _misses({"error_positive_at_1": 0.8, "error_positive_at_5": 0.5, "error_positive_at_10": 0.3}, 0.07)
    (0.3, 0.5)
    """
    known = [(percent / 100, float(row[name])) for percent, name in FIXED.items() if not _missing(row[name])]
    least = max((missed for rate, missed in known if rate >= false_alarms), default=0.0)
    return least, min((missed for rate, missed in known if rate <= false_alarms), default=1.0)


def _is_label(text: str) -> bool:
    try:
        return format_label(*parse(text)) == text
    except UsageError:
        return False


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value
