"""Seconds from 10,000 stored cells to the leaderboard: lift, statistics, figures, markdown; run by `tox -e speed`."""

import numpy as np
import pytest
from oversampling_bench.benchmarks import memory, report
from oversampling_bench.benchmarks.record import COLUMNS
from oversampling_bench.benchmarks.store import Store, _pack

DATASETS, CLASSIFIERS, CONTENDERS, SEEDS, N_TEST = 25, 4, 10, 10, 6513


@pytest.fixture
def store(tmp_path):
    rng = np.random.default_rng(0)
    y = (rng.random(N_TEST) < 0.24).astype(int)
    probability = np.round(np.clip(0.3 * y + rng.random(N_TEST) * 0.7, 0, 1), 2)
    packed = (_pack(y, "u1"), _pack(probability, "f8"))
    names = ["none", *(f"contender_{i}" for i in range(1, CONTENDERS))]
    with Store.open(tmp_path) as store, store.connection as connection:
        for dataset in range(DATASETS):
            for classifier in range(CLASSIFIERS):
                for contender in names:
                    for seed in range(SEEDS):
                        where = (f"data_{dataset}", f"learner_{classifier}", contender, seed)
                        rates = rng.normal(0.2, 0.01, size=4).tolist()
                        record = dict.fromkeys(COLUMNS) | {"suite": "speed", "status": "ok", "phase": "", "reason": ""}
                        record |= dict(zip(["dataset", "classifier", "contender", "seed"], where, strict=True))
                        names_of_rates = ["error", "error_positive", "error_negative", "balanced_error"]
                        record |= dict(zip(names_of_rates, rates, strict=True))
                        record |= {"n_train": 26048, "n_test": N_TEST, "n_requested": 100, "n_synthetic": 100}
                        record |= {"roc_auc": 0.9, "average_precision": 0.7, "brier": rates[0] / 2, "log_loss": 0.4}
                        record |= {"sample_s": 0.1, "fit_s": 1.0, "predict_s": 0.1, "peak_mb": 300.0}
                        record |= {name: 0.5 for name in COLUMNS if name.startswith("synthetic_")}
                        values = ["key", "{}", *record.values(), 1.0, "", "{}", *packed]
                        connection.execute(f"INSERT INTO cells VALUES ({', '.join('?' * len(values))})", values)
                        connection.execute(
                            "INSERT INTO planned VALUES (?, ?, ?, ?, 'key', 'context', 'data', 'code')", where
                        )
        store.set_meta("environment", {
            "suite": {"name": "speed", "description": "", "protocol": "strict", "n_requested": None}
            | {"datasets": [f"data_{i}" for i in range(DATASETS)]}
            | {"classifiers": [f"learner_{i}" for i in range(CLASSIFIERS)]},
            "contenders": {name: {"role": "oversampler"} for name in names},
            "cpu": "", "cores": 2, "jobs": 2,
        })  # fmt: skip
        yield store


def test_ten_thousand_cells(benchmark, store):
    memory.reset_peak()
    path = benchmark.pedantic(report.write, args=(store,), rounds=2)
    benchmark.extra_info["peak_mb"] = memory.peak_mb()
    print(f"peak memory: {memory.peak_mb():.0f} MB")
    assert "10000 of 10000 cells scored" in path.read_text()
