"""From a table and a split to encoded training and test rows.

How rows are split, the protocol says; and whether the encoder is fitted on the training rows, or on all, as `article`
does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...catalog.contract import MOST_LEVELS, EncoderKind, EncoderRows
from ...catalog.data import NOT_TIED, Tied
from ...catalog.entry import Choice
from ...design.splits import make_scarcer, split, ties_heeded

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer


@dataclass(frozen=True)
class Fold:
    """One split of one data set, encoded.

    `X_train` and `X_test` are the table before encoding, its gaps filled; `encoded_train` and `encoded_test` are
    float32 arrays of shape (n_train, d) and (n_test, d); `encode_s` the seconds that fitting and applying the encoder
    took; `tied` says, by series of shape (n_train,), which training rows belong together, and when they are of,
    where the data set or the protocol does.
    """

    X_train: pd.DataFrame
    X_test: pd.DataFrame
    y_train: np.ndarray
    y_test: np.ndarray
    encoder: ColumnTransformer
    encoded_train: np.ndarray
    encoded_test: np.ndarray
    encode_s: float
    tied: Tied = NOT_TIED

    def groups(self) -> list[slice]:
        """Give the encoded columns of each categorical column."""
        widths = [len(levels) for levels in getattr(self.encoder.named_transformers_["cat"], "categories_", [])]
        start = self.encoded_train.shape[1] - sum(widths)  # one-hot columns come last
        return [slice(a, b) for a, b in pairwise(accumulate(widths, initial=start))]


@dataclass(frozen=True)
class HowEncoded:
    """How numeric columns are scaled, and by which rows the encoder is fitted."""

    kind: EncoderKind = "standard"
    rows: EncoderRows = "training"


USUAL = HowEncoded()


def make_encoder(X: pd.DataFrame, how: HowEncoded = USUAL) -> ColumnTransformer:
    """Scale numeric columns, one-hot categorical ones; columns in file order within each part."""
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder

    categorical = [column for column in X.columns if isinstance(X[column].dtype, pd.CategoricalDtype)]
    numeric = [column for column in X.columns if column not in categorical]
    one_hot = OneHotEncoder(handle_unknown="ignore" if how.rows == "training" else "error")
    return ColumnTransformer([("num", SCALERS[how.kind](), numeric), ("cat", one_hot, categorical)])


def _standard() -> Any:
    from sklearn.preprocessing import StandardScaler

    return StandardScaler()


def _between_0_and_1() -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

    # Rows are passed in float32: scaled in it, too, as whoever casts first does.
    single = FunctionTransformer(_single, inverse_func=_double)
    return make_pipeline(single, MinMaxScaler())


def _single(X: Any) -> np.ndarray:
    return np.asarray(X, dtype=np.float32)


def _double(X: Any) -> np.ndarray:
    return np.asarray(X, dtype=np.float64)


SCALERS: dict[EncoderKind, Callable[[], Any]] = {"standard": _standard, "minmax": _between_0_and_1}


def encode(encoder: ColumnTransformer, X: pd.DataFrame) -> np.ndarray:
    """Apply a fitted encoder; float32, dense."""
    encoded: Any = encoder.transform(X)
    return np.ascontiguousarray(encoded.toarray() if hasattr(encoded, "toarray") else encoded, dtype=np.float32)


def make_fold(
    X: pd.DataFrame,
    y: pd.Series,
    protocol: Choice,
    seed: int,
    positives: float | None = None,
    like: pd.DataFrame | None = None,
    tied: Tied = NOT_TIED,
    how: HowEncoded | None = None,
) -> Fold:
    """Split, make training positives scarcer where that is asked for, and encode.

    Test rows stay as they are. The rows are split as those of the table `like` are, where one is given; `tied` says
    what of it belongs together. The encoder is fitted on the rows that the protocol says, unless told `how`.
    """
    train, test = split(protocol, X if like is None else like, y, seed, tied)
    if positives is not None:
        train = make_scarcer(train, y.to_numpy(), positives, seed)
    fold = encoded_fold(X, y, train, test, how or HowEncoded(rows=protocol.entry.declared().encoder_rows))
    return replace(fold, tied=ties_heeded(protocol, X if like is None else like, tied).of(train))


def encoded_fold(X: pd.DataFrame, y: pd.Series, train: np.ndarray, test: np.ndarray, how: HowEncoded = USUAL) -> Fold:
    """Encode the rows of a split, by an encoder that is fitted on the training rows or on all."""
    labels = y.to_numpy()
    start = perf_counter()
    # Row numbers say where a row stood in the table, and that may say what its label is.
    X_train, X_test = (X.iloc[rows].reset_index(drop=True) for rows in (train, test))
    fitted_on = X_train if how.rows == "training" else X
    X_train, X_test, fitted_on = tidy(fitted_on, [X_train, X_test, fitted_on])
    encoder = make_encoder(X_train, how).fit(fitted_on)
    encoded_train, encoded_test = encode(encoder, X_train), encode(encoder, X_test)
    seconds = perf_counter() - start
    return Fold(X_train, X_test, labels[train], labels[test], encoder, encoded_train, encoded_test, seconds)


MISSING = "(missing)"
OTHER = "(other)"


def indicator(name: str) -> str:
    """Name the column that says where another one had gaps."""
    return f"{name} {MISSING}"


def fill(fitted_on: pd.DataFrame, tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Fill the gaps of tables with the same columns, by what the rows in `fitted_on` say.

    A gap in a numeric column takes their median (0 if they have none there), one in a categorical column becomes a
    category of its own. A numeric column in which they have gaps gets another beside it, ``NAME (missing)``, that says
    yes or no: rows outside of `fitted_on` have no say in which columns there are. Without gaps nothing changes.
    """
    gappy = [name for name in fitted_on.columns if any(table[name].isna().any() for table in (fitted_on, *tables))]
    remembered = {name for name in gappy if fitted_on[name].isna().any()}
    medians = {name: fitted_on[name].median() for name in gappy if not is_categorical(fitted_on[name])}
    return [_filled(table, gappy, remembered, medians) for table in tables] if gappy else tables


