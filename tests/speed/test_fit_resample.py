"""Seconds of `fit_resample` on Adult's training rows, every contender; run by `tox -e speed`."""

import pytest
from oversampling_bench.benchmarks import registry, wrapping
from oversampling_bench.benchmarks.resample import flag


@pytest.mark.parametrize("name", sorted(registry.installed("contender")))
def test_fit_resample(benchmark, adult_fold, name):
    module, params = wrapping.load(registry.find("contender", name), {})
    if not hasattr(module, "make"):
        pytest.skip("makes no rows")
    X = adult_fold.X_train if flag(module, "SPACE") == "table" else adult_fold.encoded_train
    sampler = module.make(random_state=0, **params)
    _, y = benchmark.pedantic(sampler.fit_resample, args=(X, adult_fold.y_train), rounds=3, warmup_rounds=1)
    assert set(y) == {0, 1}
