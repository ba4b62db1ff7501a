"""imbalanced-learn's balanced ensembles in a learner's place, on whatever rows the learner wants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted


def ensemble(cls: type, estimator: Any, **params: Any) -> Any:
    """Give an ensemble with a learner's seed."""
    seed = getattr(estimator, "random_state", None)
    return make_pipeline(Numbers(), cls(random_state=0 if seed is None else seed, **params))


class Numbers(TransformerMixin, BaseEstimator):
    """Leave an array as it is; of a table, make medians of gaps and numbers of categories."""

    def fit(self, X: Any, y: Any = None) -> Numbers:
        """Learn categories and medians from rows (n, d)."""
        self.medians_ = dict(X.median(numeric_only=True)) if isinstance(X, pd.DataFrame) else {}
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Give numbers, (n, d); a category is its code, -1 where it is missing or new."""
        check_is_fitted(self)
        if not isinstance(X, pd.DataFrame):
            return np.asarray(X)
        columns = [
            X[name].cat.codes if isinstance(X[name].dtype, pd.CategoricalDtype) else X[name].fillna(self.medians_[name])
            for name in X
        ]
        return np.column_stack(columns).astype(np.float64)
