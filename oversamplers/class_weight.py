"""Class weights: no new rows; the learner weighs errors by the inverse of the class frequencies.

King & Zeng 2001, Logistic Regression in Rare Events Data, doi 10.1093/oxfordjournals.pan.a004868.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
PRIOR = 0.5
NEEDS_WEIGHTS = True


def classifier(estimator):
    """Give the same learner with ``class_weight="balanced"``; where it has none, with weights for its rows."""
    from ._weighing import weighing

    return weighing(estimator)
