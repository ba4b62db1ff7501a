"""The control that must show nothing: no new rows, and the learner with another seed.

What is said of it is chance, so it shows how often a benchmark finds what is not there. A learner that draws nothing
gives the same scores again.
"""

from .none import make  # noqa: F401  (the rows stay as they are)

ROLE = "control"
APART = 1_000_003
"""Added to the seed: far from any that a suite would take for another split."""


def classifier(estimator):
    """Give the same learner with another seed, in each of its steps that has one."""
    seeds = {name: seed for name, seed in estimator.get_params().items() if name.split("__")[-1] == "random_state"}
    return estimator.set_params(**{name: (seed + APART) % 2**32 for name, seed in seeds.items() if seed is not None})
