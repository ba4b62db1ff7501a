"""A contender that takes its process with it on odd seeds, and else oversamples."""

import os

from imblearn.over_sampling import RandomOverSampler


class Dies(RandomOverSampler):
    def fit_resample(self, X, y):
        if self.random_state % 2:
            os._exit(3)
        return super().fit_resample(X, y)


def make(random_state, sampling_strategy="auto"):
    return Dies(random_state=random_state, sampling_strategy=sampling_strategy)
