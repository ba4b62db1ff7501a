"""Random under-sampling: negatives dropped at random until the classes balance; a free control."""

ROLE = "control"
CLEANS = True


def make(random_state, sampling_strategy="auto"):
    from imblearn.under_sampling import RandomUnderSampler

    if isinstance(sampling_strategy, dict) and set(sampling_strategy) == {1}:
        sampling_strategy = "auto"  # a suite's count of positives to add is nothing to an under-sampler
    return RandomUnderSampler(random_state=random_state, sampling_strategy=sampling_strategy)
