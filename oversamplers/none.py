"""No resampling: the training rows as they are, which every contender is compared with."""

ROLE = "control"
EXPECTED_FAILURES = {
    "check_target_type": "nothing is looked at, so nothing is refused",
    "check_sampler_get_feature_names_out": "imbalanced-learn's FunctionSampler without a function does not fit",
    "check_sampler_get_feature_names_out_pandas": "imbalanced-learn's FunctionSampler without a function does not fit",
}


def make(random_state, sampling_strategy="auto"):
    from imblearn import FunctionSampler

    return FunctionSampler(validate=False)  # without a function it hands back X and y untouched
