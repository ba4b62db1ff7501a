"""Midpoints: each new row lies halfway between two random rows of its class."""

import numpy as np
from imblearn.over_sampling.base import BaseOverSampler
from sklearn.utils import check_random_state


class Midpoints(BaseOverSampler):
    """Put new rows halfway between two random rows of their class."""

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state

    def _fit_resample(self, X, y):
        rng = check_random_state(self.random_state)
        X_all, y_all = [X], [y]
        for label, count in self.sampling_strategy_.items():
            rows = X[y == label]
            one, two = rng.randint(len(rows), size=(2, count))
            X_all.append(((rows[one] + rows[two]) / 2).astype(X.dtype))
            y_all.append(np.full(count, label, dtype=y.dtype))
        return np.concatenate(X_all), np.concatenate(y_all)


def make(random_state, sampling_strategy="auto"):
    return Midpoints(random_state=random_state, sampling_strategy=sampling_strategy)
