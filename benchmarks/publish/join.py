"""Published parts of one suite made into one: results folders whose stores are not at hand any more.

A store holds test probabilities, and takes tens of megabytes; what is published of it is small. Parts that hold whole
data sets and learners need no more: nothing that is said of one group depends on another's probabilities.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from os.path import realpath
from pathlib import Path

import pandas as pd

from ..design.cell import CellId
from ..errors import UsageError, a_few
from ..record.folder import (
    AUDIT,
    CELLS,
    CURVES,
    ENVIRONMENT,
    STORE,
    Results,
    locked,
    read_results,
    replace_file,
)
from ..record.provenance import Provenance
from ..record.submitted import SUBMITTED, unlike
from ..report.curves import Curves
from ..report.write import rewrite


def published(folders: list[Path]) -> bool:
    """Tell whether folders hold what is published, and no stores."""
    return all((folder / CELLS).is_file() and not (folder / STORE).exists() for folder in folders)


def join(folders: list[Path], out: Path) -> Path:
    """Put what is published of parts of one suite together; give the path of the leaderboard.

    Raises
    ------
    UsageError
        If they are of different suites, or made with other code, data or versions, or hold cells of one data set and
        learner both, whose lifts would have to be computed together; or if `out` holds a run.
    """
    parts = [read_results(folder) for folder in folders]
    for part in parts:
        if realpath(part.folder) == realpath(out):
            raise UsageError(f"--out {out} is one of the folders to merge; choose another")
        if (part.folder / SUBMITTED).is_dir():
            raise UsageError(f"{part.folder} holds results that others submitted; submit them to the whole")
    if (out / STORE).exists():
        raise UsageError(f"--out {out} holds a run of its own; choose another folder")
    for one, other in combinations(parts, 2):
        if problem := next(_unlike(one, other), ""):
            raise UsageError(f"{other.folder} cannot be merged with {one.folder}: {problem}")
    with locked(out):
        _write(parts, out)
        return rewrite(out)


def _unlike(one: Results, other: Results) -> Iterator[str]:
    """Say what forbids that two parts become one."""
    here, there = one.provenance, other.provenance
    if here.suite.name != there.suite.name:
        yield f"it holds suite '{there.suite.name}', the other '{here.suite.name}'"
    if (here.harness, here.versions, here.protocol) != (there.harness, there.versions, there.protocol):
        yield "versions of libraries or of this package differ"
    if why := unlike(here, there):
        yield why
    if here.audit_key and there.audit_key and here.audit_key != there.audit_key:
        yield "it was audited with another key; give all parts the same --audit-key"
    for what, mine, theirs in (
        ("data set", {name: each.hash for name, each in here.data.items()}, {n: e.hash for n, e in there.data.items()}),
        ("contender", _code(here), _code(there)),
        ("learner", {n: e.code for n, e in here.learners.items()}, {n: e.code for n, e in there.learners.items()}),
    ):
        if differ := [name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]]:
            yield f"{what} {a_few(sorted(differ))} differs"
    if twice := sorted(_groups(one.cells) & _groups(other.cells)):
        shared = a_few([" · ".join(group) for group in twice])
        yield f"both hold cells of {shared}; merge their stores, or leave one of them out"


def _code(known: Provenance) -> dict[str, str]:
    return {name: each.code for name, each in known.contenders.items()}


def _groups(cells: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(cells["dataset"], cells["classifier"], strict=True))


def _write(parts: list[Results], out: Path) -> None:
    known = [part.provenance for part in parts]
    machines: dict[str, int] = {}
    for each in known:
        machines |= {name: machines.get(name, 0) + count for name, count in each.machines.items()}
    sums = {"planned": sum(each.planned for each in known), "machines": machines, "last_run": None}
    whole = reduce(Provenance.joined_with, known).model_copy(update=sums)
    replace_file(out / ENVIRONMENT, whole.text())
    replace_file(out / CELLS, _text([part.cells for part in parts]))
    audits = [part.audits for part in parts if len(part.audits)]
    if audits:
        replace_file(out / AUDIT, _text(audits))
    else:
        (out / AUDIT).unlink(missing_ok=True)
    curves = [Curves.read(part.folder / CURVES) for part in parts]
    replace_file(out / CURVES, Curves.joined(curves).text())


def _text(frames: list[pd.DataFrame]) -> str:
    whole = pd.concat(frames, ignore_index=True).sort_values([*CellId._fields], kind="stable")
    return whole.to_csv(index=False, lineterminator="\n")
