"""Gaussian noise on duplicated positives: a smoothed bootstrap, narrower than ROSE's.

Menardi & Torelli 2014, Training and assessing classification rules with imbalanced data,
doi 10.1007/s10618-012-0295-5.
"""

EXPECTED_FAILURES = {
    "columns and types kept": "imbalanced-learn's smoothed bootstrap gives float64; the harness casts it back",
    "check_samplers_preserve_dtype": "imbalanced-learn's smoothed bootstrap gives float64",
}
SEARCH = {"shrinkage": [0.03, 0.1, 0.3]}


def make(random_state, sampling_strategy="auto", shrinkage=0.1):
    """Build the sampler.

    The noise in each column has the standard deviation ``shrinkage * h * std``, std being that column's among the
    rows of the class and ``h = (4 / ((d + 2) n)) ** (1 / (d + 4))`` Silverman's rule (0.89 on Adult). The default,
    about a tenth of a column's spread, is the size of the noise that the article adds to its latent points; 1 is ROSE
    as published, which on 108 mostly binary columns leaves little of a row.
    """
    from imblearn.over_sampling import RandomOverSampler

    return RandomOverSampler(random_state=random_state, sampling_strategy=sampling_strategy, shrinkage=shrinkage)