def tidy(fitted_on: pd.DataFrame, tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Lump rare categories and fill the gaps of tables with the same columns, as the rows in `fitted_on` say."""
    fitted_on, *tables = lump(fitted_on, [fitted_on, *tables])
    return fill(fitted_on, tables)


def lump(fitted_on: pd.DataFrame, tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Make one category, ``(other)``, of the rarer ones of a column that has more than `MOST_LEVELS`.

    Which these are, the rows in `fitted_on` say: the most frequent stay, the first of those that are equally frequent.
    A category that they do not have is among the others. Columns with fewer do not change.
    """
    kept = {}
    for name in fitted_on.columns:
        if is_categorical(fitted_on[name]) and len(fitted_on[name].cat.categories) > MOST_LEVELS:
            counts = fitted_on[name].value_counts(sort=False)
            there = counts[counts > 0].sort_values(ascending=False, kind="stable")
            if len(there) > MOST_LEVELS:
                kept[name] = there.index[: MOST_LEVELS - 1].astype(object)
    return [table.assign(**{name: _lumped(table[name], kept[name]) for name in kept}) for table in tables]


def _lumped(column: pd.Series, kept: pd.Index) -> pd.Series:
    words = column.astype(object)
    lumped = words.where(words.isin(kept) | words.isna(), OTHER)
    # One that is called so already is among them.
    return pd.Series(pd.Categorical(lumped, categories=[*kept.drop(OTHER, errors="ignore"), OTHER]), index=column.index)


def _filled(table: pd.DataFrame, gappy: list[str], remembered: set[str], medians: dict[str, float]) -> pd.DataFrame:
    columns = dict(table.items())
    for name in gappy:
        column = table[name]
        if is_categorical(column):
            known = column if MISSING in column.cat.categories else column.cat.add_categories(MISSING)
            columns[name] = known.fillna(MISSING)
            continue
        median = medians[name]
        columns[name] = column.astype("float64").fillna(0.0 if pd.isna(median) else median)
        if name in remembered:
            where = column.isna().map({True: "yes", False: "no"})
            columns[indicator(name)] = pd.Series(pd.Categorical(where, categories=["no", "yes"]), index=table.index)
    return pd.DataFrame(columns)


def is_categorical(column: pd.Series) -> bool:
    """Tell whether a column is of dtype `category`."""
    return isinstance(column.dtype, pd.CategoricalDtype)


def row_keys(rows: np.ndarray) -> list[bytes]:
    """Bytes of each row, so that equal rows have equal keys (-0 counts as 0)."""
    return [row.tobytes() for row in np.ascontiguousarray(rows) + 0.0]
