"""Adds nothing on odd seeds, and says why; on even ones, it copies positives."""

from imblearn.over_sampling import RandomOverSampler

TAKES_LEARNER = True
DECLINES = True


class Declines(RandomOverSampler):
    learner = None

    def fit_resample(self, X, y):
        self.chosen_ = (
            type(self.learner.fitted(X, y)(X)).__name__ + f" of {sum(1 for _ in self.learner.folds(3))} folds"
        )
        self.declined_ = "the seed is odd" if self.random_state % 2 else ""
        return (X, y) if self.declined_ else super().fit_resample(X, y)


def make(random_state, sampling_strategy="auto", learner=None):
    sampler = Declines(random_state=random_state, sampling_strategy=sampling_strategy)
    sampler.learner = learner
    return sampler
