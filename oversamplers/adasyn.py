"""ADASYN: more new points where a positive has more negatives among its neighbours.

He, Bai, Garcia & Li 2008, ADASYN: Adaptive Synthetic Sampling Approach for Imbalanced Learning,
doi 10.1109/IJCNN.2008.4633969.
"""

APPROXIMATE = True  # each positive's share is rounded by itself
SEARCH = {"n_neighbors": [3, 5, 10, 20]}


def make(random_state, sampling_strategy="auto", n_neighbors=5):
    from imblearn.over_sampling import ADASYN

    return ADASYN(random_state=random_state, sampling_strategy=sampling_strategy, n_neighbors=n_neighbors)
