"""The user's own table as a data set: a file, a target column, and the value that is positive."""

import pickle
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from ...errors import a_few, plural
from .columns import SHOWN, Columns, look
from .leaks import leaks
from .read import read

_TRUE, _FALSE = ("true", "1", "yes", "y", "t"), ("false", "0", "no", "n", "f")


def as_dataset(path: Path) -> ModuleType:
    """Make a data set of a file.

    Its `load` takes the column to predict and the value of it that is positive; columns to `keep` although they look
    like ids, to `drop`, and those that say which `group` or `fold` a row belongs to, and what `time` it is of.
    """

    def load(
        target: Any = None,
        positive: Any = None,
        keep: Any = (),
        drop: Any = (),
        group: Any = None,
        time: Any = None,
        fold: Any = None,
    ) -> tuple[pd.DataFrame, pd.Series]:
        parts = found(target=target, positive=positive, keep=keep, drop=drop, group=group, time=time, fold=fold)
        return parts.X, parts.y

    def found(**params: Any) -> TableParts:
        lists = {name: _list(params.pop(name, ())) for name in ("keep", "drop")}
        return _split(
            path, **{"target": None, "positive": None, "group": None, "time": None, "fold": None} | params | lists
        )

    dataset: Any = ModuleType(path.stem)
    dataset.load = load
    dataset.notes = lambda **params: found(**params).notes()
    dataset.groups = lambda **params: found(**params).groups
    dataset.times = lambda **params: found(**params).times
    dataset.folds = lambda **params: found(**params).folds
    made: ModuleType = dataset
    return made


@lru_cache(maxsize=2)
def _split(
    path: Path,
    target: Any,
    positive: Any,
    keep: tuple[str, ...],
    drop: tuple[str, ...],
    group: Any,
    time: Any,
    fold: Any,
) -> "TableParts":
    raw = read(path)
    return TableParts.of(raw.table, target, positive, keep, drop, group, time, raw.notes, fold)


def _list(names: Any) -> tuple[str, ...]:
    return (str(names),) if isinstance(names, str | int | float) else tuple(str(name) for name in names)


def as_frame(path: Path) -> ModuleType:
    """Make a data set of a table that `keep_frame` has kept."""

    def load() -> tuple[pd.DataFrame, pd.Series]:
        X, y, _ = pickle.loads(path.read_bytes())
        return X, y

    dataset: Any = ModuleType(path.stem)
    dataset.load = load
    dataset.notes = lambda: pickle.loads(path.read_bytes())[2]
    made: ModuleType = dataset
    return made


def keep_frame(path: Path, X: pd.DataFrame, y: pd.Series, notes: Sequence[str] = ()) -> Path:
    """Keep a table in a file, so that other processes can load it; give the path."""
    path.write_bytes(pickle.dumps((X, y, list(notes))))
    return path


def of_arrays(X: Any, y: Any, positive: Any = None) -> tuple[pd.DataFrame, pd.Series]:
    """Make a table of features and labels: numbers stay numbers, all else becomes categories, labels 0 and 1.

    Parameters
    ----------
    X : DataFrame or array of shape (n, d)
        Columns of an array are called x0, x1 and so on.
    y : array of shape (n,)
        Two values.
    positive : optional
        The one that is positive; 1 if left out.

    Raises
    ------
    ValueError
        If they are not that, or the positive value is not the rarer one.
    """
    table, labels, positive = _framed(X, y, positive)
    y = _labels(labels, "y", positive, ("y", "positive"))
    features = as_they_are(table)
    if features.empty:
        raise ValueError("there is no column with values beside 'y' (y)")
    return features, y.reset_index(drop=True)


def _framed(X: Any, y: Any, positive: Any) -> tuple[pd.DataFrame, pd.Series, Any]:
    if y is None:
        raise ValueError("a table X needs its labels y")
    if not isinstance(X, pd.DataFrame):
        values = np.asarray(X)
        if values.ndim != 2:
            raise ValueError(f"X must have rows and columns, got an array of shape {values.shape}")
        X = pd.DataFrame(values, columns=[f"x{i}" for i in range(values.shape[1])]).infer_objects()
    labels = pd.Series(np.asarray(y), name="y")
    if len(labels) != len(X):
        raise ValueError(f"X has {len(X)} rows and y {len(labels)}")
    table = X.set_axis([str(name) for name in X.columns], axis="columns").reset_index(drop=True)
    return table, labels, 1 if positive is None else positive


