"""Balanced random forest, in the learner's place: each tree learns from as many negatives as positives.

Chen, Liaw & Breiman 2004, Using Random Forest to Learn Imbalanced Data, UC Berkeley technical report 666.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
PRIOR = 0.5


def classifier(estimator):
    """Give the ensemble with the learner's seed; the learner itself is not used."""
    from imblearn.ensemble import BalancedRandomForestClassifier

    from ._ensemble import ensemble

    return ensemble(BalancedRandomForestClassifier, estimator, n_estimators=100, n_jobs=1)
