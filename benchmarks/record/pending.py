"""A plan against a store, or against published results: what is done, what is stale and why, what is missing."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..design.cell import LIBRARIES, Cell, other_versions
from ..errors import plural
from ..measure.outcome import IDENTITY, PASSING, WELL
from .folder import Results, absent_measures
from .provenance import Provenance
from .store import Store

WHAT = {
    "data": "other data",
    "positives": "another share of positives",
    "audit": "another audit",
    "protocol": "another protocol",
    "protocol_code": "other code of the protocol",
    "protocol_source": "the protocol from {new} instead of {old}",
    "encoder": "another encoder",
    "encoder_rows": "an encoder fitted on other rows",
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
        elif status in PASSING or status in retry or ("all" in retry and status not in WELL):
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
    new = json.loads(cell.inputs.as_json())
    said = other_versions(old.get("versions", {}), new["versions"])
    words = {"contender": cell.contender, "classifier": cell.classifier}
    for name, text in WHAT.items():
        if old.get(name) != new[name]:
            said.append(text.format(**words, old=old.get(name), new=new[name]))
    return said or ["a key made in another way"]


def behind(results: Results, cells: Collection[Cell], now: Provenance) -> list[str]:
    """Say in words what of today's suite, code, data and versions published results do not show yet.

    Parameters
    ----------
    results : Results
        What is published, without its store.
    cells, now : collection of Cell, Provenance
        What the suite of that name would run today, and the provenance of that.

    Returns
    -------
    list of str
        Nothing, if the same command would give the same cells.
    """
    then, said = results.provenance, []
    if then.harness != now.harness:
        said.append("other code that measures")
    for kind, old, new in (
        ("contender", then.contenders, now.contenders),
        ("learner", then.learners, now.learners),
    ):
        lacking = [name for name in new if name not in old]
        changed = [name for name in new if name in old and old[name].code != new[name].code]
        said += [f"no {kind} {name}" for name in lacking]
        said += [f"other code of {kind} {name}" for name in changed]
        said += [f"{kind} {name}, which the suite does not ask for" for name in old if name not in new]
    said += [f"no data set {name}" for name in now.data if name not in then.data]
    said += [f"not known, for it cannot be used here: {name} ({why})" for name, why in now.left_out.items()]
    if not now.left_out:  # else it may be one of those
        said += [f"data set {name}, which the suite does not ask for" for name in then.data if name not in now.data]
    if then.harness != now.harness:  # else no cell has it because it cannot be told, as of a tree's probabilities
        said += [f"no measure {name}" for name in absent_measures(results.cells)]
    said += [
        f"other data in {name}"
        for name in now.data
        if name in then.data and then.data[name].hash != now.data[name].hash
    ]
    for name in ("protocol", "encoder", "encoder_rows", "n_requested", "seeds"):
        if getattr(then.suite, name) != getattr(now.suite, name):
            said.append(f"{name}: {getattr(then.suite, name)} instead of {getattr(now.suite, name)}")
    said += other_versions(then.versions, {name: now.versions[name] for name in LIBRARIES})
    if then.git is None or then.git.dirty:
        said.append("made of code that no commit holds")
    there = {tuple(row) for row in results.cells[IDENTITY[1:]].itertuples(index=False)}
    known = [
        cell
        for cell in cells
        if cell.dataset in then.data and cell.classifier in then.learners and cell.contender in then.contenders
    ]
    if missing := [cell for cell in known if tuple(cell.id) not in there]:
        said.append(f"{plural(len(missing), 'cell')} missing, such as {missing[0]}")
    return said
