"""Random duplication: positives drawn with replacement and appended; a free control, since it adds no information."""

ROLE = "control"


def make(random_state, sampling_strategy="auto"):
    from imblearn.over_sampling import RandomOverSampler

    return RandomOverSampler(random_state=random_state, sampling_strategy=sampling_strategy)
