"""How long cells should take before any was measured here: judged by the published timings on Adult."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import median

from ..catalog.data import Table
from ..catalog.label import parse
from ..design import audit
from ..design.cell import Cell, Split
from .progress import Estimate, group_of

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


def longest_first(cells: Iterable[Cell], estimate: Estimate, data: Mapping[str, Table]) -> list[Cell]:
    """Put the longest cells of each seed first, so that none is left to itself at the end; splits stay together.

    Cells that were never measured take what is published.
    """

    def seconds(cell: Cell) -> float:
        known = estimate.measured(group_of(cell.id))
        return expected_s([cell], data) if known is None else known

    found: list[Cell] = []
    for _, of_seed in groupby(cells, key=lambda cell: cell.seed):
        splits: defaultdict[Split, list[tuple[float, Cell]]] = defaultdict(list)
        for cell in of_seed:
            splits[cell.split].append((seconds(cell), cell))
        parts = [sorted(part, key=itemgetter(0), reverse=True) for part in splits.values()]
        for part in sorted(parts, key=lambda part: part[0][0], reverse=True):
            found += [cell for _, cell in part]
    return found


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
