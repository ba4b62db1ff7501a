"""Random forest of 100 trees, the article's. Breiman 2001, Random Forests, doi 10.1023/A:1010933404324."""

ARGMAX = True


def make(random_state, n_estimators=100, **params):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=n_estimators, n_jobs=1, random_state=random_state, **params)
