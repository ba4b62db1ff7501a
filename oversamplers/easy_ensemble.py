"""EasyEnsemble, in the learner's place: ten AdaBoosts, each of all positives and as many negatives.

Liu, Wu & Zhou 2009, Exploratory Undersampling for Class-Imbalance Learning, doi 10.1109/TSMCB.2008.2007853.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
PRIOR = 0.5  # of each of its bags; the scores of boosted trees are no probabilities, so that it is a rough guide


def classifier(estimator):
    """Give the ensemble with the learner's seed; the learner itself is not used."""
    from imblearn.ensemble import EasyEnsembleClassifier

    from ._ensemble import ensemble

    return ensemble(EasyEnsembleClassifier, estimator, n_estimators=10, n_jobs=1)
