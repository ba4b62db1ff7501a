"""The booster of `filtered` in the learner's place, without new rows: what a learner that it teaches can come up to.

Friedman 2001, Greedy Function Approximation: A Gradient Boosting Machine, doi 10.1214/aos/1013203451.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"


def classifier(estimator):
    """Give the booster with the learner's seed; the learner itself is not used."""
    from ._booster import trees

    seed = getattr(estimator, "random_state", None)
    return trees(0 if seed is None else seed, "from_dtype")  # a table's categories stay categories
