"""ROSE: a smoothed bootstrap, as published; positives drawn from normal kernels of Silverman's width around real ones.

Menardi & Torelli 2014, Training and assessing classification rules with imbalanced data,
doi 10.1007/s10618-012-0295-5.
"""

EXPECTED_FAILURES = {
    "columns and types kept": "imbalanced-learn's smoothed bootstrap gives float64; the harness casts it back",
    "check_samplers_preserve_dtype": "imbalanced-learn's smoothed bootstrap gives float64",
}
SEARCH = {"shrinkage": [0.3, 0.5, 1.0]}


def make(random_state, sampling_strategy="auto", shrinkage=1.0):
    from imblearn.over_sampling import RandomOverSampler

    return RandomOverSampler(random_state=random_state, sampling_strategy=sampling_strategy, shrinkage=shrinkage)
