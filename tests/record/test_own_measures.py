"""Measures of the user's own: read, tried before anything runs, computed from what the store keeps."""

import shutil

import numpy as np
import oversampling_bench as ob
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.own_measure import OwnMeasure
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.scores import Predictions
from oversampling_bench.benchmarks.record.folder import read_results
from oversampling_bench.benchmarks.record.own_measures import Function
from oversampling_bench.benchmarks.record.store import Store
from sklearn.metrics import fbeta_score

F2, BRIER = "sklearn.metrics:fbeta_score[beta=2]", "sklearn.metrics:brier_score_loss"
COSTS = '''
import os
import time


def cost(y_true, y_pred, miss=10):
    """Ten false alarms cost as much as a miss."""
    return (miss * (y_true > y_pred) + (y_true < y_pred)).sum()


def raises(y_true, y_pred):
    if len(y_true) < 100:
        raise RuntimeError("no")
    return 0.0


def ends(y_true, y_pred):
    if len(y_true) < 100:
        os._exit(3)
    return 0.0


def sleeps(y_true, y_pred):
    time.sleep(60)


def writes(y_true, y_pred):
    y_true[:], y_pred[:] = 0, 0
    return 1.0


def subtracts(y_true, y_pred):
    return abs(y_true - y_pred).max()


def passing(y_true, y_pred):
    if len(y_true) < 100 and not os.path.exists({there!r}):
        raise RuntimeError("not there yet")
    return 0.5


def neither(truth, guess):
    return 0.0
'''


@pytest.fixture
def costs(tmp_path):
    path = tmp_path / "costs.py"
    path.write_text(COSTS.replace("{there!r}", repr(str(tmp_path / "there"))))
    return path


RACE = {"contenders": ["none", "threshold"], "learners": ["tree"]}


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    """Run two contenders on a small table, without measures; give the table and the folder."""
    folder = tmp_path_factory.mktemp("raced")
    a = [row * 37 % 101 for row in range(200)]
    y = [int(value + row % 7 > 80) for row, value in enumerate(a)]
    pd.DataFrame({"a": a, "b": [row % 13 for row in range(200)], "y": y}).to_csv(folder / "small.csv", index=False)
    label = f"{folder / 'small.csv'}[positive=1,target=y]"
    return folder / "small.csv", ob.run("quick", datasets=[label], **RACE, out=folder / "out").folder


@pytest.fixture
def begin(cli, raced, tmp_path):
    """Run two contenders on a small table, with measures, into a folder that is not there yet."""

    def run(*measures, **more):
        asked = [word for text in measures for word in ("--measure", text)]
        asked += [word for name, value in more.items() for word in (f"--{name}", str(value))]
        return cli(
            *("run", "quick", "--dataset", str(raced[0]), "--target", "y", "--positive", "1", "--contender", "none"),
            *("--contender", "threshold", "--classifier", "tree", "--out", str(tmp_path / "out"), *asked),
        )

    run.folder = tmp_path / "out"
    return run


@pytest.fixture
def race(begin, raced):
    """Run them again, with measures, into a folder that holds their cells."""
    shutil.copytree(raced[1], begin.folder)
    return begin


@pytest.mark.parametrize(
    ("text", "name", "better"),
    [
        (F2, "fbeta_score[beta=2]", "higher"),
        (BRIER, "brier_score_loss", "lower"),
        ("mine/costs.py:cost[miss=5, better=lower]", "cost[better=lower,miss=5]", "lower"),
        ("a:b_score[better=lower]", "b_score[better=lower]", "lower"),
        ("a:b_score[better=higher]", "b_score", "higher"),
        ("a:b_loss[on=probabilities]", "b_loss[on=probabilities]", "lower"),
    ],
)
def test_a_label_says_what_the_column_is_called_and_which_way_is_better(text, name, better):
    own = OwnMeasure.read(text)
    assert (own.name, own.better) == (name, better)
    again = OwnMeasure.of_column(own.name)
    assert (again.name, again.better) == (name, better)
    assert "/" not in own.published


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("f2", "give package.module:function or file.py:function"),
        ("a:cost", r"say which way is better, a:cost\[better=lower\] or a:cost\[better=higher\]"),
        ("a:cost[better=up]", "not up"),
        ("a:b_score[on=rows]", "on is decisions or probabilities, not rows"),
    ],
)
def test_what_is_no_measure_is_told_in_one_line(text, said):
    with pytest.raises(UsageError, match=said):
        OwnMeasure.read(text)


def test_numbers_are_those_of_the_function_itself(scored, costs):
    # Worked by hand: y 1 1 0 0, decisions 1 0 1 0: one miss, one false alarm.
    tested = Predictions(*(scored[name] for name in ("y", "predicted", "probability")), ranked=False)
    assert Function(OwnMeasure.read(f"{costs}:cost[better=lower,miss=5]")).of(tested) == 6
    assert Function(OwnMeasure.read(F2)).of(tested) == fbeta_score(tested.y, tested.predicted, beta=2)
    assert Function(OwnMeasure.read("sklearn.metrics:log_loss")).takes == ("probabilities", True)
    assert Function(OwnMeasure.read("sklearn.metrics:roc_auc_score")).takes == ("probabilities", False)


