"""Cells that are run for an audit alone: again, on permuted labels, on noisy rows; and how to tell them from others."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple, get_args

from ..catalog.label import format_label, parse
from .cell import Cell

Kind = Literal["again", "permuted", "noisy"]
"""As it was; on labels that say nothing of the training rows; on rows that the table does not have."""

KINDS: tuple[Kind, ...] = get_args(Kind)
PARAMETER = "audit"
LEAST = 3
"""Splits that are audited at least, for each data set and learner: of fewer nothing can be said."""


class Audited(NamedTuple):
    """The data set that a label names, and what is audited there; None outside of audits."""

    dataset: str
    kind: Kind | None


def read(label: str) -> Audited:
    """Tell the label of an audit's data set from others.

    >>> read("adult[audit=noisy,positives=0.1]"), read("adult")
    (Audited(dataset='adult[positives=0.1]', kind='noisy'), Audited(dataset='adult', kind=None))
    """
    if f"{PARAMETER}=" not in label:
        return Audited(label, None)
    name, params = parse(label)
    kind = params.pop(PARAMETER, None)
    return Audited(format_label(name, params), kind) if kind in KINDS else Audited(label, None)


def write(dataset: str, kind: Kind) -> str:
    """Label the data set of an audit.

    >>> write("adult", "again")
    'adult[audit=again]'
    """
    name, params = parse(dataset)
    return format_label(name, params | {PARAMETER: kind})


def audit(cell: Cell, kind: Kind, key: str) -> Cell:
    """Give a cell as an audit of this key runs it."""
    inputs = replace(cell.inputs, audit=f"{kind} {key}")
    return replace(cell, dataset=write(cell.dataset, kind), inputs=inputs, key=inputs.key())


def unmarked(cell: Cell) -> Cell:
    """Give a cell without what would tell other people's code whether, and on which data, it is audited."""
    return replace(cell, dataset="", key="", inputs=replace(cell.inputs, audit="", data=""))


def audits(cells: Iterable[Cell], every: int, key: str) -> list[Cell]:
    """Choose what an audit runs: one in `every` splits, with all contenders, for each data set and learner.

    `LEAST` each, where there are as many. Lots that follow from the key alone decide which: nobody chooses them, and
    who does not know the key does not know them.
    """
    groups: dict[tuple[str, str], dict[int, list[Cell]]] = {}
    for cell in cells:
        groups.setdefault((cell.dataset, cell.classifier), {}).setdefault(cell.seed, []).append(cell)
    chosen = []
    for (dataset, classifier), by_seed in groups.items():
        lots = sorted((_lot(key, dataset, classifier, seed), seed) for seed in by_seed)
        for _, seed in lots[: max(LEAST, -(-len(lots) // every))]:
            chosen += [audit(cell, kind, key) for kind in KINDS for cell in by_seed[seed]]
    return chosen


def _lot(*names: object) -> str:
    return hashlib.sha256(repr(names).encode()).hexdigest()
