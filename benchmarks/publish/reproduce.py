"""Run one stored cell again, and compare."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog.label import alternatives, parse, renamed
from ..catalog.registry import as_name
from ..design import audit
from ..design.cell import Cell, CellId, other_versions
from ..design.plan import make_plan
from ..design.suite import Suite
from ..errors import UsageError, unknown
from ..measure.outcome import IDENTITY, REPRODUCED, Outcome, differing
from ..parallel import preload
from ..parallel.describe import describing
from ..parallel.engine import Limits, open_engine
from ..parallel.machine import machine_name
from ..record.folder import CELLS, Results, read_results
from ..record.submitted import with_submitted


@dataclass(frozen=True)
class Files:
    """Where contenders, data sets, learners and the protocol lie on this machine, if they are files."""

    contenders: Sequence[str] = ()
    datasets: Sequence[str] = ()
    classifiers: Sequence[str] = ()
    protocols: Sequence[str] = ()


def reproduce(name: str, folder: Path | None, files: Files, limits: Limits) -> tuple[bool, list[str]]:
    """Run a cell of a results folder again, from `cells.csv` and `environment.json` alone.

    Parameters
    ----------
    name : str
        ``suite/dataset/classifier/contender/seed``.
    files : Files
        Paths, for what was given as a file; the folder keeps their names only.
    limits : Limits
        What the cell may take.

    Returns
    -------
    same : bool
        Whether all scores are the same: to the last digit, or within the tolerance that the learner declares.
    lines : list of str
        What to tell the user.

    Raises
    ------
    UsageError
        If there is no such cell, or what it needs is not there.
    """
    match: re.Match[str] | None
    if folder and (printed := re.fullmatch(r"(.+) · (.+) · (.+) · seed (\d+)", name)):
        # As it is printed, here and while a run goes on; the folder says of which suite it is.
        suite = read_results(folder).provenance.suite.name
        dataset, classifier, contender, seed = printed.groups()
    elif match := re.fullmatch(r"([^/]+)/([^/]+)/([^/]+)/(.+)/(\d+)", name.removeprefix("results/")):
        suite, dataset, classifier, contender, seed = match.groups()
    else:
        raise UsageError(f"cannot read '{name}'; write suite/dataset/classifier/contender/seed")
    where = CellId(dataset, classifier, contender, int(seed))
    try:
        results = with_submitted(read_results(folder or Path("results") / suite))
    except UsageError as error:
        raise UsageError(f"{error}; name another folder with --out") from error
    stored = _stored(results, name, suite, where)
    again = run_again({where: stored}, planned(results, suite, [where], files, limits), limits)[0]
    return again.same, again.lines(results)


@dataclass(frozen=True)
class Again:
    """A stored cell that ran once more: what is stored, and what came of it now."""

    cell: Cell
    stored: Mapping[str, Any]
    outcome: Outcome

    @property
    def tolerance(self) -> float:
        """By how much scores may differ: the learner says so."""
        return self.cell.classifier_choice.entry.declared().tolerance

    @property
    def inexact(self) -> list[str]:
        """Name the columns that are not the same to the last digit."""
        return differing(self.stored, self.outcome.record)

    @property
    def different(self) -> list[str]:
        """Name the columns that are not the same within the tolerance, either."""
        now = self.outcome.record
        return [name for name in self.inexact if not close(self.stored[name], now[name], self.tolerance)]

    @property
    def same(self) -> bool:
        """Tell whether all are."""
        return not self.different

    def lines(self, results: Results) -> list[str]:
        """Say what came of it; `results` is where it is stored."""
        now, inexact, different = self.outcome.record, self.inexact, self.different
        lines = [f"{self.cell}, stored in {results.folder}, run again on {machine_name(1)}"]
        lines += [f"{column}: {self.stored[column]} stored, {now[column]} now" for column in inexact]
        lines += _versions(results, self.cell) if different else []
        said = f"{len(REPRODUCED) - len(inexact)} of {len(REPRODUCED)} columns agree exactly"
        if within := len(inexact) - len(different):
            said += (
                f", {within} within {self.tolerance:g}, which {self.cell.classifier} allows for: another processor "
                "rounds otherwise on the way to where its solver stops"
            )
        return [*lines, f"{'NOT the same' if different else 'same'}: {said}"]


def run_again(stored: Mapping[CellId, Mapping[str, Any]], cells: list[Cell], limits: Limits) -> list[Again]:
    """Run stored cells again, one after the other."""
    outcomes: dict[CellId, Outcome] = {}
    # As in a run: apart, on one thread; another number of threads gives other last digits.
    with open_engine("local", jobs=1) as engine:
        engine.run_cells(cells, limits, lambda cell, outcome: outcomes.update({cell.id: outcome}))
    return [Again(cell, stored[cell.id], outcomes[cell.id]) for cell in cells]


def close(stored: Any, again: Any, tolerance: float) -> bool:
    """Tell whether two real scores differ by no more than a tolerance; counts and words have none.

    >>> close(0.5, 0.5000001, 1e-6), close(0.5, 0.51, 1e-6), close(3, 4, 1e-6), close("ok", "failed", 1e-6)
    (True, False, False, False)
    """
    return isinstance(stored, float) and isinstance(again, float) and abs(stored - again) <= tolerance


def _stored(results: Results, name: str, suite: str, where: CellId) -> dict[str, Any]:
    rows = [*results.cells.to_dict("records"), *results.audits.to_dict("records")]
    for row in rows:
        if tuple(row[column] for column in IDENTITY) == (suite, *where):
            return {str(column): value for column, value in row.items()}
    known = ["/".join(str(row[column]) for column in IDENTITY) for row in rows]
    raise UsageError(
        unknown("cell", name, known) if len(known) < 1000 else f"{results.folder / CELLS} has no cell '{name}'"
    )


def planned(results: Results, suite: str, wanted: Sequence[CellId], files: Files, limits: Limits) -> list[Cell]:
    """Plan cells of a results folder as its suite would.

    Raises
    ------
    UsageError
        If what one needs is not there.
    """
    suites = [_of_one(results, suite, where, files) for where in wanted]
    preloaded = {name for each in suites for name in preload.of_suite(each)}
    cells = []
    with describing(limits, sorted(preloaded)) as look:
        once = look.once()  # they share data sets
        for where, asked in zip(wanted, suites, strict=True):
            plan, kind = make_plan(asked, once), audit.read(where.dataset).kind
            if not plan.cells:
                raise UsageError(f"{where} cannot be run: {'; '.join(plan.not_applicable.values())}")
            cell = plan.cells[0]
            cells.append(audit.audit(cell, kind, results.provenance.audit_key) if kind else cell)
    return cells


def located(label: str, paths: Sequence[str]) -> str:
    """Give a label the path of its file, where that is among the paths.

    >>> located("mine[k=3]", ["plugins/mine.py"]), located("smote", ["plugins/mine.py"])
    ('plugins/mine.py[k=3]', 'smote')
    """
    stem = label.partition("[")[0]
    files = [path.partition("[")[0] for path in paths]  # what stands in brackets is known
    found = next((file for file in files if stem in (Path(file).stem, as_name(Path(file).stem))), stem)
    return renamed(label, found)


def _of_one(results: Results, suite: str, where: CellId, files: Files) -> Suite:
    one = {
        "name": suite,
        "datasets": [located(_as_asked(results, audit.read(where.dataset).dataset), files.datasets)],
        "contenders": [located(where.contender, files.contenders)],
        "classifiers": [located(where.classifier, files.classifiers)],
        "protocol": located(results.provenance.suite.protocol, files.protocols),
        "seeds": [where.seed],
    }
    return Suite.model_validate(results.provenance.suite.model_dump() | one)


def _as_asked(results: Results, dataset: str) -> str:
    """Give a data set as the suite asked for it: of a table of one's own, the name says nothing of the target."""
    name, params = parse(dataset)
    for asked in (each for text in results.provenance.suite.datasets for each in alternatives(text)):
        own, more = parse(asked)
        if own == name and more.keys() >= {"target"} and more.get("positives") == params.get("positives"):
            return asked
    return dataset


def _versions(results: Results, cell: Cell) -> list[str]:
    lines = other_versions(results.provenance.versions, cell.inputs.versions)
    described = results.provenance.data.get(audit.read(cell.dataset).dataset)
    if described and described.hash != cell.inputs.data:
        lines.append(f"data set {cell.dataset} is other than it was")
    return lines