class TableParts:
    """A table, its target split off.

    Attributes
    ----------
    X : DataFrame of shape (n, d)
        What a learner gets.
    y : Series of shape (n,)
        1 where the target has the positive value.
    groups, times, folds : Series of shape (n,), optional
        Of each row.
    columns : Columns
        What was made of each column.
    """

    def __init__(
        self,
        columns: Columns,
        y: pd.Series,
        groups: pd.Series | None,
        times: pd.Series | None,
        said: list[str],
        folds: pd.Series | None = None,
    ):
        self.columns, self.y, self.groups, self.times, self._said = columns, y, groups, times, said
        self.folds = folds
        self.X = columns.features

    @classmethod
    def of(
        cls,
        table: pd.DataFrame,
        target: Any,
        positive: Any,
        keep: Sequence[str] = (),
        drop: Sequence[str] = (),
        group: Any = None,
        time: Any = None,
        said: Sequence[str] = (),
        fold: Any = None,
    ) -> "TableParts":
        """Part a table.

        Raises
        ------
        ValueError
            If there is no such column, the target does not hold the positive value and another one, or nothing is
            left to learn from.
        """
        said = list(said)
        target = _column(table, target, "--target")
        wanted = {"--keep": keep, "--drop": drop, "--group": [group], "--time": [time], "--fold": [fold]}
        for option, names in wanted.items():
            for name in names:
                if name is not None and _column(table, name, option) == target:
                    raise ValueError(f"{option} {name} is the target")
        if gaps := int(table[target].isna().sum()):
            table = table[table[target].notna()]
            said.append(f"'{target}' is missing in {plural(gaps, 'row')}; left out")
        y = _labels(table[target], target, positive, ("--target", "--positive"), said)
        groups = None if group is None else table[str(group)].reset_index(drop=True)
        times = None if time is None else _moments(table[str(time)], str(time))
        folds = None if fold is None else table[str(fold)].reset_index(drop=True)
        left = [target, *drop, *(str(name) for name in (group, fold) if name is not None and str(name) not in keep)]
        said += [f"column '{name}' is dropped" for name in drop]
        if group is not None:
            said.append(f"rows with the same '{group}' stay on one side of a split ({groups.nunique():,} groups)")  # type: ignore[union-attr]
        if time is not None:
            said.append(f"split by '{time}': trained on what came before what is tested on")
        if fold is not None:
            said.append(f"'{fold}' says which rows are tested on, under protocol predefined")
        columns = look(table.drop(columns=left), keep)
        if columns.features.empty:
            raise ValueError(
                f"there is no column with values beside '{target}' (--target)"
                + (f"; left out: {a_few(columns.named('left out'))} (--keep)" if columns.named("left out") else "")
            )
        return cls(columns, y.reset_index(drop=True), groups, times, said, folds)

    def notes(self) -> list[str]:
        """Say what the user should know: how the file and its columns were read, and what looks wrong."""
        found = [*self._said, *self.columns.notes()]
        if copies := int(self.X.duplicated().sum()):
            found.append(f"{plural(copies, 'row')} ({copies / len(self.X):.1%}) repeat an earlier one in every column")
        return [*found, *leaks(self.X, self.y)]


def _column(table: pd.DataFrame, name: Any, option: str) -> str:
    if name is None:
        raise ValueError(f"{option} COLUMN is missing; columns: {a_few(list(table.columns), most=40)}")
    if str(name) not in table.columns:
        raise ValueError(f"there is no column '{name}' ({option}); columns: {a_few(list(table.columns), most=40)}")
    return str(name)


def _labels(
    labels: pd.Series, target: str, positive: Any, called: tuple[str, str], said: list[str] | None = None
) -> pd.Series:
    """Give 1 where a target has the positive value, 0 elsewhere; `called` is what the user knows both by."""
    if gaps := int(labels.isna().sum()):
        raise ValueError(f"column '{target}' ({called[0]}) is missing in {gaps} rows; remove these")
    words = labels.astype(str).str.strip()
    counts = words.value_counts()
    values = f"{a_few([f'{value} ({count:,})' for value, count in counts.items()], most=SHOWN)}"
    if positive is None:
        raise ValueError(f"{called[1]} VALUE is missing; values of '{target}': {values}")
    if len(counts) < 2:
        raise ValueError(f"column '{target}' must hold two values, it holds {len(counts)}: {values}")
    same = _same(str(positive).strip(), counts.index.tolist())
    if same is None:
        raise ValueError(f"column '{target}' has no value '{positive}' ({called[1]}); values: {values}")
    y = (words == same).astype("int64").rename(target)
    if len(counts) > 2:
        if said is None:
            raise ValueError(f"column '{target}' must hold two values, it holds {len(counts)}: {values}")
        rest = a_few([value for value in counts.index if value != same], most=SHOWN)
        said.append(f"'{same}' against the rest of '{target}': {rest}")
    if y.mean() > 0.5:
        raise ValueError(f"'{same}' ({called[1]}) is the more frequent value of '{target}'; positive is the rarer one")
    return y


def _same(wanted: str, values: list[str]) -> str | None:
    """Find a value as the user writes it: 1 for 1.0, true for True or 1, and in other capitals where that is clear."""
    if wanted in values:
        return wanted
    number = _number(wanted)
    found = [value for value in values if number is not None and _number(value) == number]
    found = found or [value for value in values if value.casefold() == wanted.casefold()]
    for words in (_TRUE, _FALSE):
        if not found and len(values) == 2 and wanted.casefold() in words:
            found = [value for value in values if value.casefold() in (*words, f"{words[1]}.0")]
    return found[0] if len(found) == 1 else None


def _moments(column: pd.Series, name: str) -> pd.Series:
    if gaps := int(column.isna().sum()):
        raise ValueError(f"column '{name}' (--time) is missing in {plural(gaps, 'row')}; remove these")
    found = look(column.to_frame(), keep=[name]).columns[0]
    first = next(iter(found.values.values()), None)
    if found.kind not in ("numeric", "date") or first is None:
        raise ValueError(f"column '{name}' (--time) holds neither numbers nor dates")
    return first.astype("float64").reset_index(drop=True)


def as_they_are(table: pd.DataFrame) -> pd.DataFrame:
    """Give numbers as numbers, times as seconds, all else as categories; leave out columns without any value."""
    columns = {}
    for name, column in table.items():
        if column.isna().all():
            continue
        if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
            if pd.api.types.is_datetime64_any_dtype(column.dtype):
                columns[name] = (column - column.min()).dt.total_seconds()
            else:
                columns[name] = column.astype("str").where(column.notna()).astype("category")
        else:
            columns[name] = column.astype("float64") if column.isna().any() else column
    return pd.DataFrame(columns).reset_index(drop=True)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
