"""Balanced random forest, in the learner's place: each tree learns from as many negatives as positives.

Chen, Liaw & Breiman 2004, Using Random Forest to Learn Imbalanced Data, UC Berkeley technical report 666.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
EXPECTED_FAILURES = {
    "check_target_type": "nothing is looked at, so nothing is refused",
    "check_sampler_get_feature_names_out": "imbalanced-learn's FunctionSampler without a function does not fit",
    "check_sampler_get_feature_names_out_pandas": "imbalanced-learn's FunctionSampler without a function does not fit",
}


def classifier(estimator):
    """Give the ensemble with the learner's seed; the learner itself is not used."""
    from imblearn.ensemble import BalancedRandomForestClassifier

    from ._ensemble import ensemble

    return ensemble(BalancedRandomForestClassifier, estimator, n_estimators=100, n_jobs=1)
