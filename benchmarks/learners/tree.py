"""A decision tree, grown to the end."""

ARGMAX = True


def make(random_state, **params):
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=random_state, **params)
