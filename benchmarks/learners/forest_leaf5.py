"""Random forest of 100 trees with at least 5 rows in a leaf: its probabilities are smoother."""

ARGMAX = True


def make(random_state, n_estimators=100, min_samples_leaf=5, **params):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=n_estimators,
        min_samples_leaf=min_samples_leaf,
        n_jobs=1,
        random_state=random_state,
        **params,
    )
