"""SMOTE: points on the lines between neighbouring positives.

Chawla, Bowyer, Hall & Kegelmeyer 2002, SMOTE: Synthetic Minority Over-sampling Technique, doi 10.1613/jair.953.
"""

SEARCH = {"k_neighbors": [3, 5, 10, 20]}


def make(random_state, sampling_strategy="auto", k_neighbors=5):
    from imblearn.over_sampling import SMOTE

    return SMOTE(random_state=random_state, sampling_strategy=sampling_strategy, k_neighbors=k_neighbors)
