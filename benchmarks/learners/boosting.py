"""Histogram gradient boosting with scikit-learn's defaults."""

ARGMAX = True


def make(random_state, **params):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=random_state, **params)
