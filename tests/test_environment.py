"""What `environment.json` says of runs into one folder."""

import json

from oversampling_bench.benchmarks.environment import merge

NOW = {"suite": {"name": "s"}, "contenders": {"a": {}}, "data": {"d": "1"}, "cpu": "Abacus", "cores": 2, "jobs": 2}


def test_a_first_run_is_what_it_is():
    assert merge({}, NOW, ran=True) == NOW | {"last_run": None}


def test_a_later_run_keeps_what_earlier_ones_brought():
    first = merge({}, NOW, ran=True) | {"last_run": {"cells": 3}}
    second = merge(first, NOW | {"contenders": {"b": {}}, "data": {"e": "2"}}, ran=True)
    assert (set(second["contenders"]), set(second["data"])) == ({"a", "b"}, {"d", "e"})
    assert second["last_run"] == {"cells": 3}


def test_a_run_with_nothing_to_do_changes_nothing_but_the_suite():
    first = merge({}, NOW, ran=True)
    again = merge(first, NOW | {"jobs": 1, "cpu": "Other", "suite": {"name": "s", "seeds": [1]}}, ran=False)
    assert again == first | {"suite": {"name": "s", "seeds": [1]}}


def test_timings_of_different_hardware_or_jobs_are_labelled(run_small):
    label = "Not all measured alike"
    assert label not in (run_small("none", options=("--jobs", 1)).folder / "leaderboard.md").read_text()
    folder = run_small("random", options=("--jobs", 2)).folder
    assert label in (folder / "leaderboard.md").read_text()
    environment = json.loads((folder / "environment.json").read_text())
    assert environment["jobs"] == 2
    assert sorted(environment["machines"].values()) == [2, 2]
    assert {name[-12:] for name in environment["machines"]} == {" 1 at a time", " 2 at a time"}
