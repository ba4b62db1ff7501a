"""Seconds from 10,000 stored cells to the leaderboard: lift, statistics, figures, markdown; run by `tox -e speed`."""

from dataclasses import replace

import numpy as np
import pytest
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design.suite import Suite
from oversampling_bench.benchmarks.measure.outcome import Outcome, blank
from oversampling_bench.benchmarks.record.store import Store
from oversampling_bench.benchmarks.report.write import write

DATASETS, CLASSIFIERS, CONTENDERS, SEEDS, N_TEST = 25, 4, 10, 10, 6513


@pytest.fixture
def store(tmp_path, plugin, make_provenance):
    rng = np.random.default_rng(0)
    y = (rng.random(N_TEST) < 0.24).astype(int)
    probability = np.round(np.clip(0.3 * y + rng.random(N_TEST) * 0.7, 0, 1), 2)
    names = ["none", *(f"contender_{i}" for i in range(1, CONTENDERS))]
    datasets, learners = [f"data_{i}" for i in range(DATASETS)], [f"learner_{i}" for i in range(CLASSIFIERS)]
    one = Suite(name="speed", datasets=[plugin("blobs")], contenders=["none"], seeds=[0])
    (pattern,) = planning.make_plan(one).cells
    cells = [
        replace(pattern, dataset=dataset, classifier=learner, contender=name, seed=seed)
        for dataset in datasets
        for learner in learners
        for name in names
        for seed in range(SEEDS)
    ]
    suite = {"name": "speed", "datasets": datasets, "classifiers": learners, "contenders": names}
    with Store.open(tmp_path) as store:
        store.connection.execute("PRAGMA synchronous = OFF")
        store.plan(cells, "context")
        for cell in cells:
            rates = rng.normal(0.2, 0.01, size=4).tolist()
            record = blank(cell, "ok", "", "")
            record |= dict(zip(["error", "error_positive", "error_negative", "balanced_error"], rates, strict=True))
            record |= {"fn": 500, "tp": 1063, "fp": 400, "tn": N_TEST - 1963}
            record |= {f"error_positive_at_{rate}": rates[1] for rate in (1, 5, 10)}
            record |= {"n_train": 26048, "n_test": N_TEST, "n_requested": 100, "n_synthetic": 100}
            record |= {"roc_auc": 0.9, "average_precision": 0.7, "brier": rates[0] / 2, "log_loss": 0.4}
            record |= {"sample_s": 0.1, "fit_s": 1.0, "predict_s": 0.1, "peak_mb": 300.0}
            record |= {name: 0.5 for name in record if name.startswith("synthetic_")}
            store.add(cell, Outcome(record, y, probability, elapsed_s=1.0))
        store.keep_provenance(make_provenance(suite, dict.fromkeys(names, "oversampler")))
        yield store


def test_ten_thousand_cells(benchmark, store, peak):
    path = benchmark.pedantic(write, args=(store,), rounds=2)
    benchmark.extra_info["peak_mb"] = peak()
    print(f"peak memory: {peak():.0f} MB")
    assert "10000 of 10000 cells scored" in path.read_text()
