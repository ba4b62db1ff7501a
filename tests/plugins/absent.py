"""A contender whose package is not installed."""

import a_package_that_nobody_has  # noqa: F401


def make(random_state, sampling_strategy="auto"): ...
