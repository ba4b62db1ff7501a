"""Class weights: no new rows; the learner weighs errors by the inverse of the class frequencies.

King & Zeng 2001, Logistic Regression in Rare Events Data, doi 10.1093/oxfordjournals.pan.a004868.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
NEEDS_WEIGHTS = True
EXPECTED_FAILURES = {
    "check_target_type": "nothing is looked at, so nothing is refused",
    "check_sampler_get_feature_names_out": "imbalanced-learn's FunctionSampler without a function does not fit",
    "check_sampler_get_feature_names_out_pandas": "imbalanced-learn's FunctionSampler without a function does not fit",
}


def classifier(estimator):
    """Give the same learner with ``class_weight="balanced"``; where it has none, with weights for its rows."""
    from ._weighing import weighing

    return weighing(estimator)
