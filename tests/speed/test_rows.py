"""Seconds and memory of the generative contenders against the number of rows; run by `tox -e speed`."""

import numpy as np
import pytest
import torch
from oversampling_bench.benchmarks.catalog import registry, wrapping
from oversampling_bench.benchmarks.catalog.entry import Choice

SIZES = [26_048, 50_000, 100_000, 200_000, 500_000]
NAMES = ["crossover", "autoregressive", "conditional_vae", "filtered"]


@pytest.fixture(scope="module")
def rows(adult):
    """Give a function that makes a table of so many rows: Adult's, repeated, their weights changed a little."""
    X, y = adult

    def make(n):
        rng = np.random.default_rng(0)
        chosen = rng.integers(len(X), size=n)
        table = X.iloc[chosen].reset_index(drop=True)
        changed = (table["fnlwgt"] * rng.uniform(0.9, 1.1, n)).round().astype(table["fnlwgt"].dtype)
        return table.assign(fnlwgt=changed), y.to_numpy()[chosen]

    return make


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_rows(benchmark, rows, peak, name, n):
    torch.set_num_threads(1)
    contender = wrapping.load(Choice(registry.find("contender", name)))
    X, y = rows(n)
    _, y_new = benchmark.pedantic(contender.sampler(0).fit_resample, args=(X, y), rounds=1)
    benchmark.extra_info["peak_mb"] = peak()
    print(f"{name}, {n:,} rows: {benchmark.stats.stats.min:.1f} s, peak {peak():.0f} MB, {len(y_new) - n:,} new")
