"""Seconds of `fit_resample` on Adult's training rows, every contender; run by `tox -e speed`."""

import pytest
from oversampling_bench.benchmarks.catalog import registry, wrapping
from oversampling_bench.benchmarks.catalog.entry import Choice


@pytest.mark.parametrize("name", sorted(registry.installed("contender")))
def test_fit_resample(benchmark, adult_fold, name):
    contender = wrapping.load(Choice(registry.find("contender", name)))
    if not contender.makes_rows:
        pytest.skip("makes no rows")
    X = adult_fold.X_train if contender.declared.space == "table" else adult_fold.encoded_train
    sampler = contender.sampler(0)
    _, y = benchmark.pedantic(sampler.fit_resample, args=(X, adult_fold.y_train), rounds=3, warmup_rounds=1)
    assert set(y) == {0, 1}
