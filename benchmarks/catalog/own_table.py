"""The user's own table as a data set: a CSV or Parquet file, a target column, and the value that is positive."""

import pickle
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from ..errors import a_few

_NESTED = (list, tuple, dict, set, np.ndarray)

SHOWN = 8
"""Names that a line lists."""

FEW = 10
"""A column of whole numbers with at most so many distinct values is named: it may be meant as categories."""

MOST_NOTES = 40
"""Notes on columns that are shown at most."""


def as_dataset(path: Path) -> ModuleType:
    """Make a data set of a file. Its `load` takes the column to predict and the value of it that is positive."""

    def load(target: Any, positive: Any) -> tuple[pd.DataFrame, pd.Series]:
        return split_off(read(path), target, positive)

    def notes(target: Any, positive: Any) -> list[str]:
        return describe(read(path).drop(columns=str(target)))

    dataset: Any = ModuleType(path.stem)
    dataset.load, dataset.notes = load, notes
    made: ModuleType = dataset
    return made


def as_frame(path: Path) -> ModuleType:
    """Make a data set of a table that `keep_frame` has kept."""

    def load() -> tuple[pd.DataFrame, pd.Series]:
        X, y = pickle.loads(path.read_bytes())
        return X, y

    dataset: Any = ModuleType(path.stem)
    dataset.load = load
    made: ModuleType = dataset
    return made


def keep_frame(path: Path, X: pd.DataFrame, y: pd.Series) -> Path:
    """Keep a table in a file, so that other processes can load it; give the path."""
    path.write_bytes(pickle.dumps((X, y)))
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
    if y is None:
        raise ValueError("a table X needs its labels y")
    if not isinstance(X, pd.DataFrame):
        values = np.asarray(X)
        if values.ndim != 2:
            raise ValueError(f"X must have rows and columns, got an array of shape {values.shape}")
        X = pd.DataFrame(values, columns=[f"x{i}" for i in range(values.shape[1])]).infer_objects()
    labels = pd.Series(np.asarray(y))
    if len(labels) != len(X):
        raise ValueError(f"X has {len(X)} rows and y {len(labels)}")
    positive = 1 if positive is None else positive
    table = X.set_axis([str(name) for name in X.columns], axis="columns").reset_index(drop=True)
    target = "y" if "y" not in table.columns else "(y)"
    if labels.dtype == bool:
        labels, positive = labels.astype(int), int(positive)
    return split_off(table.assign(**{target: labels}), target, positive, ("y", "positive"))


@cache
def read(path: Path) -> pd.DataFrame:
    """Read a table: numbers as numbers, all else as categories; columns without any value are dropped.

    Raises
    ------
    ValueError
        If it cannot be read, or holds no rows.
    """
    try:
        table = pd.read_parquet(path) if path.suffix.lower() == ".parquet" else pd.read_csv(path, low_memory=False)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except pd.errors.EmptyDataError:
        raise ValueError(f"{path.name} is empty") from None
    except ImportError as error:
        raise ValueError("Parquet needs the extra: pip install 'oversampling-bench[datasets]'") from error
    except Exception as error:
        raise ValueError(f"{path.name} cannot be read ({error})") from error
    if table.empty:
        raise ValueError(f"{path.name} has no rows")
    for name, column in table.items():
        if column.dtype == object and column.map(lambda value: isinstance(value, _NESTED)).any():
            raise ValueError(f"column '{name}' of {path.name} holds lists or records; give each a column")
    table.columns = [str(name) for name in table.columns]
    return table


def split_off(
    table: pd.DataFrame, target: Any, positive: Any, called: tuple[str, str] = ("--target", "--positive")
) -> tuple[pd.DataFrame, pd.Series]:
    """Split a table into X and y; `called` is what the user knows column and value by.

    Raises
    ------
    ValueError
        If there is no such column, it has gaps, or does not hold the positive value and one other.
    """
    target, positive = str(target), str(positive)
    if target not in table.columns:
        raise ValueError(f"there is no column '{target}' ({called[0]}); columns: {a_few(list(table.columns), most=40)}")
    labels = table[target]
    if gaps := int(labels.isna().sum()):
        raise ValueError(f"column '{target}' ({called[0]}) is missing in {gaps} rows; remove these")
    words = labels.astype(str).str.strip()
    values = words.unique().tolist()
    if positive not in values:
        # 1 is written 1.0 where the column holds fractions or had gaps
        same = [value for value in values if _number(value) is not None and _number(value) == _number(positive)]
        if not same:
            raise ValueError(
                f"column '{target}' has no value '{positive}' ({called[1]}); values: {a_few(values, most=SHOWN)}"
            )
        positive = same[0]
    if len(values) != 2:
        raise ValueError(f"column '{target}' must hold two values, it holds {len(values)}: {a_few(values, most=SHOWN)}")
    y = (words == positive).astype("int64").rename(target).reset_index(drop=True)
    if y.mean() > 0.5:
        raise ValueError(
            f"'{positive}' ({called[1]}) is the more frequent value of '{target}'; positive is the rarer one"
        )
    X = features(table.drop(columns=target))
    if X.empty:
        raise ValueError(f"there is no column with values beside '{target}' ({called[0]})")
    return X, y


def features(table: pd.DataFrame) -> pd.DataFrame:
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


def describe(table: pd.DataFrame) -> list[str]:
    """Say how each column was read, and which ones look as if they were not meant to be features."""
    read_as = features(table)
    categorical = [name for name in read_as.columns if isinstance(read_as[name].dtype, pd.CategoricalDtype)]
    numeric = [name for name in read_as.columns if name not in categorical]
    found = [
        f"numeric: {a_few(numeric, most=SHOWN)}" if numeric else "",
        f"categorical: {a_few(categorical, most=SHOWN)}" if categorical else "",
    ]
    seen: dict[int, str] = {}
    for name, column in table.items():
        distinct = column.nunique(dropna=False)
        same = seen.setdefault(hash(tuple(pd.util.hash_pandas_object(column, index=False))), str(name))
        if column.isna().all():
            found.append(f"column '{name}' has no values at all; left out")
        elif distinct == 1:
            found.append(f"column '{name}' is constant")
        elif same != name:
            found.append(f"column '{name}' repeats '{same}'")
        elif distinct == len(table) and not pd.api.types.is_float_dtype(column.dtype):
            found.append(f"column '{name}' has another value in every row, like an id; consider removing it")
        elif pd.api.types.is_integer_dtype(column.dtype) and 2 < distinct <= FEW:
            found.append(f"column '{name}' holds {distinct} whole numbers; if they are codes, write them as words")
    if gaps := [str(name) for name in read_as.columns if read_as[name].isna().any()]:
        found.append(f"with gaps, to be filled from training rows: {a_few(gaps, most=SHOWN)}")
    found = [note for note in found if note]
    more = len(found) - MOST_NOTES
    return found if more <= 0 else [*found[:MOST_NOTES], f"and {more} more such notes"]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
