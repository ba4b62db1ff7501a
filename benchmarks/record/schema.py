"""What `cells.sqlite` is made of: its tables, a checksum a row, what tells damage from another version."""

import math
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ..design.cell import CellId
from ..errors import UsageError
from ..measure.outcome import COLUMNS

VERSION = 6
PAGE = 4096
ID = CellId._fields

PLANNED = (*ID, "key", "context", "data", "code", "learner")
STORED = ("key", "inputs", *COLUMNS, "elapsed_s", "machine", "details", "y_test", "predicted", "probability")
"""Columns of `cells`, large ones last: shorter ones are read without them. Written by name: a measure may move."""

MEASURED = (*ID, "measure", "code", "value", "measured_of")
"""Measures of the user's own, see `own_measures`: by code with this hash, of the row of `cells` with this checksum."""

TABLES: dict[str, tuple[str, ...]] = {
    "planned": PLANNED,
    "cells": STORED,
    "meta": ("name", "value"),
    "measured": MEASURED,
}
KEYS: dict[str, tuple[str, ...]] = {"planned": ID, "cells": ID, "meta": ("name",), "measured": (*ID, "measure")}
"""Columns that name a row."""

# `planned` outlives a run: a cell that was asked for is either there or reported as missing. `context` is what all
# cells of one table must have in common (protocol, library versions, our own code).
_SCHEMA = f"""
CREATE TABLE planned ({", ".join(PLANNED)}, checksum, PRIMARY KEY ({", ".join(ID)}));
CREATE TABLE cells (checksum, {", ".join(STORED)}, PRIMARY KEY ({", ".join(ID)}));
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT, checksum);
CREATE TABLE measured ({", ".join(MEASURED)}, checksum, PRIMARY KEY ({", ".join(ID)}, measure));
PRAGMA user_version = {VERSION};
"""
_FIXED = [slice(0, 18), slice(20, 24), slice(44, 60), slice(64, 68), slice(72, 92)]
"""Bytes of a file's header that are the same in every store: sizes, formats, encoding, what is reserved."""

_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOMEM", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_PERM")
"""What keeps SQLite from reading a file that may well be right."""

Kept = dict[tuple[Any, ...], str]
"""Checksums of rows, by their table and what names them in it."""


class DamagedError(Exception):
    """The file is not as it was written. The message says how that shows."""


@contextmanager
def damage() -> Iterator[None]:
    """Take whatever SQLite stumbles over in a file for damage, as far as it can be that."""
    try:
        yield
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        if str(getattr(error, "sqlite_errorname", "")).startswith(_PASSING):
            raise
        raise DamagedError(str(error)) from error


def checksum(table: str, values: Sequence[Any]) -> str:
    """Hash a row, its values in the order of `TABLES`; in whichever order columns stand there, the hash is the same."""
    ordered = [values[place] for place in _by_name(table)]
    words = [len(value) if isinstance(value, bytes) else value for value in ordered]
    found = blake2b(repr(words).encode(), digest_size=8)
    for value in ordered:
        if isinstance(value, bytes):
            found.update(value)
    return found.hexdigest()


def row_name(table: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Give what names a row: its table, and the values of `KEYS`."""
    return table, *(values[TABLES[table].index(column)] for column in KEYS[table])


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> Kept:
    """Write rows, each in place of one of the same name, with their checksums; give these."""
    kept: Kept = {}

    def written() -> Iterator[list[Any]]:
        for row in rows:
            values = [_as_stored(value) for value in row]
            kept[row_name(table, values)] = found = checksum(table, values)
            yield [*values, found]

    columns = [*TABLES[table], "checksum"]
    connection.executemany(
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", written()
    )
    return kept


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, sealed: the seal is a hash of the schema, in the header of the file."""
    connection.execute(f"PRAGMA page_size = {PAGE}")
    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA application_id = {empty().seal}; COMMIT;")


def examine(connection: sqlite3.Connection, path: Path, file: Path) -> bool:
    """Say whether `file`, which stands for `path`, holds a store of this version, or nothing yet.

    Raises
    ------
    UsageError
        If it is a store of another version, or of other measures.
    DamagedError
        If its first page is not as any version writes it.
    """
    with damage():
        version, seal, schema = marks(connection)
        if not (version or seal or schema):
            return False
        columns = {row[1] for row in connection.execute("PRAGMA table_info(cells)")}
    ours = empty()
    if (version, seal, schema) == (VERSION, ours.seal, ours.schema):
        with file.open("rb") as opened:
            head = opened.read(100)
        if head[18] != head[19] or head[18] not in (1, 2) or any(head[part] != ours.page[part] for part in _FIXED):
            raise DamagedError("its header is not as it was written")
        return True
    if version == VERSION and seal == seal_of(version, schema):
        unlike = ", ".join(sorted(columns ^ {*STORED, "checksum"})) or "in another order"
        raise UsageError(f"{path} holds other measures than this version takes ({unlike}); start over with --fresh")
    if version != VERSION and seal in (0, seal_of(version, schema)):
        raise UsageError(f"{path} is of store version {version}, this is {VERSION}; start over with --fresh")
    raise DamagedError("its first page is not as it was written")


def verify(connection: sqlite3.Connection) -> Kept:
    """Read every row, and give its checksum.

    Raises
    ------
    DamagedError
        If a row or what SQLite needs to find it is not as it was written.
    """
    kept: Kept = {}
    with damage():
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise DamagedError(" ".join(said.split()))
        for table, columns in TABLES.items():
            for *values, found in connection.execute(f"SELECT {', '.join(columns)}, checksum FROM {table}"):
                if checksum(table, values) != found:
                    raise DamagedError(f"a row of {table} is not as it was written")
                kept[row_name(table, values)] = found
    return kept


class Empty(NamedTuple):
    """An empty store: its first page, which is header and schema, its schema, and the seal of that."""

    page: bytes
    schema: list[tuple[Any, ...]]
    seal: int


@cache
def empty() -> Empty:
    """Make an empty store, to compare others with."""
    with TemporaryDirectory(prefix="oversampling-bench-") as folder:
        path = Path(folder) / "empty.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE}")
            connection.executescript(_SCHEMA)
            schema = marks(connection)[2]
            seal = seal_of(VERSION, schema)
            connection.execute(f"PRAGMA application_id = {seal}")
        return Empty(path.read_bytes()[:PAGE], schema, seal)


def marks(connection: sqlite3.Connection) -> tuple[int, int, list[tuple[Any, ...]]]:
    """Give version, seal and schema as they stand in a file."""
    version, seal = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id"))
    return version, seal, connection.execute("SELECT * FROM sqlite_master").fetchall()


def seal_of(version: int, schema: list[tuple[Any, ...]]) -> int:
    """Hash what the first page of a file must say."""
    return zlib.crc32(repr((version, schema)).encode()) >> 1 or 1  # a positive number of 31 bits


@cache
def _by_name(table: str) -> list[int]:
    columns = TABLES[table]
    return sorted(range(len(columns)), key=lambda place: columns[place])


def _as_stored(value: Any) -> Any:
    # As SQLite gives it back: without the types of NumPy, and NaN is NULL.
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, bool) else value
