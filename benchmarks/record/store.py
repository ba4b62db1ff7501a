"""The store of a run: one row a finished cell in SQLite, committed the moment it finishes, by the parent only."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from ..design.cell import Cell, CellId
from ..errors import UsageError, a_few, plural
from ..measure.outcome import COLUMNS, IDENTITY, LIFT, SCORED, TIMINGS, Details, Outcome
from .disk import BESIDE, TRIES, Reading, beside, identity, network, read_only, state
from .folder import STORE, locked, typed
from .provenance import Provenance
from .salvage import Found, mend, refusal
from .schema import ID, PAGE, PLANNED, STORED, DamagedError, Kept, create, examine, insert, verify

LABELLED = {"dataset": "data", "contender": "code", "classifier": "learner"}
"""Labels, and the columns of `planned` that say by a hash what each stood for."""

_COMPARED = [name for name in COLUMNS if name not in (*IDENTITY, *TIMINGS, LIFT, "phase", "reason")]
"""What must be the same of a scored cell wherever it ran."""
_COPIED = (*STORED, "checksum")
_PROVENANCE = ("provenance", "provenance, once more")
"""Where it is kept: one flipped bit must not lose what all the cells ran on."""
_IN_SCORED = ", ".join(f"'{status}'" for status in SCORED)


@dataclass
class Store:
    """An open store. `with Store.open(folder) as store: …` closes it.

    Attributes
    ----------
    kept : dict
        The checksum of each row as it was read or written here.
    remarks : list of str
        What the user is to know about it.
    lost : Found, optional
        What was found in it, where it was damaged and is mended.
    identity, journals : tuples
        What tells its file, and those of its journal, from others at the same path.
    """

    folder: Path
    connection: sqlite3.Connection
    kept: Kept = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    lost: Found | None = None
    identity: tuple[int, int] = (0, 0)
    journals: list[tuple[int, int]] = field(default_factory=list)
    reading: Reading | None = None

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return self.folder / STORE

    @classmethod
    def open(cls, folder: Path, fresh: bool = False, mending: bool = False) -> Self:
        """Open the store of a folder to write to it, making both where they are missing.

        All of it is read and compared with its checksums. A damaged one is mended as far as it can be, if `mending`.

        Raises
        ------
        UsageError
            If the folder cannot be written, or its store is damaged or of another version.
        """
        path, kept, lost, said = folder / STORE, Kept(), None, list[str]()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for suffix in ("", *BESIDE) if fresh else ():
                beside(path, suffix).unlink(missing_ok=True)
            if path.exists():
                kept, lost, said = _looked_through(path, mending)
            connection, more = _connect(path)
        except (OSError, sqlite3.OperationalError) as error:
            raise UsageError(f"{folder} cannot be written ({error})") from error
        journals = [identity(beside(path, suffix)) for suffix in BESIDE if beside(path, suffix).exists()]
        return cls(folder, connection, kept, said + more, lost, identity(path), journals)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the store of a folder to read from it: nothing is written there, not even beside it.

        Raises
        ------
        UsageError
            If it cannot be read, or is damaged or of another version.
        """
        path = folder / STORE
        try:
            reading, kept = _verified(path)
        except DamagedError as error:
            raise refusal(path, str(error)) from error
        return cls(folder, reading.connection, kept, reading=reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        if self.reading:
            self.reading.close()

    def keep_provenance(self, provenance: Provenance) -> None:
        """Keep what the cells ran on."""
        with self.connection:
            rows = [(name, provenance.text()) for name in _PROVENANCE]
            kept = insert(self.connection, "meta", rows)
        self.kept |= kept

    def provenance(self) -> Provenance | None:
        """Give what `keep_provenance` kept; None where no run has begun.

        Raises
        ------
        UsageError
            If it is of another format.
        """
        row = self.connection.execute("SELECT value FROM meta ORDER BY name").fetchone()
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
            kept = insert(self.connection, "planned", rows)
            there = self.connection.execute(f"SELECT {', '.join(ID)} FROM planned").fetchall()
        left = {("planned", *where) for where in there}
        self.kept = {name: value for name, value in (self.kept | kept).items() if name[0] != "planned" or name in left}

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
            kept = insert(self.connection, "cells", [values])
        self.kept |= kept

    def absorb(self, other: "Store", keep: str | None = None) -> str:
        """Take over the planned and the finished cells of another store, all of them or none.

        Gives what forbids it, or nothing: cells of one table must agree in versions, code and data, and one that both
        have scored in its scores, unless `keep` says which of the two stays, "first" or "last". Of a cell that both
        have finished, the one that is here stays otherwise, unless only the other one has scores.
        """
        if problem := self._unlike(other):
            return problem
        self.connection.execute("ATTACH ? AS other", (other.reading.uri if other.reading else str(other.path),))
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
                f"""INSERT OR IGNORE INTO cells ({", ".join(_COPIED)})
                    SELECT {", ".join(f"theirs.{name}" for name in _COPIED)} FROM other.cells theirs
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
            with Store.read(folder) as part:
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


def _looked_through(path: Path, mending: bool) -> tuple[Kept, Found | None, list[str]]:
    """Read a store that is about to be opened for writing, and mend it where it must be."""
    lost, said = None, list[str]()
    try:
        reading, kept = _verified(path)
    except DamagedError as error:
        if not mending:
            raise refusal(path, str(error)) from error
        lost, line = mend(path, str(error))
        said = [line]
        reading, kept = _verified(path)
    reading.close()
    return kept, lost, said


def _verified(path: Path) -> tuple[Reading, Kept]:
    """Open a store for reading that is as it was written; give the checksums of its rows, too.

    Raises
    ------
    UsageError
        If it cannot be read, or is of another version.
    DamagedError
        If it is not as it was written.
    """
    for left in reversed(range(TRIES)):
        reading = read_only(path)
        try:
            there = examine(reading.connection, path, reading.file)
            return reading, verify(reading.connection) if there else {}
        except DamagedError:
            reading.close()
            if not left or state(path) == reading.before:  # else a run wrote meanwhile, and all may be well
                raise
        except BaseException:
            reading.close()
            raise
    raise AssertionError


def _connect(path: Path) -> tuple[sqlite3.Connection, list[str]]:
    """Open a store for writing, and make its tables where it has none; give what the user is to know, too."""
    where, said = network(path.parent), list[str]()
    connection = sqlite3.connect(path, uri=True)
    try:
        if where:  # WAL needs memory that all who open the file share: that ends at the machine
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            said.append(
                f"{path.parent} is on a network file system ({where}): the store is written with a rollback journal, "
                "which is slower, and no other process can open it meanwhile"
            )
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute(f"PRAGMA journal_mode = {'DELETE' if where else 'WAL'}")
        connection.execute("PRAGMA synchronous = FULL")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            create(connection)
    except BaseException:
        connection.close()
        raise
    return connection, said


def _unpack(packed: bytes, dtype: str) -> np.ndarray:
    return np.frombuffer(zlib.decompress(packed), dtype)


def _pack(values: np.ndarray | None, dtype: str) -> bytes | None:
    return None if values is None else zlib.compress(values.astype(dtype).tobytes(), level=1)
