"""A contender in table space: SMOTENC, which sees categories as categories."""

SPACE = "table"


def make(random_state, sampling_strategy="auto", **params):
    from imblearn.over_sampling import SMOTENC

    return SMOTENC("auto", random_state=random_state, sampling_strategy=sampling_strategy, **params)
