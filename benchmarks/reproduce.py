"""Run one stored cell again, and compare."""

import json
import re
from pathlib import Path
from typing import Any

from .cell import Cell, Outcome
from .environment import machine_name
from .errors import UsageError, unknown
from .plan import make_plan
from .record import COLUMNS, IDENTITY, LIFT, TIMINGS
from .report import CELLS, ENVIRONMENT
from .runner import run_cells
from .running import Limits
from .store import read_csv
from .suite import Suite

SCORES = [column for column in COLUMNS if column not in (*IDENTITY, *TIMINGS, LIFT)]
"""What must come out the same. Lift is left out: it compares two cells."""


def reproduce(
    name: str, folder: Path | None, contenders: list[str], datasets: list[str], limits: Limits
) -> tuple[bool, list[str]]:
    """Run a cell of a results folder again, from `cells.csv` and `environment.json` alone.

    Parameters
    ----------
    name : str
        ``suite/dataset/classifier/contender/seed``.
    contenders, datasets : list of str
        Files, for what was given as a file; the folder keeps their names only.
    limits : Limits
        What the cell may take.

    Returns
    -------
    same : bool
        Whether all scores are the same, to the last digit.
    lines : list of str
        What to tell the user.

    Raises
    ------
    UsageError
        If there is no such cell, or what it needs is not there.
    """
    if not (match := re.fullmatch(r"([^/]+)/([^/]+)/([^/]+)/(.+)/(\d+)", name)):
        raise UsageError(f"cannot read '{name}'; write suite/dataset/classifier/contender/seed")
    suite, dataset, classifier, contender, seed = match.groups()
    folder = folder or Path("results") / suite
    stored = _stored(folder, name, (suite, dataset, classifier, contender, int(seed)))
    cell = _planned(folder, suite, dataset, classifier, contender, int(seed), contenders, datasets)
    outcomes: list[Outcome] = []
    # As in a run: apart, on one thread; another number of threads gives other last digits.
    run_cells([cell], 1, limits, lambda _, outcome: outcomes.append(outcome))
    again = outcomes[0].record
    different = [column for column in SCORES if not _same(stored[column], again[column])]
    lines = [f"{cell}, stored in {folder}, run again on {machine_name(1)}"]
    lines += [f"{column}: {stored[column]} stored, {again[column]} now" for column in different]
    lines += _versions(folder, cell) if different else []
    kept = len(SCORES) - len(different)
    lines.append(f"{'same' if not different else 'NOT the same'}: {kept} of {len(SCORES)} columns agree exactly")
    return not different, lines


def _stored(folder: Path, name: str, where: tuple[str, str, str, str, int]) -> dict[str, Any]:
    if not (folder / CELLS).is_file() or not (folder / ENVIRONMENT).is_file():
        raise UsageError(f"{folder} holds no {CELLS} with {ENVIRONMENT}; name the folder with --out")
    rows = read_csv(folder / CELLS).to_dict("records")
    for row in rows:
        if tuple(row[column] for column in IDENTITY) == where:
            return {str(column): value for column, value in row.items()}
    known = ["/".join(str(row[column]) for column in IDENTITY) for row in rows]
    raise UsageError(unknown("cell", name, known) if len(known) < 1000 else f"{folder / CELLS} has no cell '{name}'")


def _planned(
    folder: Path,
    suite: str,
    dataset: str,
    classifier: str,
    contender: str,
    seed: int,
    contenders: list[str],
    datasets: list[str],
) -> Cell:
    def located(label: str, files: list[str]) -> str:
        stem, bracket, rest = label.partition("[")
        return next((file for file in files if Path(file).stem == stem), stem) + bracket + rest

    resolved = json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))["suite"]
    one: dict[str, list[Any]] = {
        "datasets": [located(dataset, datasets)],
        "contenders": [located(contender, contenders)],
    }
    one |= {"classifiers": [classifier], "seeds": [seed]}
    return make_plan(Suite.model_validate(resolved | one | {"name": suite})).cells[0]


def _versions(folder: Path, cell: Cell) -> list[str]:
    known = json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))
    then, now = known["versions"], cell.inputs["versions"]
    lines = [f"{name} {then.get(name)} then, {now[name]} now" for name in now if then.get(name) != now[name]]
    described = known["data"].get(cell.dataset)
    if isinstance(described, dict) and described["hash"] != cell.inputs["data"]:
        lines.append(f"data set {cell.dataset} is other than it was")
    return lines


def _same(stored: Any, now: Any) -> bool:
    missing = [value is None or value != value or str(value) == "<NA>" for value in (stored, now)]
    if any(missing):
        return all(missing)
    return bool(stored == now)
