"""Several stores made into one: those of shards, which hold cells of one suite, code and data."""

from collections.abc import Callable
from os.path import realpath
from pathlib import Path

from ..design.cell import CellId
from ..errors import UsageError, a_few, plural
from ..measure.outcome import REPRODUCED, SCORED
from .folder import STORE, locked
from .provenance import Provenance
from .schema import ID, MEASURED, STORED
from .store import Store

_COMPARED = [name for name in REPRODUCED if name not in ("phase", "reason")]
"""What must be the same of a scored cell wherever it ran."""
_COPIED = (*STORED, "checksum")
_IN_SCORED = ", ".join(f"'{status}'" for status in SCORED)


def merge(folders: list[Path], out: Path, finish: Callable[[Store], Path], keep: str | None = None) -> Path:
    """Put the stores of shards into one; give what `finish` makes of it while nobody else may write there.

    Parameters
    ----------
    keep : {"first", "last"}, optional
        Which of two outcomes of one cell stays where their scores differ; what is in `out` already comes first.

    Raises
    ------
    UsageError
        If a folder has no store, or they are of different suites, or what they ran differs in code, data or versions,
        or the same cell has other scores in two of them and `keep` says nothing.
    """
    for folder in folders:
        if not (folder / STORE).exists():
            raise UsageError(f"{folder} holds no {STORE} to merge")
        if realpath(folder) == realpath(out):  # links that lead in a circle are told later, by whoever opens them
            raise UsageError(f"--out {out} is one of the folders to merge; choose another")
    with locked(out), Store.open(out) as store:
        whole = store.provenance()
        for folder in folders:
            with Store.read(folder) as part:
                whole = _joined(whole, part, folder)
                if problem := _absorb(store, part, keep):
                    raise UsageError(f"{folder} cannot be merged: {problem}")
        if whole:
            store.keep_provenance(whole)
        return finish(store)


def _joined(whole: Provenance | None, part: Store, folder: Path) -> Provenance:
    new = part.provenance()
    if new is None:
        raise UsageError(f"{folder} holds no run")
    if whole is None:
        return new.model_copy(update={"last_run": None})
    if new.suite.name != whole.suite.name:
        raise UsageError(
            f"{folder} holds suite '{new.suite.name}', the others '{whole.suite.name}'; merge shards of one suite"
        )
    if new.audit_key and whole.audit_key and new.audit_key != whole.audit_key:
        raise UsageError(f"{folder} was audited with another key than the others; give all shards the same --audit-key")
    return whole.joined_with(new)


def _absorb(mine: Store, theirs: Store, keep: str | None) -> str:
    """Take over the planned and the finished cells of another store, all of them or none.

    Gives what forbids it, or nothing: cells of one table must agree in versions, code and data, and one that both
    have scored in its scores, unless `keep` says which of the two stays, "first" or "last". Of a cell that both
    have finished, the one that is here stays otherwise, unless only the other one has scores.
    """
    if problem := _unlike(mine, theirs):
        return problem
    mine.connection.execute("ATTACH ? AS other", (theirs.reading.uri if theirs.reading else str(theirs.path),))
    try:
        if not keep and (unequal := _unequal(mine)):
            return (
                f"{plural(len(unequal), 'cell')} that ran before with the same key have other scores there "
                f"({a_few(unequal)}); say with --keep first or --keep last which to keep"
            )
        _take_over(mine, replace=keep == "last")
    finally:
        mine.connection.execute("DETACH other")
    return ""


def _unlike(mine: Store, theirs: Store) -> str:
    for label, column, table, what in (
        ("''", "context", "planned", "versions of libraries or of this package differ"),
        ("dataset", "data", "planned", "data set {} differs"),
        ("contender", "code", "planned", "code of contender {} differs"),
        ("classifier", "learner", "planned", "code of classifier {} differs"),
        ("measure", "code", "measured", "code of measure {} differs"),
    ):
        query = f"SELECT DISTINCT {label}, {column} FROM {table}"
        here, there = (dict(store.connection.execute(query).fetchall()) for store in (mine, theirs))
        for name in here.keys() & there.keys():
            if here[name] != there[name]:
                return what.format(name)
    return ""


def _unequal(store: Store) -> list[str]:
    # Cells with scores here and in the attached store, of the same key, whose scores are not the same.
    differs = " OR ".join(f"mine.{name} IS NOT theirs.{name}" for name in _COMPARED)
    rows = store.connection.execute(
        f"""SELECT {", ".join(ID)} FROM cells mine JOIN other.cells theirs USING ({", ".join(ID)}, key)
            JOIN other.planned USING ({", ".join(ID)}, key)
            WHERE mine.status IN ({_IN_SCORED}) AND theirs.status IN ({_IN_SCORED}) AND ({differs})
            ORDER BY {", ".join(ID)}"""
    )
    return [str(CellId(*row)) for row in rows]


def _take_over(store: Store, replace: bool) -> None:
    # Scored ones give way to scored ones alone.
    kept = "''" if replace else _IN_SCORED
    with store.connection:
        store.connection.execute("INSERT OR IGNORE INTO planned SELECT * FROM other.planned")
        store.connection.execute(
            f"""DELETE FROM cells WHERE status NOT IN ({kept}) AND ({", ".join(ID)}) IN
                (SELECT {", ".join(ID)} FROM other.cells JOIN other.planned USING ({", ".join(ID)}, key)
                 WHERE status IN ({_IN_SCORED}))"""
        )
        store.connection.execute(
            f"""INSERT OR IGNORE INTO cells ({", ".join(_COPIED)})
                SELECT {", ".join(f"theirs.{name}" for name in _COPIED)} FROM other.cells theirs
                JOIN other.planned USING ({", ".join(ID)}, key)"""
        )
        columns = ", ".join((*MEASURED, "checksum"))
        store.connection.execute(
            f"""INSERT OR REPLACE INTO measured ({columns})
                SELECT {", ".join(f"theirs.{name}" for name in (*MEASURED, "checksum"))} FROM other.measured theirs
                JOIN cells USING ({", ".join(ID)}) WHERE theirs.measured_of = cells.checksum"""
        )
