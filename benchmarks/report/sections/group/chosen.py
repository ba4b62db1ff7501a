"""One data set, one learner: what was found inside the training rows, and what that cost."""

from collections import Counter

from ....measure.outcome import CHOSEN
from ...groups import Group
from ...markdown import median_iqr, table
from ...page import Report

PLACE, ORDER = "group", 17

MOST = 4
"""Values of a parameter that are named one by one; of more, the range."""


def render(report: Report, groups: list[Group]) -> str:
    """Render the table; nothing where nobody tuned."""
    (group,) = groups
    rows = []
    for name, cells in group.scored.items():
        tuned = cells[cells["tune_fits"].notna()]
        if len(tuned):
            fits = f"{tuned['tune_fits'].median():.0f}"
            found = summary([_found(text, status) for text, status in zip(tuned[CHOSEN], tuned["status"], strict=True)])
            rows.append([f"`{name}`", found, fits, *(median_iqr(tuned[column]) for column in ("tune_s", "fit_s"))])
    if not rows:
        return ""
    text = (
        "Learnt on inner folds of each split's training rows: what was found, by how many seeds; how often the learner "
        "was fitted for it, and the seconds that took, beside those of the one fit that is scored (medians over seeds)."
    )
    lines = table(["contender", "found", "inner fits", "tune s", "fit s"], rows, left=2)
    return f"### Tuned inside the training rows\n\n{text}\n\n{lines}"


def summary(chosen: list[str]) -> str:
    """Say what several seeds chose, parameter by parameter.

    >>> summary(["k=3,ratio=auto; threshold=0.31", "k=3,ratio=0.5; threshold=0.3"])
    'k 3; ratio auto (1), 0.5 (1); threshold 0.31 (1), 0.3 (1)'
    >>> summary([f"threshold={number / 8}" for number in range(6)])
    'threshold 0.0 to 0.625'
    >>> summary(["prior", "as it is"])
    'prior (1); as it is (1)'
    >>> summary(["v=1-2", "v=²", "", ""])
    'v 1-2 (1), ² (1)'
    """
    values: dict[str, list[str]] = {}
    for text in filter(None, chosen):
        for part in text.replace("; ", ",").split(","):
            name, _, value = part.partition("=")
            values.setdefault(name, []).append(value)
    return "; ".join(_of_one(name, given, len(chosen)) for name, given in values.items())


def _found(text: object, status: str) -> str:
    said = [text] if isinstance(text, str) and text else []
    return "; ".join([*said, *(["declined"] if status == "declined" else [])])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _of_one(name: str, given: list[str], seeds: int) -> str:
    counts = Counter(given)
    if len(counts) == 1:
        (value,) = counts
        return f"{name} {value}".strip() + (f" ({len(given)})" if len(given) < seeds else "")
    numbers = [number for value in given if (number := _number(value)) is not None]
    if len(counts) > MOST and len(numbers) == len(given):
        return f"{name} {min(numbers)} to {max(numbers)}"
    return f"{name} {', '.join(f'{value} ({count})' for value, count in counts.most_common())}"
