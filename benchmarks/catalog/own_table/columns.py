"""What the columns of somebody's table are: numbers, categories, dates, or nothing that a learner should see.

Each column is judged by itself and without the target, so that nothing is learnt here: what must be learnt (the median
that fills a gap, the scale of a number, which categories are frequent) is learnt from training rows, inside each split.
"""

import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from ...errors import a_few, plural
from ..contract import MOST_LEVELS

Kind = Literal["numeric", "categorical", "date", "left out"]

SHOWN = 8
"""Names that a line lists."""

FEW = 10
"""A column of whole numbers with at most so many distinct values is named: it may be meant as categories."""

MOST_NOTES = 40
"""Notes on columns that are shown at most."""

ID_SHARE = 0.95
"""From this share of distinct values on, words are names of rows."""

FEWEST_FOR_ID = 20
"""In fewer rows, all values of a column may well differ by chance."""

LONG = 30
"""Mean characters from which words are free text, where more than half of them differ."""

_NUMBER = re.compile(r"[-+]?(\d+([.,' \u00a0]\d{3})*|\d*)([.,]\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_AROUND = re.compile(r"^[€$£¥%\s\u00a0]+|[€$£¥%\s\u00a0]+$")
_ID = re.compile(
    r"(^|[_\s.-])(id|ids|uuid|guid|key|index|row|rownames?|rownumber|nr|no|unnamed: \d+)$|[a-z]I[dD]$", re.IGNORECASE
)


@dataclass(frozen=True)
class Column:
    """What a column is, its values as a learner gets them (one column, or the parts of a date), and what is said."""

    name: str
    kind: Kind
    values: dict[str, pd.Series] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The columns of a table."""

    columns: list[Column]

    @property
    def features(self) -> pd.DataFrame:
        """Give those that a learner gets."""
        values = {name: series for column in self.columns for name, series in column.values.items()}
        return pd.DataFrame(values, copy=False).reset_index(drop=True)

    def named(self, kind: Kind) -> list[str]:
        """Name the columns of a kind."""
        return [column.name for column in self.columns if column.kind == kind]

    def notes(self) -> list[str]:
        """Say how each was read, and which look as if they were not meant to be features."""
        gappy = [column.name for column in self.columns if any(each.isna().any() for each in column.values.values())]
        found = [
            f"{word}: {a_few(names, most=SHOWN)}"
            for word, names in (
                ("numeric", self.named("numeric")),
                ("categorical", self.named("categorical")),
                ("dates, taken apart", self.named("date")),
                ("left out", self.named("left out")),
                ("with gaps, to be filled from training rows", gappy),
            )
            if names
        ]
        found += [f"column '{column.name}' {note}" for column in self.columns for note in column.notes]
        more = len(found) - MOST_NOTES
        return found if more <= 0 else [*found[:MOST_NOTES], f"and {more} more such notes"]


def look(table: pd.DataFrame, keep: Collection[str] = ()) -> Columns:
    """Tell what each column is.

    Parameters
    ----------
    keep : collection of str
        Columns that are not left out, whatever they look like.
    """
    found, seen = [], dict[int, str]()
    for name, column in table.items():
        mark = hash(tuple(pd.util.hash_pandas_object(column, index=False)))
        found.append(_column(str(name), column, str(name) in keep, seen.setdefault(mark, str(name))))
    return Columns(found)


def _column(name: str, column: pd.Series, keep: bool, same: str) -> Column:
    column, notes = column.reset_index(drop=True), list[str]()
    if pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype):
        column, notes = _of_words(column)
    if pd.api.types.is_float_dtype(column.dtype) and np.isinf(column.to_numpy(dtype="float64", na_value=0.0)).any():
        count = int(np.isinf(column.to_numpy(dtype="float64", na_value=0.0)).sum())
        column = column.astype("float64").replace([np.inf, -np.inf], np.nan)
        notes.append(f"is infinite in {plural(count, 'row')}, which is taken for a gap")
    distinct = column.nunique(dropna=False)
    if column.isna().all():
        return Column(name, "left out", notes=("has no values at all; left out",))
    if distinct == 1:
        return Column(name, "left out", notes=("is constant; left out",))
    if same != name:
        notes.append(f"repeats '{same}'")
    if (why := _no_feature(name, column)) and not keep:
        return Column(name, "left out", notes=(*notes, f"{why}; left out (--keep '{name}' keeps it)"))
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return Column(name, "date", _parts(name, column), tuple(notes))
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        if pd.api.types.is_integer_dtype(column.dtype) and 2 < distinct <= FEW:
            notes.append(f"holds {distinct} whole numbers; if they are codes, write them as words")
        values = column.astype("float64") if column.isna().any() else column
        return Column(name, "numeric", {name: values}, tuple(notes))
    if (levels := column.nunique()) > MOST_LEVELS:
        notes.append(
            f"has {levels:,} categories; in each split, those beyond the {MOST_LEVELS - 1} most frequent of the "
            "training rows are one, '(other)'"
        )
    words = column.astype("str").where(column.notna())
    return Column(name, "categorical", {name: words.astype("category")}, tuple(notes))


def _no_feature(name: str, column: pd.Series) -> str:
    """Say why a learner should not see a column; nothing if it may."""
    known = column.dropna()
    distinct, n = known.nunique(), len(known)
    if n < FEWEST_FOR_ID or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return ""
    if pd.api.types.is_integer_dtype(column.dtype) and distinct == n:
        steps = np.diff(known.to_numpy())
        if _ID.search(name) or (steps == 1).all() or (steps == -1).all():
            return "has another number in every row, like an id"
        return ""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return ""
    letters = known.astype("str").str.len().mean()
    if distinct > n / 2 and letters > LONG:
        return f"is free text ({distinct:,} texts, {letters:.0f} letters on average)"
    if distinct >= ID_SHARE * n:
        return f"has other words in nearly every row ({distinct:,} in {n:,}), like a name or an id"
    return ""


def _of_words(column: pd.Series) -> tuple[pd.Series, list[str]]:
    """Make numbers or dates of words that are such, all of them."""
    words = column.astype("str").str.strip().where(column.notna())
    words = words.where(words != "")
    known = words.dropna()
    distinct = known.drop_duplicates()
    if not len(distinct):
        return words, []
    if (numbers := _numbers(distinct)) is not None:
        values, note = numbers
        made = words.map(dict(zip(distinct, values, strict=True))).astype("float64")
        whole = made.notna().all() and (made % 1 == 0).all() and made.abs().max() < 2**53
        return (made.astype("int64") if whole else made), [note]
    if (dates := _dates(distinct)) is not None:
        moments, note = dates
        return words.map(dict(zip(distinct, moments, strict=True))).astype("datetime64[s]"), [note]
    return words, []


def _numbers(distinct: pd.Series) -> tuple[pd.Series, str] | None:
    """Read numbers as people write them: 1.234,56 and 1,234.56, € 12, 12 %; a leading 0 says that it is a code."""
    bare = distinct.str.replace(_AROUND, "", regex=True)
    if not bare.str.fullmatch(_NUMBER).all() or (bare == "").any() or bare.str.fullmatch(r"[-+]?0\d+").any():
        return None
    has_comma, has_point = bare.str.contains(",", regex=False), bare.str.contains(".", regex=False)
    both = bare[has_comma & has_point]
    if len(both):
        decimal = "," if (both.str.rfind(",") > both.str.rfind(".")).all() else "."
    elif has_comma.any():
        commas = bare[has_comma]
        thousands = (commas.str.fullmatch(r"[-+]?\d{1,3}(,\d{3})+")).all() and not commas.str.match(r"[-+]?0,").any()
        decimal = "." if thousands else ","
    else:
        decimal = "," if (bare[has_point].str.count(r"\.") > 1).any() else "."
    other = "." if decimal == "," else ","
    plain = bare.str.replace(rf"[{re.escape(other)}' \u00a0]", "", regex=True).str.replace(decimal, ".", regex=False)
    try:
        values = plain.astype("float64")
    except ValueError:
        return None
    note = "holds numbers as text"
    changed = distinct.index[distinct != plain]
    if len(changed):
        note += f", such as '{distinct[changed[0]]}', read as {values[changed[0]]:g}"
    return values, note


_FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d"),
    *("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m", "%Y/%m/%d %H:%M:%S"),
    *("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%y"),
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
    *(
        "%m/%d/%y",
        "%d/%m/%y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d %b %Y",
        "%d %B %Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d-%b-%Y",
        "%d-%b-%y",
    ),
    "%H:%M",
    "%H:%M:%S",
)
"""Ways to write a date that are tried, in this order."""


def _dates(distinct: pd.Series) -> tuple[list[Any], str] | None:
    if not distinct.str.contains(r"\d").all() or not distinct.head(50).str.contains(r"[-/.:\s]", regex=True).all():
        return None
    sample = distinct.head(100)
    fitting = [each for each in _FORMATS if _as_dates(sample, each) is not None]
    fitting = [each for each in fitting if _as_dates(distinct, each) is not None]
    if not fitting:
        return None
    moments = _as_dates(distinct, fitting[0])
    assert moments is not None
    note = f"holds dates, read as {_said(fitting[0])}"
    read = {each: _as_dates(distinct, each) for each in fitting[1:]}
    others = [each for each, other in read.items() if other is not None and not moments.equals(other)]
    return moments.tolist(), note + (f" ({_said(others[0])} would fit, too)" if others else "")


def _as_dates(words: pd.Series, written: str) -> pd.Series | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pd.to_datetime(words, format=written, errors="coerce")
    if found.isna().any():
        return None
    return found.dt.tz_localize(None) if found.dt.tz is not None else found


def _said(written: str) -> str:
    names = {"%Y": "year", "%y": "year", "%m": "month", "%d": "day", "%b": "month", "%B": "month"}
    names |= {"%H": "hour", "%M": "minute", "%S": "second", "%f": "fraction"}
    return re.sub("%[A-Za-z]", lambda each: names[each[0]], written)


def _parts(name: str, column: pd.Series) -> dict[str, pd.Series]:
    """Take dates apart: days since 1970, month, day of the week, and the hour where there are any."""
    if column.dt.tz is not None:
        column = column.dt.tz_localize(None)
    gaps, seconds = column.isna().any(), (column - pd.Timestamp(0)).dt.total_seconds()
    hours = column.dt.hour + column.dt.minute / 60
    parts = {
        f"{name} (days)": seconds / 86400,
        f"{name} (month)": column.dt.month,
        f"{name} (weekday)": column.dt.day_of_week,
        f"{name} (hour)": hours,
    }
    varied = {part: values for part, values in parts.items() if values.min() < values.max()}
    return {part: values.astype("float64") if gaps else values for part, values in varied.items()}
