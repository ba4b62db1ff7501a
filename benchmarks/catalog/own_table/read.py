"""The user's file, read as it is: whatever separates its columns, marks its decimals and encodes its letters."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOKED_AT = 200
"""Lines of a file that say what separates its columns."""

MISSING = ("?", "-")
"""What stands for a value that is not there, besides what pandas takes for that."""

_NESTED = (list, tuple, dict, set, np.ndarray)


@dataclass(frozen=True)
class Raw:
    """A table as its file holds it, columns by name, and what the user should know of how it was read."""

    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


@cache
def read(path: Path) -> Raw:
    """Read a table.

    Raises
    ------
    ValueError
        If it cannot be read, or holds no rows.
    """
    raw = Raw(_parquet(path)) if path.suffix.lower() == ".parquet" else _text(path)
    table = raw.table
    if table.empty:
        raise ValueError(f"{path.name} has no rows")
    table.columns = [str(name).strip() for name in table.columns]
    if twice := sorted({name for name in table.columns if list(table.columns).count(name) > 1}):
        raise ValueError(f"{path.name} has two columns called '{twice[0]}'; give each a name of its own")
    for name, column in table.items():
        if column.dtype == object and column.map(lambda value: isinstance(value, _NESTED)).any():
            raise ValueError(f"column '{name}' of {path.name} holds lists or records; give each a column")
    return raw


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except ImportError as error:
        raise ValueError("Parquet needs the extra: pip install 'oversampling-bench[datasets]'") from error
    except Exception as error:
        raise ValueError(f"{path.name} cannot be read ({error})") from error


def _text(path: Path) -> Raw:
    data, notes = path.read_bytes(), []
    text, encoding = _decoded(data)
    if encoding != "UTF-8":
        notes.append(f"read as {encoding}, for it is not UTF-8; if letters look wrong, save it as UTF-8")
    if "\x00" in text[:10_000] or data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError(f"{path.name} is no text; save it as CSV or Parquet")
    lines = text.lstrip("\ufeff").splitlines()
    if not any(line.strip() for line in lines):
        raise ValueError(f"{path.name} is empty")
    separator = separator_of(lines[:LOOKED_AT])
    if separator != ",":
        notes.append(f"its columns are separated by {SEPARATORS[separator]}")
    how: dict[str, Any] = {"sep": separator, "skipinitialspace": True, "na_values": list(MISSING)}
    source = text.lstrip("\ufeff")
    try:
        first = pd.read_csv(io.StringIO(source), dtype=str, nrows=LOOKED_AT, **how)
        # Of a code such as 01067, a number would lose the first digit.
        codes = {name: str for name, column in first.items() if column.astype("str").str.fullmatch(r"0\d+").any()}
        table = pd.read_csv(io.StringIO(source), low_memory=False, dtype=codes, **how)
    except Exception as error:
        raise ValueError(f"{path.name} cannot be read ({error})") from error
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError(f"{path.name} cannot be read (its rows have more values than its first line has names)")
    return Raw(table, notes)


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not len(data) % 2:
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        # What Western spreadsheets write; latin-1 gives a letter for every byte, and so cannot fail.
        try:
            return data.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "Latin-1"


def separator_of(lines: Iterable[str]) -> str:
    """Find what separates columns: what cuts the first lines into the same number of fields, two or more.

    >>> separator_of(["a;b;c", "1,5;2;x, y", "2,5;3;z"])
    ';'
    >>> separator_of(["only one column", "1"])
    ','
    """
    kept = [line for line in lines if line.strip()]

    def fields(separator: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(kept, delimiter=separator) if row]
        first = counts[0] if counts else 1
        return (sum(count == first for count in counts) / max(len(counts), 1), first) if first > 1 else (0.0, 1)

    return max(SEPARATORS, key=fields)
