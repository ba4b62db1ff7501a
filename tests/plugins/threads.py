"""A contender that fails unless every thread pool of its process has one thread."""

from imblearn.over_sampling import RandomOverSampler
from threadpoolctl import threadpool_info


class OneThread(RandomOverSampler):
    def fit_resample(self, X, y):
        import torch

        pools = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}
        assert pools
        assert set(pools.values()) == {1}, pools
        assert torch.get_num_threads() == 1
        return super().fit_resample(X, y)


def make(random_state, sampling_strategy="auto"):
    return OneThread(random_state=random_state, sampling_strategy=sampling_strategy)
