"""The store of a run: one row a finished cell in SQLite, committed the moment it finishes, by the parent only."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from ..design.cell import Cell, CellId
from ..errors import UsageError, a_few, plural
from ..measure.outcome import COLUMNS, IDENTITY, LIFT, SCORED, TIMINGS, Details, Outcome
from .folder import STORE, locked, typed
from .provenance import Provenance

VERSION = 4
ID = CellId._fields

PLANNED = (*ID, "key", "context", "data", "code", "learner")
LABELLED = {"dataset": "data", "contender": "code", "classifier": "learner"}
"""Labels, and the columns of `planned` that say by a hash what each stood for."""

_STORED = ("key", "inputs", *COLUMNS, "elapsed_s", "machine", "details", "y_test", "probability")
"""Columns of `cells`, large ones last: shorter ones are read without them. Written by name: a measure may move."""

_COMPARED = [name for name in COLUMNS if name not in (*IDENTITY, *TIMINGS, LIFT, "phase", "reason")]
"""What must be the same of a scored cell wherever it ran."""
_IN_SCORED = ", ".join(f"'{status}'" for status in SCORED)

# `planned` outlives a run: a cell that was asked for is either there or reported as missing. `context` is what all
# cells of one table must have in common (protocol, library versions, our own code).
_SCHEMA = f"""
CREATE TABLE planned ({", ".join(PLANNED)}, PRIMARY KEY ({", ".join(ID)}));
CREATE TABLE cells ({", ".join(_STORED)}, PRIMARY KEY ({", ".join(ID)}));
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT);
PRAGMA user_version = {VERSION};
"""


@dataclass
class Store:
    """An open store. `with Store.open(folder) as store: …` closes it."""

    folder: Path
    connection: sqlite3.Connection

    @classmethod
    def open(cls, folder: Path, fresh: bool = False) -> Self:
        """Open the store of a folder, making both where they are missing.

        Raises
        ------
        UsageError
            If the folder cannot be written, or its store is damaged or of another version.
        """
        path = folder / STORE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if fresh:
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        except (OSError, sqlite3.OperationalError) as error:
            raise UsageError(f"--out {folder} cannot be written ({error})") from error
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{path} is damaged ({error}); move it away, or start over with --fresh") from error
        problem = ""
        if version not in (0, VERSION):
            problem = f"{path} is of store version {version}, this is {VERSION}"
        elif unlike := _columns(connection) ^ set(_STORED):
            problem = f"{path} holds other measures than this version takes ({', '.join(sorted(unlike))})"
        if problem:
            connection.close()
            raise UsageError(f"{problem}; start over with --fresh")
        return cls(folder, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def keep_provenance(self, provenance: Provenance) -> None:
        """Keep what the cells ran on."""
        with self.connection:
            self.connection.execute("INSERT OR REPLACE INTO meta VALUES ('provenance', ?)", (provenance.text(),))

    def provenance(self) -> Provenance | None:
        """Give what `keep_provenance` kept; None where no run has begun.

        Raises
        ------
        UsageError
            If it is of another format.
        """
        row = self.connection.execute("SELECT value FROM meta WHERE name = 'provenance'").fetchone()
        return Provenance.parse(json.loads(row[0]), str(self.folder / STORE)) if row else None

    def plan(self, cells: Iterable[Cell], context: str) -> None:
        """Note which cells were asked for, beside those asked for earlier.

        Those of another context, or of other data, another contender or another learner under the same label, are asked
        for no more: a table must not mix them.
        """
        rows = [
            (*cell.id, cell.key, context, cell.inputs.data, cell.inputs.contender, cell.inputs.learner)
            for cell in cells
        ]
        with self.connection:
            self.connection.execute("DELETE FROM planned WHERE context != ?", (context,))
            for label, column in LABELLED.items():
                now = {(row[ID.index(label)], row[PLANNED.index(column)]) for row in rows}
                self.connection.executemany(f"DELETE FROM planned WHERE {label} = ? AND {column} != ?", now)
            marks = ", ".join("?" * len(PLANNED))
            self.connection.executemany(f"INSERT OR REPLACE INTO planned VALUES ({marks})", rows)

    def n_planned(self) -> int:
        """Count the cells that were ever asked for."""
        return int(self.connection.execute("SELECT COUNT(*) FROM planned").fetchone()[0])

    def known(self) -> dict[CellId, tuple[str, str]]:
        """Key and status of every finished cell."""
        rows = self.connection.execute(f"SELECT {', '.join(ID)}, key, status FROM cells")
        return {CellId(*where): (key, status) for *where, key, status in rows}

    def inputs(self) -> dict[CellId, dict[str, Any]]:
        """Give what the outcome of every finished cell depended on, as it was written down."""
        rows = self.connection.execute(f"SELECT {', '.join(ID)}, inputs FROM cells")
        return {CellId(*where): json.loads(text) for *where, text in rows}

    def elapsed(self) -> Iterator[tuple[CellId, float]]:
        """Give the seconds that finished cells took from start to end."""
        for *where, seconds in self.connection.execute(f"SELECT {', '.join(ID)}, elapsed_s FROM cells"):
            if seconds is not None:
                yield CellId(*where), seconds

    def machines(self) -> dict[str, int]:
        """Count the cells that are shown by the hardware that they ran on."""
        query = f"SELECT machine, COUNT(*) FROM cells JOIN planned USING ({', '.join(ID)}, key) GROUP BY 1 ORDER BY 1"
        return dict(self.connection.execute(query).fetchall())

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """Commit a finished cell, in place of an older outcome of the same cell."""
        values = [cell.key, cell.inputs.as_json(), *(outcome.record[column] for column in COLUMNS)]
        values += [outcome.elapsed_s, outcome.machine, json.dumps(outcome.details)]
        values += [_pack(outcome.y_test, "u1"), _pack(outcome.probability, "f8")]
        with self.connection:
            marks = ", ".join("?" * len(values))
            self.connection.execute(f"INSERT OR REPLACE INTO cells ({', '.join(_STORED)}) VALUES ({marks})", values)

    def absorb(self, other: "Store", keep: str | None = None) -> str:
        """Take over the planned and the finished cells of another store, all of them or none.

        Gives what forbids it, or nothing: cells of one table must agree in versions, code and data, and one that both
        have scored in its scores, unless `keep` says which of the two stays, "first" or "last". Of a cell that both
        have finished, the one that is here stays otherwise, unless only the other one has scores.
        """
        if problem := self._unlike(other):
            return problem
        self.connection.execute("ATTACH ? AS other", (str(other.folder / STORE),))
        try:
            if not keep and (unequal := self._unequal()):
                return (
                    f"{plural(len(unequal), 'cell')} that ran before with the same key have other scores there "
                    f"({a_few(unequal)}); say with --keep first or --keep last which to keep"
                )
            self._take_over(replace=keep == "last")
        finally:
            self.connection.execute("DETACH other")
        return ""

    def _unlike(self, other: "Store") -> str:
        for label, column, what in (
            ("''", "context", "versions of libraries or of this package differ"),
            ("dataset", "data", "data set {} differs"),
            ("contender", "code", "code of contender {} differs"),
            ("classifier", "learner", "code of classifier {} differs"),
        ):
            query = f"SELECT DISTINCT {label}, {column} FROM planned"
            mine, theirs = (dict(store.connection.execute(query).fetchall()) for store in (self, other))
            for name in mine.keys() & theirs.keys():
                if mine[name] != theirs[name]:
                    return what.format(name)
        return ""

    def _unequal(self) -> list[str]:
        # Cells with scores here and in the attached store, of the same key, whose scores are not the same.
        differs = " OR ".join(f"mine.{name} IS NOT theirs.{name}" for name in _COMPARED)
        rows = self.connection.execute(
            f"""SELECT {", ".join(ID)} FROM cells mine JOIN other.cells theirs USING ({", ".join(ID)}, key)
                JOIN other.planned USING ({", ".join(ID)}, key)
                WHERE mine.status IN ({_IN_SCORED}) AND theirs.status IN ({_IN_SCORED}) AND ({differs})
                ORDER BY {", ".join(ID)}"""
        )
        return [str(CellId(*row)) for row in rows]

    def _take_over(self, replace: bool) -> None:
        # Scored ones give way to scored ones alone.
        kept = "''" if replace else _IN_SCORED
        with self.connection:
            self.connection.execute("INSERT OR IGNORE INTO planned SELECT * FROM other.planned")
            self.connection.execute(
                f"""DELETE FROM cells WHERE status NOT IN ({kept}) AND ({", ".join(ID)}) IN
                    (SELECT {", ".join(ID)} FROM other.cells JOIN other.planned USING ({", ".join(ID)}, key)
                     WHERE status IN ({_IN_SCORED}))"""
            )
            self.connection.execute(
                f"""INSERT OR IGNORE INTO cells ({", ".join(_STORED)})
                    SELECT {", ".join(f"theirs.{name}" for name in _STORED)} FROM other.cells theirs
                    JOIN other.planned USING ({", ".join(ID)}, key)"""
            )

    def cells(self) -> pd.DataFrame:
        """Give the records that answer what was planned last, sorted; an outdated outcome is kept but not shown."""
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM cells JOIN planned USING ({', '.join(ID)}, key) ORDER BY {', '.join(ID)}"
        )
        return typed(pd.read_sql_query(query, self.connection))

    def tested(self, contender: str) -> Iterator[tuple[CellId, np.ndarray, np.ndarray]]:
        """Give test labels and probabilities of a contender's scored cells."""
        query = f"""SELECT {", ".join(ID)}, y_test, probability FROM cells
                    JOIN planned USING ({", ".join(ID)}, key) WHERE contender = ? AND probability IS NOT NULL"""
        for *where, y_test, probability in self.connection.execute(query, (contender,)):
            yield CellId(*where), _unpack(y_test, "u1"), _unpack(probability, "f8")

    def details(self) -> dict[CellId, Details]:
        """Give what cells left for the pictures."""
        query = f"SELECT {', '.join(ID)}, details FROM cells JOIN planned USING ({', '.join(ID)}, key)"
        return {CellId(*where): json.loads(text) for *where, text in self.connection.execute(query)}


def merge(folders: list[Path], out: Path, finish: Callable[["Store"], Path], keep: str | None = None) -> Path:
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
        if folder.resolve() == out.resolve():
            raise UsageError(f"--out {out} is one of the folders to merge; choose another")
    with locked(out), Store.open(out) as store:
        whole = store.provenance()
        for folder in folders:
            with Store.open(folder) as part:
                whole = _joined(whole, part, folder)
                if problem := store.absorb(part, keep):
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
    return whole.joined_with(new)


def _columns(connection: sqlite3.Connection) -> set[str]:
    return {row[1] for row in connection.execute("PRAGMA table_info(cells)")}


def _unpack(packed: bytes, dtype: str) -> np.ndarray:
    return np.frombuffer(zlib.decompress(packed), dtype)


def _pack(values: np.ndarray | None, dtype: str) -> bytes | None:
    return None if values is None else zlib.compress(values.astype(dtype).tobytes(), level=1)
