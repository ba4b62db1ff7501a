"""Which published results are behind the code, and by what."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..catalog.registry import BUILT_IN
from ..design import suite as suites
from ..design.plan import Look, Plan, make_plan
from ..parallel.describe import describing
from ..parallel.engine import Limits
from ..parallel.machine import cpu_name
from ..record.folder import Results, read_results
from ..record.pending import behind
from ..record.provenance import Provenance

PATIENCE_S = 3600.0
"""Seconds that a data set may take to be read."""


def status(folders: Iterable[Path], look: Look | None = None) -> dict[str, list[str]]:
    """Compare results folders with what their suites, as they are now, would run; by folder, nothing where up to date.

    Contenders of other packages are left aside: where a suite asks for everything, all that is built in is meant.

    Parameters
    ----------
    look : Look, optional
        How to look at data sets; in processes of their own if left out.

    Raises
    ------
    UsageError
        If a folder holds no results.
    """
    if look is None:
        with describing(Limits(PATIENCE_S)) as apart:
            return status(folders, apart.once())  # built-in suites share data sets
    return {str(folder): _of(read_results(folder), look) for folder in folders}


def _of(results: Results, look: Look) -> list[str]:
    name = results.provenance.suite.name
    if name not in suites.names():
        return [f"suite {name} is none of the built-in ones, so there is nothing to compare it with"]
    plan = _built_in_only(make_plan(suites.read(name), look))
    return behind(results, plan.cells, Provenance.of(plan, 1, cpu_name()))


def _built_in_only(plan: Plan) -> Plan:
    contenders = {name: each for name, each in plan.contenders.items() if each.choice.entry.source == BUILT_IN}
    return replace(plan, contenders=contenders, cells=[cell for cell in plan.cells if cell.contender in contenders])


def lines(found: dict[str, list[str]]) -> list[str]:
    """Say it as a markdown list."""
    said: list[str] = []
    for folder, reasons in found.items():
        said.append(f"- `{folder}`: {'behind the code' if reasons else 'up to date'}")
        said += [f"  - {reason}" for reason in reasons]
    return said
