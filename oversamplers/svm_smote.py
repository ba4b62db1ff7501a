"""SVM-SMOTE: SMOTE from the positives that are support vectors of an SVM.

Nguyen, Cooper & Kamei 2011, Borderline over-sampling for imbalanced data classification,
doi 10.1504/IJKESDP.2011.039875.
"""

APPROXIMATE = True  # it splits the count between inner and outer points, and rounds both
SEARCH = {"k_neighbors": [3, 5, 10], "m_neighbors": [5, 10, 20]}


def make(random_state, sampling_strategy="auto", k_neighbors=5, m_neighbors=10):
    from imblearn.over_sampling import SVMSMOTE

    return SVMSMOTE(
        random_state=random_state, sampling_strategy=sampling_strategy, k_neighbors=k_neighbors, m_neighbors=m_neighbors
    )
