"""What published results are said to be behind of."""

import oversampling_bench as ob
import pytest
from oversampling_bench.benchmarks.design.plan import make_plan
from oversampling_bench.benchmarks.design.suite import Suite
from oversampling_bench.benchmarks.record.folder import Results, read_results
from oversampling_bench.benchmarks.record.pending import behind
from oversampling_bench.benchmarks.record.provenance import Git, Provenance

COMMIT = Git(commit="c", dirty=False)


@pytest.fixture(scope="module")
def published(plugin, tmp_path_factory):
    """Give results of two contenders, the plan of today and its provenance."""
    chosen = {"datasets": [plugin("blobs")], "contenders": ["none", "random"]}
    plan = make_plan(Suite(name="quick", **chosen, classifiers=["tree"], seeds=[0, 1]))
    results = read_results(ob.run("quick", **chosen, learners="tree", out=tmp_path_factory.mktemp("raced")).folder)
    return Results(results.folder, results.cells, results.provenance.model_copy(update={"git": COMMIT})), plan


def said(results, plan, then=None, now=None):
    then = results.provenance.model_copy(update=then or {})
    today = Provenance.of(plan, 1, "").model_copy(update={"suite": then.suite} | (now or {}))
    return behind(Results(results.folder, results.cells, then), plan.cells, today)


def test_nothing_is_said_of_results_that_are_up_to_date(published):
    assert said(*published) == []


def test_each_kind_of_difference_is_said(published):
    results, plan = published
    then = results.provenance
    other = then.contenders["none"].model_copy(update={"code": "other"})
    table = then.data["blobs"].model_copy(update={"hash": "other"})
    differences = {
        "other code of contender none": ({"contenders": then.contenders | {"none": other}}, {}),
        "no contender random": ({"contenders": {"none": then.contenders["none"]}}, {}),
        "contender smote, which the suite does not ask for": ({"contenders": then.contenders | {"smote": other}}, {}),
        "no learner tree": ({"learners": {}}, {}),
        "other data in blobs": ({"data": {"blobs": table}}, {}),
        "no data set blobs": ({"data": {}}, {}),
        "data set b, which the suite does not ask for": ({"data": then.data | {"b": table}}, {}),
        "not known, for it cannot be used here: common (a package is missing)": (
            {},
            {"left_out": {"common": "a package is missing"}},
        ),
        "made of code that no commit holds": ({"git": None}, {}),
        f"numpy 0.1 → {then.versions['numpy']}": ({"versions": then.versions | {"numpy": "0.1"}}, {}),
    }
    for complaint, (then_changes, now_changes) in differences.items():
        assert said(results, plan, then_changes, now_changes) == [complaint]


def test_cells_and_measures_that_are_missing_are_said(published):
    results, plan = published
    fewer = Results(results.folder, results.cells.iloc[1:], results.provenance)
    assert said(fewer, plan) == ["1 cell missing, such as blobs · tree · none · seed 0"]


def test_a_measure_is_missing_where_the_code_that_measures_is_older(published):
    results, plan = published
    cannot_be_told = ["calibration_slope", "calibration_intercept"]  # of a tree, whose probabilities are 0 and 1
    assert results.cells[cannot_be_told].isna().all(axis=None)
    assert said(*published) == []
    younger = Results(results.folder, results.cells.assign(brier=float("nan")), results.provenance)
    missing = [f"no measure {name}" for name in ("brier", *cannot_be_told)]
    assert said(younger, plan, {"harness": ""}) == ["other code that measures", *missing]
