"""How long cells should take before any was measured here: judged by the published timings on Adult."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from statistics import median

from ..catalog.data import Table
from ..catalog.label import parse
from ..design import audit
from ..design.cell import Cell

FILE = Path(__file__).with_name("published.csv")
"""Median seconds of encode, sample, fit and predict in `results/full`; `tests/readme.py` writes it anew."""

ADULT = 32_561 * 14
"""Values in the table that these were measured on; what a cell takes grows with them, nearly enough."""

AROUND_S = 0.2
"""What a cell takes beside, however small its table: processes."""

LEARNER = "forest"
"""Whose timings stand for those of a learner that has none."""


def expected_s(cells: Iterable[Cell], data: Mapping[str, Table]) -> float:
    """Give the seconds that cells should take, one after the other."""
    total = 0.0
    for cell in cells:
        table = data[audit.read(cell.dataset).dataset]
        share = table.rows * table.columns / ADULT
        total += AROUND_S + share * on_adult(parse(cell.contender)[0], parse(cell.classifier)[0])
    return total


@cache
def on_adult(contender: str, classifier: str) -> float:
    """Give the seconds of a cell on Adult; a contender without any has the median of all."""
    known = published()
    learner = classifier if any(of == classifier for _, of in known) else LEARNER
    of_learner = {name: seconds for (name, of), seconds in known.items() if of == learner}
    return of_learner.get(contender, median(of_learner.values()))


@cache
def published() -> dict[tuple[str, str], float]:
    """Read the timings, by contender and classifier."""
    with FILE.open(encoding="utf-8", newline="") as opened:
        return {(row["contender"], row["classifier"]): float(row["seconds"]) for row in csv.DictReader(opened)}
