"""Seconds and memory of planner, store, merge and report against the number of cells; run by `tox -e speed`."""

import os
from dataclasses import replace

import numpy as np
import pytest
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.measure.outcome import Outcome, blank
from oversampling_bench.benchmarks.record.folder import STORE
from oversampling_bench.benchmarks.record.merge import merge
from oversampling_bench.benchmarks.record.pending import pending
from oversampling_bench.benchmarks.record.store import Store
from oversampling_bench.benchmarks.report.write import write

RIVALS = ["none", *(f"smote[k_neighbors={i}]" for i in range(1, 10))]
LEARNERS = ["forest", "forest_leaf5", "logistic", "boosting"]
N_TEST = 6513
"""Test rows, those of Adult: what a cell keeps of them is most of a store."""

PLANNED = [10_000, 100_000]
FINISHED = [2_000, 10_000, 40_000]


@pytest.fixture(autouse=True)
def noted(benchmark, request, peak):
    """Note the size, and the most memory that was held."""
    name, _, _ = request.node.name.removeprefix("test_").partition("[")
    benchmark.group = f"cells: {name}"
    if "size" in request.fixturenames:
        benchmark.extra_info["size"] = request.getfixturevalue("size")
    yield
    benchmark.extra_info["peak_mb"] = peak()


def planned(cells, dataset="adult"):
    seeds = list(range(cells // len(RIVALS) // len(LEARNERS)))
    changes = {"contenders": RIVALS, "classifiers": LEARNERS, "seeds": seeds, "datasets": [dataset]}
    return planning.make_plan(suites.read("quick").model_copy(update=changes))


@pytest.mark.parametrize("size", PLANNED)
def test_plan(benchmark, tmp_path, size):
    def plan():
        made = planned(size)
        with Store.open(tmp_path) as store:
            store.plan(made.cells, made.context)
            return pending(made.cells, store)

    assert len(benchmark.pedantic(plan, rounds=3).missing) == size


def outcomes(cells):
    """Make up what became of cells, as if they had run on Adult."""
    rng = np.random.default_rng(0)
    y = (rng.random(N_TEST) < 0.24).astype(int)
    probability = np.round(np.clip(0.3 * y + rng.random(N_TEST) * 0.7, 0, 1), 2)
    for cell in cells:
        rates = rng.normal(0.2, 0.01, size=4).tolist()
        record = blank(cell, "ok", "", "")
        record |= dict(zip(["error", "error_positive", "error_negative", "balanced_error"], rates, strict=True))
        record |= {"fn": 500, "tp": 1063, "fp": 400, "tn": N_TEST - 1963}
        record |= {f"error_positive_at_{rate}": rates[1] for rate in (1, 5, 10)}
        record |= {"n_train": 26_048, "n_test": N_TEST, "n_requested": 100, "n_synthetic": 100}
        record |= {"roc_auc": 0.9, "average_precision": 0.7, "brier": rates[0] / 2, "log_loss": 0.4}
        record |= {"sample_s": 0.1, "fit_s": 1.0, "predict_s": 0.1, "peak_mb": 300.0}
        record |= {name: 0.5 for name in record if name.startswith("synthetic_")}
        of_rows = {"y_test": y, "probability": probability, "predicted": (probability > 0.5).astype(int)}
        yield cell, Outcome(record, **of_rows, elapsed_s=1.0)


@pytest.mark.parametrize("size", [500, 2_000])
def test_store(benchmark, tmp_path, size):
    """Each outcome is on disk before the next one comes."""
    made = planned(size)
    ready = list(outcomes(made.cells))
    with Store.open(tmp_path) as store:
        store.plan(made.cells, made.context)
        benchmark.pedantic(lambda: [store.add(*each) for each in ready], rounds=1)
    benchmark.extra_info["mb_a_cell"] = (tmp_path / STORE).stat().st_size / 1e6 / size


@pytest.fixture(scope="module", params=FINISHED)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def filled(size, tmp_path_factory, make_provenance):
    """Give the folder of a store with so many finished cells, of 25 data sets where there are enough."""
    made = planned(400)
    names = [f"data_{number}" for number in range(size // 400)]
    cells = [replace(cell, dataset=name) for name in names for cell in made.cells]
    folder = tmp_path_factory.mktemp("filled")
    with Store.open(folder) as store:
        store.connection.execute("PRAGMA synchronous = OFF")
        store.plan(cells, made.context)
        for cell, outcome in outcomes(cells):
            store.add(cell, outcome)
        suite = {"name": "speed", "datasets": names, "classifiers": LEARNERS, "contenders": RIVALS}
        store.keep_provenance(make_provenance(suite, dict.fromkeys(RIVALS, "oversampler")))
    return folder, cells, made.context


def test_resume(benchmark, filled):
    folder, cells, context = filled

    def resume():
        with Store.open(folder) as store:
            store.plan(cells, context)
            return pending(cells, store), list(store.elapsed())

    found, _ = benchmark.pedantic(resume, rounds=2)
    assert len(found.done) == len(cells)


def test_merge(benchmark, filled, tmp_path):
    folder, _, _ = filled
    benchmark.pedantic(lambda: merge([folder], tmp_path / os.urandom(4).hex(), lambda store: store.path), rounds=1)


def test_report(benchmark, filled):
    folder, cells, _ = filled
    with Store.open(folder) as store:
        path = benchmark.pedantic(write, args=(store,), rounds=1)
    assert f"{len(cells)} of {len(cells)} cells scored" in path.read_text()
