"""SMOTEN: SMOTE for tables of nothing but categories; each takes the majority of its neighbours'.

Chawla, Bowyer, Hall & Kegelmeyer 2002, SMOTE: Synthetic Minority Over-sampling Technique, doi 10.1613/jair.953
(section 6.2).
"""

import pandas as pd
from imblearn.over_sampling import SMOTEN

SPACE = "table"
MEANT_FOR = "categorical"
SEARCH = {"k_neighbors": [3, 5, 10, 20]}


class CategoricalOnly(SMOTEN):
    """SMOTEN that refuses numeric columns, which imbalanced-learn's would take for categories, value by value."""

    def fit_resample(self, X, y, **params):
        """Resample a table of categories."""
        numeric = [str(name) for name in X.columns if not isinstance(X[name].dtype, pd.CategoricalDtype)]
        if numeric:
            raise ValueError(f"SMOTEN is for categories only; numeric columns: {', '.join(numeric[:5])}")
        X_new, y_new = super().fit_resample(X.astype(object), y, **params)
        return X_new.astype(X.dtypes.to_dict()), y_new


def make(random_state, sampling_strategy="auto", k_neighbors=5):
    return CategoricalOnly(random_state=random_state, sampling_strategy=sampling_strategy, k_neighbors=k_neighbors)
