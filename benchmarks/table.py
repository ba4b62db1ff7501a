"""A table of one's own from Python: read from a file as `advise` and `run` read it, or made of arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UsageError

if TYPE_CHECKING:
    import numpy as np


class OwnTable:
    """A table of one's own, as it is read for `advise`.

    Attributes
    ----------
    X : DataFrame of shape (n, d)
        Numbers and categories.
    y : Series of shape (n,)
        1 where the target is positive.
    notes : list of str
        How the file and its columns were read, and what looks wrong.
    """

    def __init__(self, X: Any, y: Any, groups: Any = None, times: Any = None, notes: Sequence[str] = ()):
        self.X, self.y, self.notes = X, y, list(notes)
        self._groups, self._times = groups, times

    def split(self, seed: int) -> "tuple[np.ndarray, np.ndarray]":
        """Give the row numbers to train and to test on, as a run with this seed has them."""
        from .catalog.data import Tied
        from .catalog.registry import chosen
        from .design.splits import split

        return split(chosen("protocol", "strict"), self.X, self.y, seed, Tied(self._groups, self._times))


def read_table(
    path: str | Path,
    target: Any,
    positive: Any,
    *,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
) -> OwnTable:
    """Read a table from a CSV or Parquet file: numbers, categories and dates; ids and free text are left out.

    Parameters
    ----------
    path : path
        The file; whatever separates its columns and marks its decimals is found out.
    target, positive
        The column to predict, and the value of it that is positive.
    keep, drop : sequence of str
        Columns to keep although they look like ids; columns to leave out.
    group, time : str, optional
        The column that says which rows belong together; the one that says when a row is of.

    Raises
    ------
    UsageError
        If it cannot be read, in one line.
    """
    from .catalog.own_table.dataset import TableParts
    from .catalog.own_table.read import read

    if not Path(path).is_file():
        raise UsageError(f"table {path} does not exist")
    try:
        raw = read(Path(path).resolve())
        found = TableParts.of(raw.table, target, positive, keep, drop, group, time, raw.notes)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return OwnTable(found.X, found.y, found.groups, found.times, found.notes())


def of_arrays(X: Any, y: Any, positive: Any, name: str) -> Any:
    """Make a table (X, y) of features and labels; `name` is what it is to be called in every report.

    Raises
    ------
    UsageError
        If they are none, or it cannot be called so.
    """
    from .catalog.label import NAME
    from .catalog.own_table import dataset
    from .catalog.registry import installed

    if not NAME.fullmatch(name) or name in installed("dataset"):
        raise UsageError(
            f"name='{name}': give letters, digits and _, not a digit first, and no installed data set's name"
        )
    try:
        return dataset.of_arrays(X, y, positive)
    except ValueError as error:
        raise UsageError(str(error)) from error
