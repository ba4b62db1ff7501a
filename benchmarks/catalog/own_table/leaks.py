"""Columns that know too much: one alone, and the target is as good as known."""

import numpy as np
import pandas as pd

SUSPICIOUS = 0.99
"""ROC AUC from which a column alone is named."""

ENOUGH = 5000
"""Rows that are looked at."""

FEWEST = 10
"""Positives below which chance may do it."""


def leaks(X: pd.DataFrame, y: pd.Series) -> list[str]:
    """Name the columns that alone predict the target, cross-validated; nothing is done about them."""
    if int(y.sum()) < FEWEST:
        return []
    rows = np.random.default_rng(0).permutation(len(y))[:ENOUGH]
    labels = y.to_numpy()[rows]
    if min(labels.sum(), (1 - labels).sum()) < FEWEST:
        return []
    found = {str(name): _auc(X[name].iloc[rows], labels) for name in X.columns}
    return [
        f"column '{name}' alone predicts the target (ROC AUC {auc:.3f}); is it known before the target is? If not, "
        f"--drop '{name}'"
        for name, auc in found.items()
        if auc >= SUSPICIOUS
    ]


def _auc(column: pd.Series, y: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold
    from sklearn.tree import DecisionTreeClassifier

    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    values = column.cat.codes.to_numpy() if is_category else column.to_numpy(dtype=np.float64, na_value=np.nan)
    scores = np.empty(len(y))
    for train, test in StratifiedKFold(3, shuffle=True, random_state=0).split(values, y):
        if is_category:
            count = np.bincount(values[train] + 1, minlength=values.max() + 2)
            positives = np.bincount(values[train] + 1, weights=y[train], minlength=values.max() + 2)
            scores[test] = ((positives + y.mean()) / (count + 1))[values[test] + 1]
        else:
            tree = DecisionTreeClassifier(max_leaf_nodes=16, min_samples_leaf=2, random_state=0)
            scores[test] = tree.fit(values[train, None], y[train]).predict_proba(values[test, None])[:, 1]
    return float(roc_auc_score(y, scores))
