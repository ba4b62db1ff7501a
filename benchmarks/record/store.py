"""The store of a run: one row a finished cell in SQLite, committed the moment it finishes, by the parent only."""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from ..design import audit
from ..design.cell import Cell, CellId
from ..errors import UsageError
from ..measure.outcome import COLUMNS, Details, Outcome
from ..measure.scores import Predictions
from .disk import BESIDE, TRIES, Reading, beside, identity, network, read_only, state
from .folder import STORE, typed
from .provenance import Provenance
from .salvage import Found, mend, refusal
from .schema import ID, KEYS, PAGE, PLANNED, DamagedError, Kept, create, examine, insert, verify

LABELLED = {"dataset": "data", "contender": "code", "classifier": "learner"}
"""Labels, and the columns of `planned` that say by a hash what each stood for."""

_PROVENANCE = ("provenance", "provenance, once more")
"""Where it is kept: one flipped bit must not lose what all the cells ran on."""


class Stored(NamedTuple):
    """A scored cell: where it stands, the checksum of its row, what its learner said."""

    where: CellId
    checksum: str
    tested: Predictions


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
                if label == "dataset":  # what was audited of it was of the data that it had
                    now |= {
                        (audit.write(audit.read(str(name)).dataset, kind), of)
                        for name, of in now
                        for kind in audit.KINDS
                    }
                self.connection.executemany(f"DELETE FROM planned WHERE {label} = ? AND {column} != ?", now)
            kept = insert(self.connection, "planned", rows)
            there = self.connection.execute(f"SELECT {', '.join(ID)} FROM planned").fetchall()
        left = {("planned", *where) for where in there}
        self.kept = {name: value for name, value in (self.kept | kept).items() if name[0] != "planned" or name in left}

    def n_planned(self) -> int:
        """Count the cells that were ever asked for, other than audits."""
        rows = self.connection.execute("SELECT dataset, COUNT(*) FROM planned GROUP BY 1").fetchall()
        return sum(int(count) for dataset, count in rows if not audit.read(dataset).kind)

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
        """Count the cells that are shown, other than audits, by the hardware that they ran on."""
        query = f"""SELECT machine, dataset, COUNT(*) FROM cells JOIN planned USING ({", ".join(ID)}, key)
                    GROUP BY 1, 2 ORDER BY 1"""
        counts = Counter[str]()
        for machine, dataset, count in self.connection.execute(query):
            if not audit.read(dataset).kind:
                counts[machine] += count
        return dict(counts)

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """Commit a finished cell, in place of an older outcome of the same cell."""
        values = [cell.key, cell.inputs.as_json(), *(outcome.record[column] for column in COLUMNS)]
        values += [outcome.elapsed_s, outcome.machine, json.dumps(outcome.details)]
        values += [_pack(outcome.y_test, "u1"), _pack(outcome.predicted, "u1"), _pack(outcome.probability, "f8")]
        with self.connection:
            kept = insert(self.connection, "cells", [values])
        self.kept |= kept

    def cells(self, own: Sequence[str] = ()) -> pd.DataFrame:
        """Give the records that answer what was planned last, sorted; an outdated outcome is kept but not shown.

        Audits are among them, see `folder.without_audits`. Measures of the user's `own` are columns after all others.
        """
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM cells JOIN planned USING ({', '.join(ID)}, key) ORDER BY {', '.join(ID)}"
        )
        cells = pd.read_sql_query(query, self.connection)
        found = self._measured()
        where = [CellId(*each) for each in cells[list(ID)].itertuples(index=False)]
        for name in own:
            cells[name] = pd.array([found.get((name, each)) for each in where], dtype="Float64")
        return typed(cells)

    def _measured(self) -> dict[tuple[str, CellId], float | None]:
        query = f"""SELECT measure, value, {", ".join(ID)} FROM measured JOIN cells USING ({", ".join(ID)})
                    WHERE measured_of = cells.checksum"""
        return {(name, CellId(*where)): value for name, value, *where in self.connection.execute(query)}

    def without(self, measure: str) -> list[CellId]:
        """Name the scored cells that lack a measure of the user's own."""
        query = f"""SELECT {", ".join(ID)} FROM cells JOIN planned USING ({", ".join(ID)}, key)
                    WHERE probability IS NOT NULL"""
        known = {where for name, where in self._measured() if name == measure}
        return [where for named in self.connection.execute(query) if (where := CellId(*named)) not in known]

    def stored(self, where: CellId) -> Stored:
        """Give what the learner of a scored cell said."""
        query = f"""SELECT checksum, brier IS NULL, y_test, predicted, probability FROM cells
                    WHERE {" AND ".join(f"{name} = ?" for name in ID)}"""
        checksum, ranked, y, predicted, probability = self.connection.execute(query, where).fetchone()
        arrays = _unpack(y, "u1"), _unpack(predicted, "u1"), _unpack(probability, "f8")
        return Stored(where, checksum, Predictions(*arrays, bool(ranked)))

    def keep_measured(self, measure: str, code: str, cells: Iterable[tuple[Stored, float | None]]) -> None:
        """Keep what a measure of the user's own is on some cells."""
        rows = [(*each.where, measure, code, value, each.checksum) for each, value in cells]
        with self.connection:
            kept = insert(self.connection, "measured", rows)
        self.kept |= kept

    def forget_measured(self, measure: str, code: str) -> None:
        """Forget what other code with the name of a measure has computed."""
        with self.connection:
            self.connection.execute("DELETE FROM measured WHERE measure = ? AND code != ?", (measure, code))
            there = self.connection.execute(f"SELECT {', '.join(KEYS['measured'])} FROM measured").fetchall()
        left = {("measured", *name) for name in there}
        self.kept = {name: mark for name, mark in self.kept.items() if name[0] != "measured" or name in left}

    def tested(self, contender: str = "") -> Iterator[tuple[CellId, np.ndarray, np.ndarray]]:
        """Give test labels and probabilities of scored cells, of one contender where it is named, cell by cell."""
        query = f"""SELECT {", ".join(ID)}, y_test, probability FROM cells JOIN planned USING ({", ".join(ID)}, key)
                    WHERE probability IS NOT NULL {"AND contender = ?" if contender else ""}"""
        for *where, y_test, probability in self.connection.execute(query, (contender,) if contender else ()):
            yield CellId(*where), _unpack(y_test, "u1"), _unpack(probability, "f8")

    def details(self) -> dict[CellId, Details]:
        """Give what cells left for the pictures."""
        query = f"SELECT {', '.join(ID)}, details FROM cells JOIN planned USING ({', '.join(ID)}, key)"
        return {CellId(*where): json.loads(text) for *where, text in self.connection.execute(query)}


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