def test_labels_are_whole_numbers_and_no_bytes_which_know_no_minus_one(scored, costs):
    as_stored = [scored["y"].astype("u1"), scored["predicted"].astype("u1"), scored["probability"]]
    assert Function(OwnMeasure.read(f"{costs}:subtracts[better=lower]")).of(Predictions(*as_stored)) == 1.0


def test_ranks_are_no_probabilities(scored):
    ranked = Predictions(*(scored[name] for name in ("y", "predicted", "probability")), ranked=True)
    assert Function(OwnMeasure.read(BRIER)).of(ranked) is None
    assert Function(OwnMeasure.read("sklearn.metrics:roc_auc_score")).of(ranked) is not None


@pytest.fixture
def scored():
    return {
        "y": np.array([1, 1, 0, 0]),
        "predicted": np.array([1, 0, 1, 0]),
        "probability": np.array([0.9, 0.4, 0.6, 0.2]),
    }


def test_it_is_one_more_column_without_a_cell_run_again(race, costs):
    both = F2.replace("=2", "=0.5|2")
    done = race(both, BRIER, f"{costs}:cost[better=lower,miss=5]", f"{costs}:writes[better=higher]")
    assert done.code == 0, done.err
    assert "4 done before" in done.err
    cells = read_results(race.folder).cells
    assert cells["brier_score_loss"].tolist() == cells["brier"].tolist()
    assert cells["cost[better=lower,miss=5]"].tolist() == (5 * cells["fn"] + cells["fp"]).astype(float).tolist()
    assert (cells["fbeta_score[beta=0.5]"] != cells["fbeta_score[beta=2]"]).any()
    tp, fn, fp = (cells[name].astype(float) for name in ("tp", "fn", "fp"))
    assert cells["fbeta_score[beta=2]"].tolist() == pytest.approx((5 * tp / (5 * tp + 4 * fn + fp)).tolist())
    board = (race.folder / "details.md").read_text()
    assert "fbeta_score[beta=2] |" in board
    assert "- *cost[better=lower,miss=5]*: `costs.py:cost[better=lower,miss=5]`. Lower is better." in board
    assert str(costs.parent) not in board + (race.folder / "environment.json").read_text()


def test_one_that_failed_is_tried_again(race, costs, tmp_path):
    label = f"{costs}:passing[better=lower]"
    assert [race(label).code, race(label).code] == [1, 1]
    (tmp_path / "there").touch()
    assert race(label).code == 0
    assert read_results(race.folder).cells["passing[better=lower]"].tolist() == [0.5] * 4


def test_a_value_is_of_the_predictions_that_are_stored(race, costs, tmp_path):
    """Of a cell that was stored anew, or came from another folder, the old value is not shown."""
    label = f"{costs}:cost[better=lower]"
    race(label)
    with Store.open(race.folder) as store:
        name = OwnMeasure.read(label).name
        assert store.cells([name])[name].notna().all()
        where = next(iter(store.known()))
        store.connection.execute("UPDATE cells SET checksum = 'another' WHERE contender = ? AND seed = ?", where[2:])
        shown = store.cells([name]).set_index(["contender", "seed"])[name]
        assert shown.isna().to_dict() == {at: at == tuple(where[2:]) for at in shown.index}
        assert store.without(name) == [where]


def test_changed_code_is_computed_again(race, costs):
    label = f"{costs}:cost[better=lower]"
    race(label)
    before = read_results(race.folder).cells["cost[better=lower]"]
    costs.write_text(costs.read_text().replace("return (miss *", "return 1 + (miss *"))
    race(label)
    assert (read_results(race.folder).cells["cost[better=lower]"] - before).tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("raises", "failed on 4 cells, the first is small · tree · none · seed 0: RuntimeError: no"),
        ("ends", "its process ended itself with exit code 3"),
    ],
)
def test_one_that_fails_harms_nothing_but_its_column(race, costs, function, said):
    done = race(f"{costs}:{function}[better=lower]")
    assert done.code == 1
    assert said in done.err
    cells = read_results(race.folder).cells
    assert cells["error"].notna().all()
    assert cells[f"{function}[better=lower]"].isna().all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sklearn.metrics:fbeta_score", "missing a required argument: 'beta'"),
        ("sklearn.metrics:confusion_matrix[better=lower]", r"an array of shape (2, 2), and not a number"),
        ("no_such_package:f_score", "No module named 'no_such_package'"),
        ("absent.py:f_score", "measure file absent.py does not exist"),
        ("{costs}:nothing_score", "there is no function nothing_score"),
        ("{costs}:neither[better=lower]", "its second argument is 'guess'; call it y_pred for decisions"),
        ("{costs}:sleeps[better=lower]", "takes longer than 2 s to compute (--timeout)"),
    ],
)
def test_one_that_cannot_be_ends_the_command_before_anything_runs(begin, costs, text, said):
    done = begin(text.format(costs=costs), timeout=2)
    assert done.code == 2
    assert said in done.err
    assert not begin.folder.exists()
