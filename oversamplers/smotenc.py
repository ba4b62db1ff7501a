"""SMOTENC: SMOTE on mixed columns; a new row takes its categories from the majority of its neighbours.

Chawla, Bowyer, Hall & Kegelmeyer 2002, SMOTE: Synthetic Minority Over-sampling Technique, doi 10.1613/jair.953
(section 6.1).
"""

SPACE = "table"
MEANT_FOR = "mixed"
SEARCH = {"k_neighbors": [3, 5, 10, 20]}


def make(random_state, sampling_strategy="auto", k_neighbors=5):
    from imblearn.over_sampling import SMOTENC

    return SMOTENC("auto", random_state=random_state, sampling_strategy=sampling_strategy, k_neighbors=k_neighbors)
