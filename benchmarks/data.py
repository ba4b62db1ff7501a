"""Look at a data set before anything is run on it."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from .entry import Entry
from .errors import UsageError, one_line
from .protocol import check_data, data_hash


@dataclass(frozen=True)
class Table:
    """What a data set is: its hash, its size, the share of positives, how many columns are categorical or have gaps.

    `notes` are what a user should know of the columns of a table of their own.
    """

    hash: str
    rows: int
    columns: int
    categorical: int
    positives: float
    missing: int
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Tell whether all columns are categorical, none, or some."""
        if self.missing and self.categorical == 0:
            return "mixed"  # a column for each with gaps says where they were, and is categorical
        return "categorical" if self.categorical == self.columns else "mixed" if self.categorical else "numeric"

    def as_dict(self) -> dict[str, Any]:
        """Give it for `environment.json`."""
        return asdict(self) | {"notes": list(self.notes)}


def describe_data(entry: Entry, params: dict[str, Any], label: str) -> Table:
    """Load a data set and look at it.

    Raises
    ------
    UsageError
        If it cannot be loaded, is no table of two classes, or has fewer positives than `positives` asks for.
    """
    own = {name: value for name, value in params.items() if name != "positives"}
    try:
        module = entry.load()
        X, y = module.load(**own)
        check_data(X, y)
        found = data_hash(X, y)
        notes = tuple(module.notes(**own)) if entry.how == "table" else ()
    except Exception as error:
        said = str(error) if isinstance(error, ValueError) else one_line(error)
        raise UsageError(f"data set '{label}' cannot be loaded: {' '.join(said.split())}") from error
    if "positives" in params and params["positives"] >= y.mean():
        raise UsageError(f"data set '{label}': positives={params['positives']} is not below its share, {y.mean():.4f}")
    categorical = sum(isinstance(dtype, pd.CategoricalDtype) for dtype in X.dtypes)
    rows, columns = X.shape
    return Table(found, rows, columns, categorical, float(y.mean()), int(X.isna().any().sum()), notes)
