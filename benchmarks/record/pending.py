"""What of a plan is done, what is stale and why, what is missing: the difference between a plan and a store."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..design.cell import Cell
from ..measure.outcome import PASSING
from .store import Store

WHAT = {
    "data": "other data",
    "positives": "another share of positives",
    "protocol": "another protocol",
    "n_requested": "another number of rows asked for",
    "contender": "other code of contender {contender}",
    "contender_source": "contender {contender} from {new} instead of {old}",
    "contender_params": "other parameters of contender {contender}",
    "declared": "other declarations of contender {contender}",
    "learner": "other code of classifier {classifier}",
    "learner_source": "classifier {classifier} from {new} instead of {old}",
    "learner_params": "other parameters of classifier {classifier}",
    "harness": "other code that measures",
}
"""What a field of `cell.Inputs` that differs means."""


@dataclass
class Pending:
    """Cells by what is to become of them; `reasons` counts why cells that were run once are run again."""

    done: list[Cell] = field(default_factory=list)
    stale: list[Cell] = field(default_factory=list)
    retried: list[Cell] = field(default_factory=list)
    missing: list[Cell] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def to_run(self, cells: list[Cell]) -> list[Cell]:
        """Leave out of `cells` those that are done; the order stays."""
        done = {cell.id for cell in self.done}
        return [cell for cell in cells if cell.id not in done]


def pending(cells: list[Cell], store: Store, retry: Collection[str] = ()) -> Pending:
    """Compare planned cells with a store.

    Parameters
    ----------
    retry : collection of str
        Statuses whose cells are run again; "all" for whatever is not ok. Cells that ended for want of something
        outside of them, such as a package, are always tried again.
    """
    found, known = Pending(), store.known()
    for cell in cells:
        key, status = known.get(cell.id, (None, ""))
        if key is None:
            found.missing.append(cell)
        elif key != cell.key:
            found.stale.append(cell)
        elif status in PASSING or status in retry or ("all" in retry and status != "ok"):
            found.retried.append(cell)
            found.reasons[f"ended {status}"] += 1
        else:
            found.done.append(cell)
    if found.stale:
        inputs = store.inputs()
        found.reasons.update(why for cell in found.stale for why in changes(inputs[cell.id], cell))
    return found


def changes(old: dict[str, Any], cell: Cell) -> list[str]:
    """Say in words what a stored cell's inputs differ in from those of a planned one."""
    new, said = json.loads(cell.inputs.as_json()), []
    for name, version in new["versions"].items():
        before = old.get("versions", {}).get(name)
        if before != version:
            said.append(f"{name} {before} → {version}")
    words = {"contender": cell.contender, "classifier": cell.classifier}
    for name, text in WHAT.items():
        if old.get(name) != new[name]:
            said.append(text.format(**words, old=old.get(name), new=new[name]))
    return said or ["a key made in another way"]
