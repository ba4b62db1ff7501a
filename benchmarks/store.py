"""The store of a run: one row a finished cell in SQLite, committed the moment it finishes, by the parent only."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from .cell import Cell, Outcome
from .errors import UsageError
from .record import COLUMNS, COUNTS, SCORED, TEXT

FILE = "cells.sqlite"
VERSION = 3
Id = tuple[Any, ...]
ID = ["dataset", "classifier", "contender", "seed"]

# `planned` outlives a run: a cell that was asked for is either there or reported as missing. `context` is what all
# cells of one table must have in common (protocol, library versions, our own code).
_SCHEMA = f"""
CREATE TABLE planned (dataset, classifier, contender, seed, key, context, data, code, PRIMARY KEY ({", ".join(ID)}));
CREATE TABLE cells (key TEXT, inputs TEXT, {", ".join(COLUMNS)}, elapsed_s, machine TEXT, details TEXT,
                    y_test BLOB, probability BLOB, PRIMARY KEY ({", ".join(ID)}));
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
        path = folder / FILE
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
        if version not in (0, VERSION):
            connection.close()
            raise UsageError(f"{path} is of store version {version}, this is {VERSION}; start over with --fresh")
        return cls(folder, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def set_meta(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        with self.connection:
            self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def meta(self, name: str, default: Any = None) -> Any:
        """Give what `set_meta` kept."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def plan(self, cells: Iterable[Cell], context: str) -> None:
        """Note which cells were asked for, beside those asked for earlier.

        Those of another context, or of other data or another contender under the same label, are asked for no more:
        a table must not mix them.
        """
        rows = [(*cell.id, cell.key, context, cell.inputs["data"], cell.inputs["contender"]) for cell in cells]
        with self.connection:
            self.connection.execute("DELETE FROM planned WHERE context != ?", (context,))
            for label, value, column in ((0, -2, "data"), (2, -1, "code")):
                now = {(row[label], row[value]) for row in rows}
                delete = f"DELETE FROM planned WHERE {ID[label]} = ? AND {column} != ?"
                self.connection.executemany(delete, now)
            self.connection.executemany(f"INSERT OR REPLACE INTO planned VALUES ({', '.join('?' * 8)})", rows)

    def n_planned(self) -> int:
        """Count the cells that were ever asked for."""
        return int(self.connection.execute("SELECT COUNT(*) FROM planned").fetchone()[0])

    def known(self) -> dict[Id, tuple[str, str]]:
        """Key and status of every finished cell, by (dataset, classifier, contender, seed)."""
        rows = self.connection.execute(f"SELECT {', '.join(ID)}, key, status FROM cells")
        return {row[:-2]: row[-2:] for row in rows}

    def inputs(self) -> dict[Id, dict[str, Any]]:
        """Give what the outcome of every finished cell depended on."""
        rows = self.connection.execute(f"SELECT {', '.join(ID)}, inputs FROM cells")
        return {row[:-1]: json.loads(row[-1]) for row in rows}

    def elapsed(self) -> Iterator[tuple[Id, float]]:
        """Give the seconds that finished cells took from start to end."""
        for *where, seconds in self.connection.execute(f"SELECT {', '.join(ID)}, elapsed_s FROM cells"):
            if seconds is not None:
                yield tuple(where), seconds

    def machines(self) -> dict[str, int]:
        """Count the cells that are shown by the hardware that they ran on."""
        query = f"SELECT machine, COUNT(*) FROM cells JOIN planned USING ({', '.join(ID)}, key) GROUP BY 1 ORDER BY 1"
        return dict(self.connection.execute(query).fetchall())

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """Commit a finished cell, in place of an older outcome of the same cell."""
        values = [cell.key, json.dumps(cell.inputs), *(outcome.record[column] for column in COLUMNS)]
        values += [outcome.elapsed_s, outcome.machine, json.dumps(outcome.details)]
        values += [_pack(outcome.y_test, "u1"), _pack(outcome.probability, "f8")]  # last: what is short is read faster
        with self.connection:
            marks = ", ".join("?" * len(values))
            self.connection.execute(f"INSERT OR REPLACE INTO cells VALUES ({marks})", values)

    def absorb(self, other: "Store") -> str:
        """Take over the planned and the finished cells of another store, all of them or none.

        Gives what forbids it, or nothing: cells of one table must agree in versions, code and data. Of a cell that
        both have finished, the one that is here stays, unless only the other one has scores.
        """
        for label, column, what in (
            ("''", "context", "versions of libraries or of this package differ"),
            ("dataset", "data", "data set {} differs"),
            ("contender", "code", "code of contender {} differs"),
        ):
            query = f"SELECT DISTINCT {label}, {column} FROM planned"
            mine, theirs = (dict(store.connection.execute(query).fetchall()) for store in (self, other))
            for name in mine.keys() & theirs.keys():
                if mine[name] != theirs[name]:
                    return what.format(name)
        self.connection.execute("ATTACH ? AS other", (str(other.folder / FILE),))
        with self.connection:
            self.connection.execute("INSERT OR IGNORE INTO planned SELECT * FROM other.planned")
            scored = ", ".join(f"'{status}'" for status in SCORED)
            self.connection.execute(
                f"""DELETE FROM cells WHERE status NOT IN ({scored}) AND ({", ".join(ID)}) IN
                    (SELECT {", ".join(ID)} FROM other.cells WHERE status IN ({scored}))"""
            )
            self.connection.execute(
                f"""INSERT OR IGNORE INTO cells SELECT theirs.* FROM other.cells theirs
                    JOIN other.planned USING ({", ".join(ID)}, key)"""
            )
        self.connection.execute("DETACH other")
        return ""

    def cells(self) -> pd.DataFrame:
        """Give the records that answer what was planned last, sorted; an outdated outcome is kept but not shown."""
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM cells JOIN planned USING ({', '.join(ID)}, key) ORDER BY {', '.join(ID)}"
        )
        return _typed(pd.read_sql_query(query, self.connection))

    def baselines(self, contender: str) -> Iterator[tuple[Id, np.ndarray, np.ndarray]]:
        """Give test labels and probabilities of a contender's scored cells, by (dataset, classifier, seed)."""
        query = f"""SELECT dataset, classifier, seed, y_test, probability FROM cells
                    JOIN planned USING ({", ".join(ID)}, key) WHERE contender = ? AND probability IS NOT NULL"""
        for *where, y_test, probability in self.connection.execute(query, (contender,)):
            yield tuple(where), _unpack(y_test, "u1"), _unpack(probability, "f8")

    def details(self) -> dict[Id, dict[str, Any]]:
        """Give what cells left for the figures, by (dataset, classifier, contender, seed)."""
        query = f"SELECT {', '.join(ID)}, details FROM cells JOIN planned USING ({', '.join(ID)}, key)"
        return {tuple(row[:-1]): json.loads(row[-1]) for row in self.connection.execute(query)}


def read_csv(path: Path) -> pd.DataFrame:
    """Read a `cells.csv` back, to the last digit (Python's own float() is exact; pandas' parsers need not be)."""
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in cells.columns.difference(TEXT):
        cells[column] = [float(text) if text else None for text in cells[column]]
    return _typed(cells)


def _typed(cells: pd.DataFrame) -> pd.DataFrame:
    types = dict.fromkeys(COLUMNS, "float64") | dict.fromkeys(TEXT, "str") | dict.fromkeys(COUNTS, "Int64")
    return cells.fillna(dict.fromkeys(TEXT, "")).astype(types | {"seed": "int64"})


def _unpack(packed: bytes, dtype: str) -> np.ndarray:
    return np.frombuffer(zlib.decompress(packed), dtype)


def _pack(values: np.ndarray | None, dtype: str) -> bytes | None:
    return None if values is None else zlib.compress(values.astype(dtype).tobytes(), level=1)
