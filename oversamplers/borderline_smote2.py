"""Borderline-SMOTE 2: SMOTE from the positives that have mostly negatives around them, towards either class.

Han, Wang & Mao 2005, Borderline-SMOTE: A New Over-Sampling Method in Imbalanced Data Sets Learning,
doi 10.1007/11538059_91.
"""

SEARCH = {"k_neighbors": [3, 5, 10], "m_neighbors": [5, 10, 20]}


def make(random_state, sampling_strategy="auto", k_neighbors=5, m_neighbors=10):
    from imblearn.over_sampling import BorderlineSMOTE

    return BorderlineSMOTE(
        random_state=random_state,
        sampling_strategy=sampling_strategy,
        k_neighbors=k_neighbors,
        m_neighbors=m_neighbors,
        kind="borderline-2",
    )
