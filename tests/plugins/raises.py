"""A contender that raises on odd seeds."""


class Raises:
    def __init__(self, seed):
        self.seed = seed

    def fit_resample(self, X, y):
        if self.seed % 2:
            raise RuntimeError("planted\nfailure")
        return X, y


def make(random_state, sampling_strategy="auto"):
    return Raises(random_state)
