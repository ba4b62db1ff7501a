"""K-means SMOTE: SMOTE within clusters that hold enough positives.

Last, Douzas & Bacao 2017, Oversampling for Imbalanced Learning Based on K-Means and SMOTE,
doi 10.48550/arXiv.1711.00837.
"""

APPROXIMATE = True  # a count is shared out between clusters, and each share rounded up
EXPECTED_FAILURES = {"check_samplers_fit": "no cluster of that check's table holds enough rows of its rarer class"}
SEARCH = {"k_neighbors": [2, 5, 10], "cluster_balance_threshold": [0.02, 0.05, 0.1]}


def make(random_state, sampling_strategy="auto", k_neighbors=2, cluster_balance_threshold=0.05):
    """Build the sampler.

    A cluster takes part if its share of positives reaches `cluster_balance_threshold`. imbalanced-learn's own default,
    "auto", asks for more than most clusters of ordinary data have, and then fails; 0.05 lets it run.
    """
    from imblearn.over_sampling import KMeansSMOTE
    from sklearn.cluster import MiniBatchKMeans

    return KMeansSMOTE(
        random_state=random_state,
        sampling_strategy=sampling_strategy,
        k_neighbors=k_neighbors,
        kmeans_estimator=MiniBatchKMeans(random_state=random_state, n_init=3),
        cluster_balance_threshold=cluster_balance_threshold,
    )
