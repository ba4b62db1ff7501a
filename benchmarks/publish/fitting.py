"""Whether somebody else's results fit a results folder: same rules, data and code, and scores of what both ran.

Nothing is run here. Whether other versions of libraries matter, the scores that both have decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ..catalog.registry import chosen
from ..design.cell import LIBRARIES, CellId
from ..errors import a_few, plain, plural
from ..measure.outcome import REPRODUCED, SCORED, YOUNGER, differing
from ..measure.scores import MEASURES
from ..record.folder import Results
from ..record.submitted import comparable, unlike
from ..report.groups import BASELINE
from .reproduce import Files, close, located

Row = Mapping[str, Any]
Place = tuple[str, str]
"""A data set and a learner."""

COMPARED = [name for name in REPRODUCED if name not in ("phase", "reason")]
"""What must be the same of a scored cell wherever it ran."""


def by_id(cells: pd.DataFrame) -> dict[CellId, dict[str, Any]]:
    """Give records by the cells that they are of."""
    rows = [{str(name): value for name, value in row.items()} for row in cells.to_dict("records")]
    return {CellId(row["dataset"], row["classifier"], row["contender"], int(row["seed"])): row for row in rows}


@dataclass(frozen=True)
class Fitting:
    """What was sent, beside the folder that is to take it.

    Attributes
    ----------
    sent, own : Results
        What was sent, and what the folder has itself.
    others : dict of str to str
        Contenders that others have submitted to the folder, and who.
    files : Files
        Where what is a file lies on this machine.
    """

    sent: Results
    own: Results
    others: Mapping[str, str]
    files: Files

    @cached_property
    def new(self) -> list[str]:
        """Name the contenders that the folder does not have itself."""
        known = {*self.own.provenance.contenders, *self.own.cells["contender"]}
        return [name for name in dict.fromkeys(self.sent.cells["contender"]) if name not in known]

    @cached_property
    def rows(self) -> dict[CellId, dict[str, Any]]:
        """Give all that was sent."""
        return by_id(self.sent.cells)

    @cached_property
    def own_rows(self) -> dict[CellId, dict[str, Any]]:
        """Give all that the folder has itself."""
        return by_id(self.own.cells)

    @cached_property
    def own_seeds(self) -> dict[Place, set[int]]:
        """Give the seeds that the folder has cells of, by data set and learner."""
        found: dict[Place, set[int]] = {}
        for where in self.own_rows:
            found.setdefault((where.dataset, where.classifier), set()).add(where.seed)
        return found

    @cached_property
    def taken(self) -> list[CellId]:
        """Name the cells that the folder would take: of new contenders, on what it has cells of."""
        cells = self.sent.cells[comparable(self.own, self.sent) & self.sent.cells["contender"].isin(self.new)]
        return list(by_id(cells))

    @cached_property
    def shared(self) -> list[CellId]:
        """Name the cells that both have, with scores."""
        return [
            where
            for where, row in self.rows.items()
            if where in self.own_rows and row["status"] in SCORED and self.own_rows[where]["status"] in SCORED
        ]

    @cached_property
    def made_otherwise(self) -> list[str]:
        """Say what of libraries, learners and code that measures is not what the folder's own cells were made with."""
        ours, theirs = self.own.provenance, self.sent.provenance
        pairs = ((name, theirs.versions.get(name), ours.versions.get(name)) for name in LIBRARIES)
        said = [f"{name} {plain(str(there))} instead of {here}" for name, there, here in pairs if there != here]
        said += [
            f"other code of learner {name}"
            for name, here in ours.learners.items()
            if name in theirs.learners and theirs.learners[name].code != here.code
        ]
        return [*said, *(["other code that measures"] if theirs.harness != ours.harness else [])]

    def problems(self) -> Iterator[str]:
        """Say in what it does not fit."""
        if why := unlike(self.own.provenance, self.sent.provenance):
            yield why
        name = self.sent.provenance.suite.name
        if not (self.sent.cells["suite"] == name).all():
            yield f"its cells are of another suite than '{name}', of which it says that they are"
        yield from self._of_labels()
        yield from self._of_places()
        if not any(self.rows[where]["status"] in SCORED for where in self.taken):
            yield f"no cell of a new contender has scores, on data and with a learner that {self.own.folder} has"
        yield from self._of_scores()

    def remarks(self) -> list[str]:
        """Say what whoever reads the numbers should know, although it fits."""
        said = []
        if self.made_otherwise:
            said.append(f"made with {', '.join(self.made_otherwise)}")
        for contender in self.new:
            mine = [where for where in self.taken if where.contender == contender]
            for place in dict.fromkeys((where.dataset, where.classifier) for where in mine):
                here = [where.seed for where in mine if (where.dataset, where.classifier) == place]
                if lacking := sorted(self.own_seeds[place] - set(here)):
                    said.append(f"{contender} lacks {_seeds(lacking)} of {' · '.join(place)}")
        if unscored := [where for where in self.taken if self.rows[where]["status"] not in SCORED]:
            said.append(f"{plural(len(unscored), 'cell')} without scores, such as {unscored[0]}")
        without = [where for where in self.taken if where._replace(contender=BASELINE) not in self.rows]
        if without:
            said.append(f"{plural(len(without), 'cell')} without one of {BASELINE} beside it, and so without a lift")
        aside = sum(where.contender in self.new for where in self.rows) - len(self.taken)
        if aside:
            said.append(f"{plural(aside, 'cell')} left aside, on data or with learners that are not raced on here")
        return said

    def _of_labels(self) -> Iterator[str]:
        known, ours = self.sent.provenance.contenders, self.own.provenance.contenders
        for name in dict.fromkeys(self.sent.cells["contender"]):
            if name not in known:
                yield f"its environment.json does not say what contender '{name}' is"
            elif name in ours and ours[name].code != known[name].code:
                yield f"{self.own.folder} has another contender '{name}', of other code; rename yours"
            elif name in self.others:
                yield f"contender '{name}' was submitted by {self.others[name]}; rename yours"
            elif name in self.new and (why := self._runs_what_nobody_named(name)):
                yield why
        if not self.new:
            yield f"it has no contender that {self.own.folder} has not"

    def _runs_what_nobody_named(self, label: str) -> str:
        # A label may be a path, or a class of any module: running such a cell again would run a stranger's choice.
        if any(mark in label.lower() for mark in ("/", "\\", ".py")):
            return f"contender '{label}' names a file; name it yourself, with --contender FILE"
        if ":" in label and label not in self.files.contenders:
            return f"contender '{label}' is a class of some module; if you would run it, say --contender '{label}'"
        return ""

    def _of_places(self) -> Iterator[str]:
        ours, theirs = self.own.provenance, self.sent.provenance
        for name in dict.fromkeys(self.sent.cells["dataset"]):
            if name in ours.data and name in theirs.data and ours.data[name].hash != theirs.data[name].hash:
                yield f"data set {name} differs"
        for where in self.rows:
            known = self.own_seeds.get((where.dataset, where.classifier))
            if known and where.seed not in known:
                yield f"{where}: {self.own.folder} has {_seeds(sorted(known))} there; leave out others"

    def _of_scores(self) -> Iterator[str]:
        tolerances = {
            name: chosen("classifier", located(name, self.files.classifiers)).entry.declared().tolerance
            for name in {where.classifier for where in self.shared}
        }
        absent = {*_absent(self.sent.cells), *_absent(self.own.cells)}
        because = f" (made with {', '.join(self.made_otherwise)})" if self.made_otherwise else ""
        for where in self.shared:
            one, two = self.own_rows[where], self.rows[where]
            for name in differing(one, two):
                if (
                    name in COMPARED
                    and name not in absent
                    and not close(one[name], two[name], tolerances[where.classifier])
                ):
                    yield f"{where} has {name} {two[name]}, but {one[name]} in {self.own.folder}{because}"
        compared = {(where.dataset, where.classifier) for where in self.shared}
        for place in dict.fromkeys((where.dataset, where.classifier) for where in self.taken):
            if self.made_otherwise and place not in compared:
                yield (
                    f"it was made with {', '.join(self.made_otherwise)}, and nothing shows whether that matters: run "
                    f"{BASELINE}, too, on {' · '.join(place)}"
                )


def _absent(cells: pd.DataFrame) -> list[str]:
    scored = cells[cells["status"].isin(SCORED)]
    return [name for name in (*MEASURES, *YOUNGER) if not (scored[name].notna() & (scored[name] != "")).any()]


def _seeds(numbers: Sequence[int]) -> str:
    return f"seed{'s' * (len(numbers) != 1)} {a_few(numbers, most=12)}"
