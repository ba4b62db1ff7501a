"""Run one stored cell again, and compare."""

import re
from collections.abc import Sequence
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
        results = read_results(folder or Path("results") / suite)
    except UsageError as error:
        raise UsageError(f"{error}; name another folder with --out") from error
    stored = _stored(results, name, suite, where)
    cell = _planned(results, suite, where, files, limits)
    outcomes: list[Outcome] = []
    # As in a run: apart, on one thread; another number of threads gives other last digits.
    with open_engine("local", jobs=1) as engine:
        engine.run_cells([cell], limits, lambda _, outcome: outcomes.append(outcome))
    again = outcomes[0].record
    tolerance = cell.classifier_choice.entry.declared().tolerance
    inexact = differing(stored, again)
    different = [name for name in inexact if not close(stored[name], again[name], tolerance)]
    lines = [f"{cell}, stored in {results.folder}, run again on {machine_name(1)}"]
    lines += [f"{column}: {stored[column]} stored, {again[column]} now" for column in inexact]
    lines += _versions(results, cell) if different else []
    said = f"{len(REPRODUCED) - len(inexact)} of {len(REPRODUCED)} columns agree exactly"
    if within := len(inexact) - len(different):
        said += (
            f", {within} within {tolerance:g}, which {classifier} allows for: another processor rounds otherwise on "
            "the way to where its solver stops"
        )
    lines.append(f"{'NOT the same' if different else 'same'}: {said}")
    return not different, lines


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


def _planned(results: Results, suite: str, where: CellId, files: Files, limits: Limits) -> Cell:
    def located(label: str, paths: Sequence[str]) -> str:
        stem = label.partition("[")[0]
        files = [path.partition("[")[0] for path in paths]  # what stands in brackets is known
        found = next((file for file in files if stem in (Path(file).stem, as_name(Path(file).stem))), stem)
        return renamed(label, found)

    audited = audit.read(where.dataset)
    one = {
        "name": suite,
        "datasets": [located(_as_asked(results, audited.dataset), files.datasets)],
        "contenders": [located(where.contender, files.contenders)],
        "classifiers": [located(where.classifier, files.classifiers)],
        "protocol": located(results.provenance.suite.protocol, files.protocols),
        "seeds": [where.seed],
    }
    asked = Suite.model_validate(results.provenance.suite.model_dump() | one)
    with describing(limits, preload.of_suite(asked)) as look:
        cell = make_plan(asked, look).cells[0]
    return audit.audit(cell, audited.kind, results.provenance.audit_key) if audited.kind else cell


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
