"""Missing values: filled from the training rows, with a column that remembers where they were."""

import pandas as pd

MISSING = "(missing)"


def fill(fitted_on: pd.DataFrame, tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Fill the gaps of tables with the same columns.

    A gap in a numeric column takes the median of the rows in `fitted_on` (0 if it has none there), and a categorical
    column ``NAME (missing)`` is added that says yes or no. In a categorical column, a gap is a category of its own.
    Which columns have gaps is looked up in `tables`, all of them, so that they agree; without gaps nothing changes.
    """
    gappy = [name for name in fitted_on.columns if any(table[name].isna().any() for table in tables)]
    medians = {name: fitted_on[name].median() for name in gappy if not _is_categorical(fitted_on[name])}
    return [_filled(table, gappy, medians) for table in tables] if gappy else tables


def _filled(table: pd.DataFrame, gappy: list[str], medians: dict[str, float]) -> pd.DataFrame:
    columns = dict(table.items())
    for name in gappy:
        column = table[name]
        if _is_categorical(column):
            known = column if MISSING in column.cat.categories else column.cat.add_categories(MISSING)
            columns[name] = known.fillna(MISSING)
        else:
            median = medians[name]
            columns[name] = column.astype("float64").fillna(0.0 if pd.isna(median) else median)
            where = column.isna().map({True: "yes", False: "no"})
            columns[f"{name} {MISSING}"] = pd.Series(pd.Categorical(where, categories=["no", "yes"]), index=table.index)
    return pd.DataFrame(columns)


def _is_categorical(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)
