"""What a data set's `load` must give, and a look at it before anything is run on it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ..errors import UsageError, one_line
from .contract import FEWEST_DISTINCT, TIES, Folded, Grouped, Timed
from .entry import Choice
from .label import format_label


@dataclass(frozen=True)
class Tied:
    """What rows have to do with each other, beside their columns.

    Attributes
    ----------
    groups : Series of shape (n,), optional
        Rows of one group stay on one side of a split; a row without a group is one of its own.
    times : Series of shape (n,), optional
        Numbers or times: no row is trained on that is later than one that is tested on.
    folds : Series of shape (n,), optional
        What is tested on together; or "train" and "test".
    """

    groups: pd.Series | None = None
    times: pd.Series | None = None
    folds: pd.Series | None = None

    @property
    def all(self) -> tuple[pd.Series | None, ...]:
        """Give them all, in their order."""
        return self.groups, self.times, self.folds

    def of(self, rows: np.ndarray) -> "Tied":
        """Give groups and times of some rows, by their numbers; folds are of the whole table."""
        groups, times = (
            None if each is None else each.iloc[rows].reset_index(drop=True) for each in (self.groups, self.times)
        )
        return Tied(groups, times)


NOT_TIED = Tied()


class Table(BaseModel):
    """What a data set is: its hash, its size, the share of positives, how many columns are categorical or have gaps.

    `groups` counts what its rows are tied together by, where they are, `timed` and `folded` say whether they have times
    and folds.
    `source` names where its rows come from: tables that share it have one vote together. `duplicates` is the share of
    rows that equal an earlier one in every column, `notes` are what a user should know of the columns of a table of
    their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hash: str
    rows: int
    columns: int
    categorical: int
    positives: float
    missing: int
    groups: int | None = None
    timed: bool = False
    folded: bool = False
    source: str = ""
    duplicates: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Tell whether all columns are categorical, none, or some."""
        return "categorical" if self.categorical == self.columns else "mixed" if self.categorical else "numeric"


def describe_data(choice: Choice, label: str) -> Table:
    """Load a data set and look at it.

    Raises
    ------
    UsageError
        If it cannot be loaded, is no table of two classes, or has fewer positives than `positives` asks for.
    """
    entry, own = choice.entry, choice.without("positives").params
    try:
        module = entry.load()
        X, y = module.load(**own)
        check_data(X, y)
        tied = ties(module, own)
        if wrong := [len(each) for each in tied.all if each is not None and len(each) != len(y)]:
            raise ValueError(f"there are {len(y)} rows, and {wrong[0]} groups, times or folds")
        found = data_hash(X, y, *tied.all)
        notes = tuple(module.notes(**own)) if entry.how in ("table", "frame") else ()
    except Exception as error:
        said = str(error) if isinstance(error, ValueError) else one_line(error)
        raise UsageError(f"data set '{label}' cannot be loaded: {' '.join(said.split())}") from error
    wanted = choice.params.get("positives")
    if wanted is not None and wanted >= y.mean():
        raise UsageError(f"data set '{label}': positives={wanted} is not below its share, {y.mean():.4f}")
    rows, columns = X.shape
    return Table(
        hash=found,
        rows=rows,
        columns=columns,
        categorical=sum(isinstance(dtype, pd.CategoricalDtype) for dtype in X.dtypes),
        positives=float(y.mean()),
        missing=int(X.isna().any().sum()),
        groups=None if tied.groups is None else int(tied.groups.nunique()),
        timed=tied.times is not None,
        folded=tied.folds is not None,
        source=entry.declared().source_of(own.get("name"), otherwise=format_label(entry.name, own)),
        duplicates=float(X.duplicated().mean()),
        notes=notes,
    )


def check_data(X: Any, y: Any) -> None:
    """Refuse what a data set's `load` must not give.

    Raises
    ------
    ValueError
        If X is not a DataFrame of numbers and categories, y not a Series of 0 and 1 of the same length, or one class
        has fewer than two rows.
    """
    if not isinstance(X, pd.DataFrame) or not isinstance(y, pd.Series):
        raise ValueError(f"load() must give a DataFrame and a Series, got {type(X).__name__} and {type(y).__name__}")
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} rows and y {len(y)}")
    labels = y.unique().tolist()
    if set(labels) != {0, 1}:
        raise ValueError(f"y must hold 0 and 1, and both, got {labels[:5]}")
    if (fewest := int(y.value_counts().min())) < 2:
        raise ValueError(f"the rarer class has {fewest} row; two are needed, one to train on and one to test on")
    if (share := float(y.mean())) > 0.5:
        raise ValueError(f"1 must be the rarer class, but {share:.1%} of the rows are 1")
    if not len(X.columns):
        raise ValueError("X has no columns")
    if not all(isinstance(name, str) for name in X.columns):
        raise ValueError("names of columns must be text: X.columns = X.columns.astype(str)")
    if len(set(X.columns)) < len(X.columns):
        raise ValueError("two columns of X have the same name")
    for name, dtype in X.dtypes.items():
        if not isinstance(dtype, pd.CategoricalDtype) and not pd.api.types.is_numeric_dtype(dtype):
            raise ValueError(f"column '{name}' is of type {dtype}; make it a number, or category")
        if pd.api.types.is_float_dtype(dtype) and np.isinf(X[name].to_numpy(dtype="float64", na_value=0.0)).any():
            raise ValueError(f"column '{name}' holds infinite values")
    distinct = y.to_numpy()[~X.duplicated().to_numpy()]
    if len(distinct) < FEWEST_DISTINCT or min((distinct == 0).sum(), (distinct == 1).sum()) < 2:
        raise ValueError(
            f"of its {len(X)} rows, {len(distinct)} differ, {int((distinct == 1).sum())} of them positive; "
            f"{FEWEST_DISTINCT} are needed, two of each class, for copies of a row stay on one side of a split"
        )


def ties(module: ModuleType, params: Mapping[str, Any]) -> Tied:
    """Give a data set's groups, times and folds, row by row; None for what it has not.

    Raises
    ------
    ValueError
        If they are no Series, or a time is missing.
    """
    groups = module.groups(**params) if isinstance(module, Grouped) else None
    times = module.times(**params) if isinstance(module, Timed) else None
    folds = module.folds(**params) if isinstance(module, Folded) else None
    for what, found in zip(TIES, (groups, times, folds), strict=True):
        if found is not None and not isinstance(found, pd.Series):
            raise ValueError(f"{what}() must give a Series, or None, got {type(found).__name__}")
    if times is not None and (gaps := int(times.isna().sum())):
        raise ValueError(f"the time is missing in {gaps} rows")
    return Tied(groups, times, folds)


def data_hash(X: pd.DataFrame, y: pd.Series, *more: pd.Series | None) -> str:
    """Hash columns, types, values, labels, and what else there is."""
    parts = [repr([(str(name), str(dtype)) for name, dtype in X.dtypes.items()]).encode()]
    there: list[pd.DataFrame | pd.Series] = [X, y, *(each for each in more if each is not None)]
    parts += [pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes() for part in there]
    parts += [repr([each is not None for each in more]).encode()] if len(there) > 2 else []
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]
