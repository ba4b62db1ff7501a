"""Tables as gradient boosting libraries like them."""

from typing import Any

import pandas as pd


def numbered(X: Any) -> Any:
    """Call the columns of a table by their numbers: LightGBM refuses braces and commas, XGBoost brackets."""
    return X.set_axis([f"c{number}" for number in range(X.shape[1])], axis=1) if isinstance(X, pd.DataFrame) else X


def words_of_categories(X: Any) -> tuple[Any, list[str]]:
    """Write categories as words, gaps among them; give the table, and which columns are categorical."""
    if not isinstance(X, pd.DataFrame):
        return X, []
    categorical = list(X.select_dtypes("category").columns)
    return X.assign(**{name: X[name].astype("str").fillna("(missing)") for name in categorical}), categorical
