"""The user's file, read as it is: whatever separates its columns, marks its decimals and encodes its letters."""

import csv
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOKED_AT = 200
"""Lines of a file that say what separates its columns."""

PART = 1 << 20
"""Letters that are read at a time."""

MISSING = ("?", "-")
"""What stands for a value that is not there, besides what pandas takes for that."""

_NESTED = (list, tuple, dict, set, np.ndarray)


@dataclass(frozen=True)
class Raw:
    """A table as its file holds it, columns by name, and what the user should know of how it was read."""

    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


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
    encoding, notes = _encoding(path), list[str]()
    if encoding != "utf-8-sig":
        called = {"utf-16": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1"}[encoding]
        notes.append(f"read as {called}, for it is not UTF-8; if letters look wrong, save it as UTF-8")
    with path.open("rb") as opened:
        start = opened.read(4)
    with path.open(encoding=encoding) as opened:
        lines = [line.rstrip("\n") for line in islice(opened, LOOKED_AT)]
    if any("\x00" in line for line in lines) or start in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise ValueError(f"{path.name} is no text; save it as CSV or Parquet")
    separator = separator_of(lines)
    if separator != ",":
        notes.append(f"its columns are separated by {SEPARATORS[separator]}")
    how: dict[str, Any] = {"sep": separator, "skipinitialspace": True, "na_values": list(MISSING), "encoding": encoding}
    try:
        first = pd.read_csv(path, dtype=str, nrows=LOOKED_AT, **how)
        # Of a code such as 01067, a number would lose the first digit.
        codes = {name: str for name, column in first.items() if column.astype("str").str.fullmatch(r"0\d+").any()}
        table = _whole(path, how | {"dtype": codes})
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"{path.name} is empty") from error
    except Exception as error:
        raise ValueError(f"{path.name} cannot be read ({error})") from error
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError(f"{path.name} cannot be read (its rows have more values than its first line has names)")
    return Raw(table, notes)


def _whole(path: Path, how: Mapping[str, Any]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.DtypeWarning)
        try:  # part by part: all of a large file as words would take many times its memory
            table: pd.DataFrame = pd.read_csv(path, **how)
        except pd.errors.DtypeWarning:  # what is a number in one part is a word in another
            table = pd.read_csv(path, low_memory=False, **how)
    return table


def _encoding(path: Path) -> str:
    """Find what the letters are encoded in: UTF-8, UTF-16 with its mark, or what Western spreadsheets write."""
    with path.open("rb") as opened:
        marked = opened.read(2) in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16", "utf-8-sig", "cp1252") if marked else ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as opened:
                while opened.read(PART):
                    pass
        except UnicodeError:
            continue
        return encoding
    return "latin-1"  # gives a letter for every byte, and so cannot fail


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
