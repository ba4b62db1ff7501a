"""Two folders compared, and when that fails whoever asked for it."""

import json
import shutil

import oversampling_bench as ob
import pytest


@pytest.fixture(scope="module")
def race(tmp_path_factory, plugin):
    """Run two contenders."""
    of = {"datasets": plugin("blobs"), "contenders": ["none", "random"], "learners": "tree", "seeds": 5}
    return ob.run("quick", **of, out=tmp_path_factory.mktemp("race") / "one").folder


@pytest.fixture
def changed(race, tmp_path):
    """Give a function that changes rows of a copy; it gives both folders."""
    one, two = race, tmp_path / "two"
    shutil.copytree(one, two)

    def change(contender, seeds=range(5), drop=False, **values):
        header, *rows = [line.split(",") for line in (two / "cells.csv").read_text().splitlines()]
        for row in list(rows):
            if row[3] == contender and int(row[4]) in seeds:
                if drop:
                    rows.remove(row)
                for name, value in values.items():
                    row[header.index(name)] = value(int(row[4])) if callable(value) else value
        (two / "cells.csv").write_text("".join(",".join(row) + "\n" for row in (header, *rows)))
        return one, two

    return change


WORSE = {"balanced_error": lambda seed: str(0.9 + seed / 1000)}
UNSCORED = {"status": "failed"} | dict.fromkeys(("error", "balanced_error", "roc_auc"), "")


@pytest.mark.parametrize(
    ("change", "fails_on", "line"),
    [
        ({}, None, ""),
        (WORSE, "worse", "Shown worse: blobs · tree · random (balanced error)."),
        (UNSCORED | {"seeds": [1]}, "failure", "1 cell failed: blobs · tree · random · seed 1: failed."),
        ({"status": "partial", "seeds": [2]}, "failure", "1 cell failed: blobs · tree · random · seed 2: partial."),
        ({"drop": True, "seeds": [0, 3]}, "failure", "2 cells failed: blobs · tree · random · seed 0: missing, "),
        ({"status": "declined"}, None, ""),
        ({"balanced_error": lambda seed: str(seed / 1000)}, None, ""),
    ],
)
def test_it_fails_on_what_it_was_asked_to_fail_on_and_on_nothing_else(changed, cli, change, fails_on, line):
    one, two = changed("random", **change)
    assert cli("compare", one, two).code == 0
    for asked in ("worse", "failure"):
        done = cli("compare", one, two, "--fail-on", asked)
        assert done.code == (asked == fails_on)
        assert (line in done.out.splitlines()[-1]) if asked == fails_on else "failed:" not in done.out
    both = cli("compare", one, two, "--fail-on", "worse", "--fail-on", "failure")
    assert both.code == (fails_on is not None)


def test_too_few_seeds_for_a_verdict_are_said_where_it_was_to_fail_on_one(changed, cli):
    one, two = changed("random", seeds=[4], drop=True)
    assert "Too few" not in cli("compare", one, two).out
    done = cli("compare", one, two, "--fail-on", "worse")
    assert done.code == 0
    assert "Too few seeds in common to show anything worse: blobs · tree · random." in done.out


def test_what_to_fail_on_is_one_of_two(cli):
    done = cli("compare", "one", "two", "--fail-on", "better")
    assert done.code == 2
    assert "'better' is not one of 'worse', 'failure'" in done.err
    assert done.err.count("\n") == 1


def test_in_python_the_same_is_known_of_it(changed):
    one, two = changed("random", **WORSE)
    found = ob.compare(one, two)
    assert found.worse == ["blobs · tree · random (balanced error)"]
    assert found.failures == found.unjudged == []
    assert "worse" in found


def test_splits_of_other_code_are_not_paired(changed, cli):
    one, two = changed("random")
    path = two / "environment.json"
    known = json.loads(path.read_text())
    path.write_text(json.dumps(known | {"protocol": known["protocol"] | {"code": "0" * 16}}))
    done = cli("compare", one, two)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "cannot be compared: they differ in the code of the protocol" in done.err
