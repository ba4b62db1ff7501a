"""What is still right in a damaged store: found row by row, and put into a new one."""

import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..design.cell import CellId
from ..errors import UsageError, a_few, plain, plural
from .disk import BESIDE, JOURNALS, beside, copy_of
from .schema import ID, KEYS, PAGE, TABLES, checksum, create, empty, insert, row_name

_STUMBLES = (sqlite3.Error, UnicodeError, OverflowError, MemoryError)
_ROWS_A_PAGE = 64
"""More than any of our rows fit into a page: what is beyond is the work of a flipped bit."""


@dataclass
class Found:
    """What is right in a damaged store, by table and what names a row; and what the indices name beside."""

    rows: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)
    lost_cells: set[CellId] = field(default_factory=set)
    lost_plans: set[CellId] = field(default_factory=set)
    unnamed: int = 0

    def of(self, table: str) -> list[list[Any]]:
        """Give the rows of a table."""
        return [row for name, row in self.rows.items() if name[0] == table]

    def loss(self) -> str:
        """Say which finished cells are lost."""
        names = sorted(plain(str(cell)) for cell in self.lost_cells)
        if not (number := len(names) + self.unnamed):
            return "no finished cell is lost"
        which = f" ({a_few(names)})" if names else ""
        return f"{plural(number, 'finished cell')} {'is' if number == 1 else 'are'} lost{which}"

    def forgotten(self, planned: Collection[CellId]) -> list[str]:
        """Name the cells that were asked for, by other commands than that which asks for `planned`, as far as lost."""
        return sorted(plain(str(cell)) for cell in self.lost_plans.difference(planned))


def survey(path: Path) -> Found:
    """Find the rows of a store that are as they were written, whatever else is not.

    The file is read as it is, and once more with the first page of an empty store, which says where tables begin.
    """
    found, seen = Found(), _Seen()
    for patched in (True, False):
        with TemporaryDirectory(prefix="oversampling-bench-salvage-", ignore_cleanup_errors=True) as folder:
            copy = copy_of(path, Path(folder))
            if patched:
                _put_first_page(copy)
            with closing(sqlite3.connect(copy)) as connection:
                for table in TABLES:
                    _read(connection, table, copy.stat().st_size // PAGE * _ROWS_A_PAGE, found, seen)
    _name_lost(found, seen)
    if not any(name[0] == "meta" for name in found.rows):  # what was planned cannot be shown without
        seen.named["planned"] |= {(-1, CellId(*name[1:])) for name in found.rows if name[0] == "planned"}
        found.rows = {name: row for name, row in found.rows.items() if name[0] != "planned"}
    found.lost_plans = {cell for _, cell in seen.named["planned"] if ("planned", *cell) not in found.rows}
    return found


def refusal(path: Path, why: str) -> UsageError:
    """Say what is lost of a damaged store, to somebody who only reads it."""
    found = survey(path)
    if not found.rows:
        return _nothing(path, why)
    return UsageError(
        f"{path} is damaged ({plain(why, 100)}): {found.loss()}; the same 'run' command as before keeps the rest and "
        "runs only what is missing again"
    )


def mend(path: Path, why: str) -> tuple[Found, str]:
    """Put a new store with what is right in place of a damaged one, which is kept beside it.

    Gives what was found, and a line that says so.

    Raises
    ------
    UsageError
        If nothing in it can be read, or the folder cannot be written.
    """
    found = survey(path)
    if not found.rows:
        raise _nothing(path, why)
    try:
        kept = _keep_damaged(path)
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new)) as connection:
            create(connection)
            with connection:
                for table in TABLES:
                    insert(connection, table, found.of(table))
        for suffix in BESIDE:  # else SQLite would apply a journal of the old file to the new one
            beside(path, suffix).unlink(missing_ok=True)
        new.replace(path)
    except OSError as error:
        raise UsageError(f"{path} is damaged ({plain(why, 100)}) and cannot be mended: {error}") from error
    again = ", which run again as far as they are asked for" if found.lost_cells or found.unnamed else ""
    line = f"{path} was damaged ({plain(why, 100)}): {found.loss()}{again}; the damaged file is kept as {kept.name}"
    return found, line


