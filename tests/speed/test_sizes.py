"""Seconds and memory against size: of samplers by rows, of the harness by cells; run by `tox -e speed`."""

import numpy as np
import pytest
import torch
from oversampling_bench.benchmarks.catalog import registry, wrapping

ROWS = [1_000, 10_000, 100_000, 1_000_000]
SCALING = ["random", "undersample", "gaussian_noise", "crossover", "basic_vae", "conditional_vae", "autoregressive"]
"""Contenders whose time is to be linear in rows."""

CELLS = [1_000, 10_000, 100_000]
N_TEST = 6513


@pytest.fixture(scope="module")
def table(adult):
    """Give a function that makes a table of so many rows: Adult's, repeated, their weights changed a little."""
    X, y = adult

    def make(n):
        rng = np.random.default_rng(0)
        chosen = rng.integers(len(X), size=n)
        rows = X.iloc[chosen].reset_index(drop=True)
        changed = (rows["fnlwgt"] * rng.uniform(0.9, 1.1, n)).round().astype(rows["fnlwgt"].dtype)
        return rows.assign(fnlwgt=changed), y.to_numpy()[chosen]

    return make


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("name", SCALING)
def test_rows(benchmark, table, adult_fold, peak, name, rows):
    benchmark.group = f"rows: {name}"
    torch.set_num_threads(1)
    contender = wrapping.load(registry.chosen("contender", name))
    X, y = table(rows)
    if contender.declared.space == "encoded":
        X = adult_fold.encoder.transform(X).astype(np.float32)
        X = X.toarray() if hasattr(X, "toarray") else X
    benchmark.pedantic(contender.sampler(0).fit_resample, args=(X, y), rounds=1)
    benchmark.extra_info |= {"size": rows, "peak_mb": peak()}
