"""SMOTE, then every row that most of its neighbours contradict is dropped (edited nearest neighbours).

Batista, Prati & Monard 2004, A Study of the Behavior of Several Methods for Balancing Machine Learning Training Data,
doi 10.1145/1007730.1007735.
"""

CLEANS = True


def make(random_state, sampling_strategy="auto"):
    from imblearn.combine import SMOTEENN

    return SMOTEENN(random_state=random_state, sampling_strategy=sampling_strategy)
