"""RUSBoost, in the learner's place: AdaBoost with negatives dropped at random before each round.

Seiffert, Khoshgoftaar, Van Hulse & Napolitano 2010, RUSBoost: A Hybrid Approach to Alleviating Class Imbalance, doi
10.1109/TSMCA.2009.2029559.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
PRIOR = 0.5  # of each of its rounds; the scores of boosted trees are no probabilities, so that it is a rough guide


def classifier(estimator):
    """Give the ensemble with the learner's seed; the learner itself is not used."""
    from imblearn.ensemble import RUSBoostClassifier

    from ._ensemble import ensemble

    return ensemble(RUSBoostClassifier, estimator, n_estimators=50)