def _name_lost(found: Found, seen: "_Seen") -> None:
    named = {cell for number, cell in seen.named["cells"] if number not in seen.right["cells"]}
    lost = {cell for cell in named if ("cells", *cell) not in found.rows}
    planned = {CellId(*name[1:]) for name in found.rows if name[0] == "planned"}
    found.lost_cells = lost & (planned | {cell for _, cell in seen.named["planned"]})  # others' names are harmed, too
    numbers = {number for number, _ in seen.named["cells"]}
    found.unnamed = len(lost - found.lost_cells) + len(seen.numbers["cells"] - seen.right["cells"] - numbers)


class _Seen:
    """Row numbers that were met in a table, those of right rows, and what its index calls them."""

    def __init__(self) -> None:
        self.numbers: dict[str, set[int]] = {table: set() for table in TABLES}
        self.right: dict[str, set[int]] = {table: set() for table in TABLES}
        self.named: dict[str, set[tuple[int, CellId]]] = {table: set() for table in TABLES}


def _read(connection: sqlite3.Connection, table: str, limit: int, found: Found, seen: _Seen) -> None:
    columns = ", ".join((*TABLES[table], "checksum"))
    numbers = seen.numbers[table]

    def take(query: str, *given: int) -> None:
        with suppress(*_STUMBLES):
            for number, *values, expected in connection.execute(query, given):
                if 0 < number <= limit:
                    numbers.add(number)
                if checksum(table, values) == expected:
                    seen.right[table].add(number)
                    found.rows.setdefault(row_name(table, values), values)

    take(f"SELECT rowid, {columns} FROM {table} NOT INDEXED")
    for number, *name in _index(connection, table, limit):
        if 0 < number <= limit:
            numbers.add(number)
        if KEYS[table] == ID and isinstance(name[-1], int):
            seen.named[table].add((number, CellId(*name)))
    for number in range(1, max(numbers, default=0) + 1):
        if number not in seen.right[table]:
            take(f"SELECT rowid, {columns} FROM {table} WHERE rowid = ?", number)


def _index(connection: sqlite3.Connection, table: str, limit: int) -> Iterator[tuple[Any, ...]]:
    # From both ends: what cannot be read may lie in the middle.
    names = ", ".join(KEYS[table])
    for order in ("ASC", "DESC"):
        by = ", ".join(f"{name} {order}" for name in KEYS[table])
        query = f"SELECT rowid, {names} FROM {table} INDEXED BY sqlite_autoindex_{table}_1 ORDER BY {by}"
        with suppress(*_STUMBLES):
            yield from islice(connection.execute(query), limit)


def _put_first_page(file: Path) -> None:
    page = bytearray(empty().page)
    page[18:20] = b"\2\2" if beside(file, "-wal").exists() else b"\1\1"
    page[28:32] = (file.stat().st_size // PAGE).to_bytes(4, "big")
    page[32:40] = bytes(8)  # no page is free: of those nothing is read
    page[92:96] = page[24:28]  # else the number of pages does not count
    with file.open("r+b") as opened:
        opened.write(page)


def _keep_damaged(path: Path) -> Path:
    for number in count(1):
        kept = beside(path, ".damaged" + (f"-{number}" if number > 1 else ""))
        if not kept.exists():
            break
    shutil.copyfile(path, kept)
    for suffix in JOURNALS:
        with suppress(FileNotFoundError):
            shutil.copyfile(beside(path, suffix), beside(kept, suffix))
    return kept


def _nothing(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path} is damaged ({plain(why, 100)}), and nothing in it can be read; move it away, or start over with "
        "--fresh"
    )
