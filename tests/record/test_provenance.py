"""What `environment.json` says of runs into one folder; and that one of another format is refused, never misread."""

import json

import pytest
from oversampling_bench.benchmarks.catalog.data import Table
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.record.provenance import LastRun, Provenance

TABLE = Table(hash="1", rows=10, columns=2, categorical=0, positives=0.2, missing=0)
LAST = LastRun(cells=3, busy_s=1.0, wall_s=2.0, jobs=2)


@pytest.fixture
def first(make_provenance):
    return make_provenance(roles={"a": "oversampler"}, data={"d": TABLE}, last_run=LAST)


def test_a_later_run_keeps_what_earlier_ones_brought(first, make_provenance):
    now = make_provenance({"classifiers": ["logistic"]}, {"b": "control"}, data={"e": TABLE}, jobs=1)
    second = first.followed_by(now, ran=True)
    assert (set(second.contenders), set(second.data)) == ({"a", "b"}, {"d", "e"})
    assert set(second.learners) == {"forest", "logistic"}
    assert (second.last_run, second.jobs) == (LAST, 1)


def test_a_run_with_nothing_to_do_changes_nothing_but_the_suite(first, make_provenance):
    now = make_provenance({"seeds": [1]}, {"a": "oversampler"}, data={"d": TABLE}, jobs=1, cpu="Other")
    again = first.followed_by(now, ran=False)
    assert again == first.model_copy(update={"suite": now.suite})


def test_shards_hold_together_what_each_holds(first, make_provenance):
    other = make_provenance({"contenders": ["b"], "seeds": [0, 5]}, {"b": "control"})
    both = first.joined_with(other)
    assert (both.suite.contenders, both.suite.seeds) == (["none", "b"], [0, 5])
    assert set(both.contenders) == {"a", "b"}


def test_what_is_written_is_read_back(first, tmp_path):
    (tmp_path / "environment.json").write_text(first.text())
    assert Provenance.read(tmp_path / "environment.json") == first


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda content: content.pop("format"), "is of format 1, this is 3; make the results again"),
        (lambda content: content.update(format=4), "is of format 4, this is 3; make the results again"),
        (lambda content: content.update(cpus=3), "is damaged (cpus: extra inputs are not permitted)"),
        (lambda content: content["suite"].pop("datasets"), "is damaged (suite.datasets: field required)"),
    ],
)
def test_another_format_and_damage_are_told_apart_in_one_line(first, tmp_path, change, complaint):
    content = json.loads(first.text())
    change(content)
    path = tmp_path / "environment.json"
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError) as error:
        Provenance.read(path)
    assert str(error.value).startswith(f"{path} {complaint}")
    assert "\n" not in str(error.value)


def test_timings_of_different_hardware_or_jobs_are_labelled(run_small):
    label = "Not all measured alike"
    assert label not in (run_small("none", options=("--jobs", 1)).folder / "details.md").read_text()
    folder = run_small("random", options=("--jobs", 2)).folder
    assert label in (folder / "details.md").read_text()
    environment = json.loads((folder / "environment.json").read_text())
    assert environment["jobs"] == 2
    assert sorted(environment["machines"].values()) == [2, 2]
    assert {name[-12:] for name in environment["machines"]} == {" 1 at a time", " 2 at a time"}
