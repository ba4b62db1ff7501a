"""Logistic regression, L2 with C = 1."""


def make(random_state, max_iter=1000, **params):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=max_iter, random_state=random_state, **params)
