"""What belongs together stays together, and the future stays out of training."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oversampling_bench.benchmarks.catalog.data import NOT_TIED, Tied
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.design import splits
from oversampling_bench.benchmarks.protocols._units import joined
from oversampling_bench.benchmarks.verify.tables import ordinary
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split


def split(X, y, protocol, seed, tied=NOT_TIED):
    return splits.split(chosen("protocol", protocol), X, y, seed, tied)


def rows(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"a": rng.normal(size=n)}), pd.Series((rng.random(n) < 0.3).astype(int)), rng


def test_without_ties_it_is_scikit_learns_own_split():
    X, y, _ = rows()
    expected = train_test_split(np.arange(200), test_size=0.2, random_state=3, stratify=y)
    assert [side.tolist() for side in split(X, y, "strict", 3)] == [side.tolist() for side in expected]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(8, 60))
def test_no_group_and_no_copy_is_on_both_sides(seed, n_groups):
    X, y, rng = rows(seed=seed)
    X = X.round(1)  # copies, across groups
    groups = pd.Series(rng.integers(0, n_groups * 10, 200))
    groups = groups.where(groups < n_groups)  # most rows are of no group
    try:
        train, test = split(X, y, "strict", seed, Tied(groups=groups))
    except ValueError as error:
        assert "belongs together" in str(error) or "both classes" in str(error)  # noqa: PT017
        return
    assert sorted([*train, *test]) == list(range(200))
    assert not set(groups.iloc[train].dropna()) & set(groups.iloc[test].dropna())
    assert not set(X["a"].iloc[train]) & set(X["a"].iloc[test])


@pytest.mark.parametrize("seed", range(5))
def test_all_that_is_tested_on_is_later_than_all_that_is_learnt(seed):
    X, y, rng = rows()
    times = pd.Series(rng.permutation(200) // 3)
    train, test = split(X, y, "strict", seed, Tied(times=times))
    assert times.iloc[train].max() < times.iloc[test].min()
    assert len(train) > 95
    assert 38 <= len(test) <= 44
    again = split(X, y, "strict", seed, Tied(times=times))
    assert [train.tolist(), test.tolist()] == [side.tolist() for side in again]


def test_other_seeds_test_on_other_times():
    X, y, rng = rows()
    times = pd.Series(rng.permutation(200))
    assert len({int(times.iloc[split(X, y, "strict", seed, Tied(times=times))[1]].min()) for seed in range(8)}) > 4


def test_with_times_and_groups_nobody_who_was_seen_is_tested_on():
    X, y, rng = rows()
    tied = Tied(pd.Series(rng.integers(0, 150, 200)), pd.Series(np.arange(200)))
    train, test = split(X, y, "strict", 0, tied)
    assert not set(tied.groups.iloc[train]) & set(tied.groups.iloc[test])


def test_ties_reach_over_several_groups():
    assert joined(np.array([0, 1, 2, 1, 4]), pd.Series(["a", "b", "a", "a", None])).tolist() == [0, 0, 0, 0, 4]


def test_one_class_on_a_side_is_said():
    X, _, _ = rows()
    y = pd.Series([0] * 190 + [1] * 10)
    with pytest.raises(ValueError, match=r"the .* rows that are trained on do not hold both classes"):
        split(X, y, "strict", 0, Tied(times=pd.Series(np.arange(200))))
    with pytest.raises(ValueError, match="protocol 'article' splits row by row"):
        split(X, y, "article", 0, Tied(groups=pd.Series(np.arange(200))))


def test_groups_that_all_hold_positives_are_dealt_evenly():
    X, y, _ = rows(400)
    groups = pd.Series(np.arange(400) // 10)
    train, test = split(X, y, "strict", 0, Tied(groups=groups))
    assert 60 <= len(test) <= 100
    assert abs(y[test].mean() - y[train].mean()) < 0.1
    assert not set(groups[train]) & set(groups[test])


def numbered(n_positive=30, n=90):
    """Rows that all differ, and labels in a fixed order."""
    return pd.DataFrame({"a": np.arange(float(n))}), pd.Series([1] * n_positive + [0] * (n - n_positive))


@pytest.mark.parametrize("seed", [0, 4, 9])
def test_kfold_is_scikit_learns_own(seed):
    X, y = numbered()
    theirs = list(RepeatedStratifiedKFold(n_splits=2, n_repeats=5, random_state=111).split(X, y))[seed]
    for label in (
        "kfold[k=2,repeats=5,random_state=111]",
        "kfold[k=2,repeats=5,random_state=111,together=false]",
        "sklearn.model_selection:RepeatedStratifiedKFold[n_splits=2,n_repeats=5,random_state=111]",
    ):
        ours = chosen_split(label, X, y, seed)
        assert [side.tolist() for side in ours] == [side.tolist() for side in theirs], label


def chosen_split(label, X, y, seed=0, **tied):
    return splits.split(chosen("protocol", label), X, y, seed, Tied(**tied))


def test_every_row_is_tested_on_once_a_round_and_copies_together():
    unequal, y, rng = rows()
    groups = pd.Series(rng.integers(0, 60, 200))
    for X, tied in ((unequal.round(1), {}), (unequal, {"groups": groups})):
        tested = [chosen_split("kfold[k=4,repeats=2]", X, y, seed, **tied)[1] for seed in range(8)]
        for round_ in (tested[:4], tested[4:]):
            assert sorted(np.concatenate(round_)) == list(range(200))
            assert all(not set(X["a"][one]) & set(X["a"][two]) for one, two in combinations(round_, 2))
            assert not tied or all(not set(groups[one]) & set(groups[two]) for one, two in combinations(round_, 2))
        assert [each.tolist() for each in tested[:4]] != [each.tolist() for each in tested[4:]]


def test_rows_in_their_order_where_they_are_not_shuffled():
    X, y = numbered(45)
    y = pd.Series([0, 1] * 45)
    first = chosen_split("kfold[k=3,shuffle=false,stratified=false,together=false]", X, y, 0)[1]
    assert first.tolist() == list(range(30))


def test_predefined_folds_in_turn_and_the_official_split_every_time():
    X, y = numbered()
    y = pd.Series([0, 0, 1] * 30)
    folds = pd.Series(["b", "a", "c"]).repeat(30).reset_index(drop=True)
    assert [chosen_split("predefined", X, y, seed, folds=folds)[1][0] for seed in range(3)] == [30, 0, 60]
    official = pd.Series(["train"] * 60 + ["Test"] * 30)
    for seed in (0, 7):
        train, test = chosen_split("predefined", X, y, seed, folds=official)
        assert (len(train), test.tolist()) == (60, list(range(60, 90)))


def test_a_column_may_be_the_group_or_the_time():
    X, y, rng = rows()
    X = X.assign(hospital=rng.integers(0, 30, 200), year=rng.integers(1990, 2020, 200))
    train, test = chosen_split("groups[column=hospital]", X, y, 3)
    assert not set(X["hospital"][train]) & set(X["hospital"][test])
    train, test = chosen_split("time_order[column=year,earliest=0.7]", X, y, 3)
    assert X["year"][train].max() < X["year"][test].min()
    assert len(train) > 130


REFUSED = [
    ("kfold[k=40]", {}, "40 folds take 40 different rows of each class, and there are 30 of one"),
    ("kfold[k=1]", {}, "The 'k' parameter of kfold must be an int in the range [2, inf)"),
    ("kfold[k=five]", {}, "The 'k' parameter of kfold must be an int in the range [2, inf). Got 'five' instead."),
    ("kfold[shuffle=no]", {}, "The 'shuffle' parameter of kfold must be an instance of 'bool'. Got 'no' instead."),
    ("kfold[random_state=-1]", {}, "The 'random_state' parameter of kfold must be an int"),
    ("strict[test_size=2]", {}, "The 'test_size' parameter of strict must be a float in the range (0.0, 1.0)"),
    ("time_order[earliest=0.9]", {"times": pd.Series(range(90))}, "earliest=0.9 and test_size=0.2 are more than all"),
    ("kfold[k=3,shuffle=false,repeats=2]", {}, "shuffle=false deals the rows in their order"),
    ("kfold[k=3]", {"seed": 3}, "there are 3 splits, so seeds go from 0 to 2, and 3 is none"),
    ("kfold[together=false]", {"groups": pd.Series([0] * 90)}, "has groups, which together=false would part"),
    ("kfold[k=4]", {"groups": pd.Series([*range(3)] * 30)}, "4 folds take 4 groups, and there are 3"),
    ("predefined", {}, "the data set names no folds"),
    ("predefined", {"folds": pd.Series([0] * 90)}, "there is one fold only, 0"),
    ("predefined", {"folds": pd.Series([None, *[1] * 89])}, "the fold is missing in 1 rows"),
    ("predefined", {"folds": pd.Series([0] * 45 + [1] * 45), "seed": 2}, "there are 2 folds, so seeds go from 0 to 1"),
    ("predefined", {"folds": pd.Series([0] * 30 + [1] * 60)}, "the 60 rows that are trained on do not hold both"),
    ("predefined", {"folds": pd.Series(["train", "val", "test"] * 30)}, "'test' stands beside 'val' in the folds"),
    ("groups", {}, "the data set has no groups: name a column"),
    ("groups[column=b]", {}, "there is no column 'b'; columns: a"),
    ("time_order", {}, "the data set has no times: name a column"),
    ("article", {"times": pd.Series(range(90))}, "splits row by row, without regard to its times; take 'strict'"),
    ("sklearn.model_selection:KFold", {"seed": 5}, "KFold has fewer than 6 splits"),
    ("sklearn.model_selection:KFold", {"groups": pd.Series([0] * 90)}, "without regard to its groups"),
]


@pytest.mark.parametrize(("label", "given", "said"), REFUSED)
def test_what_cannot_be_split_is_said_in_one_line(label, given, said):
    given = dict(given)
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        chosen_split(label, *numbered(), given.pop("seed", 0), **given)
    assert "\n" not in str(refused.value)


def test_a_splitter_that_would_draw_others_each_time_is_refused():
    for name in ("ShuffleSplit", "KFold[shuffle=true]", "RepeatedKFold"):
        with pytest.raises(TypeError, match="would draw other splits each time: give random_state"):
            chosen_split(f"sklearn.model_selection:{name}", *numbered())


WRITES = {
    "leaks": "X['leak'] = y.to_numpy() * 1.0",
    "labels": "y[:] = 0; y[:50] = 1",
    "sorts": "X[:] = X.sort_values('height').to_numpy()",
}


@pytest.mark.parametrize("name", WRITES)
def test_what_a_protocol_writes_into_its_table_is_nobody_elses(name, tmp_path):
    path = tmp_path / f"{name}.py"
    path.write_text(
        "import numpy as np\n\n\ndef split(X, y, seed):\n    tested = np.arange(len(y)) % 5 == seed % 5\n"
        f"    {WRITES[name]}\n    return np.flatnonzero(~tested), np.flatnonzero(tested)\n"
    )
    X, y = ordinary()
    labels = pd.Series(y)
    before = X.copy(), labels.copy()
    chosen_split(str(path), X, labels, 1)
    assert X.equals(before[0])
    assert labels.equals(before[1])


def test_a_protocol_that_draws_other_rows_each_time_splits_nothing(tmp_path):
    path = tmp_path / "lucky.py"
    path.write_text(
        "import numpy as np\n\n\ndef split(X, y, seed):\n    tested = np.random.default_rng().random(len(y)) < 0.2\n"
        "    return np.flatnonzero(~tested), np.flatnonzero(tested)\n"
    )
    with pytest.raises(ValueError, match="protocol 'lucky' gives other rows each time, and so contenders other splits"):
        chosen_split(str(path), *numbered())


def test_a_protocol_by_path_runs_and_its_folder_is_not_published(tmp_path, cli, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "halves.py").write_text(
        '"""Every k-th row is tested on."""\nimport numpy as np\n\n\ndef split(X, y, seed, k=2):\n'
        "    tested = np.arange(len(y)) % k == seed % k\n    return np.flatnonzero(~tested), np.flatnonzero(tested)\n"
    )
    options = ["--dataset", "sklearn[name=wine]", "--classifier", "tree", "--contender", "none", "--seeds", "2"]
    done = cli("run", "quick", *options, "--protocol", tmp_path / "halves.py[k=3]", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    published = "".join(path.read_text() for path in (tmp_path / "out").glob("*.*") if path.suffix in (".md", ".json"))
    assert "Protocol `halves[k=3]` (every k-th row is tested on)" in published
    assert str(tmp_path) not in published
    name = "quick/sklearn[name=wine]/tree/none/1"
    again = cli("reproduce", name, "--out", tmp_path / "out", "--protocol", tmp_path / "halves.py")
    assert "same: " in again.out, again.out + again.err
    other = cli("run", "quick", *options, "--protocol", "halves.py[j=3]", "--out", tmp_path / "out")
    assert "unknown parameter of protocol 'halves': 'j'; valid: k" in other.err


def test_too_few_positives_for_k_folds_end_a_run_before_it_begins(cli, tmp_path):
    options = ["--dataset", "sklearn[name=wine]", "--contender", "none", "--seeds", "3", "--out", tmp_path / "out"]
    done = cli("run", "quick", *options, "--protocol", "kfold[k=60]")
    assert done.code == 2
    assert "cannot be split by protocol 'kfold', seed 0: 60 folds take 60 different rows of each class" in done.err
    done = cli("run", "quick", *options, "--protocol", "kfold[k=2]")
    assert done.code == 2
    assert "seed 2: there are 2 splits, so seeds go from 0 to 1, and 2 is none" in done.err
    done = cli("run", "quick", *options, "--protocol", "kfolds")
    assert "unknown protocol 'kfolds'; did you mean 'kfold'?" in done.err
    assert not (tmp_path / "out").exists()


def test_more_seeds_for_few_positives_may_be_more_than_there_are_splits(cli, tmp_path):
    (tmp_path / "few.toml").write_text(
        'datasets = ["common[name=haberman]"]\ncontenders = ["none"]\nprotocol = "kfold[k=2]"\nseeds = [0, 1]\n'
        "test_positives = 100\n"
    )
    done = cli("run", tmp_path / "few.toml", "--out", tmp_path / "out")
    assert done.code == 2
    assert "there are 2 splits, so seeds go from 0 to 1, and" in done.err


def test_a_column_of_ones_own_table_may_say_what_is_tested_on(cli, tmp_path):
    rng = np.random.default_rng(0)
    y = rng.permutation([0] * 60 + [1] * 30)
    table = pd.DataFrame({"x": rng.normal(y), "part": rng.choice(["train", "test"], 90), "y": y})
    table.to_csv(tmp_path / "mine.csv", index=False)
    options = ["--target", "y", "--positive", "1", "--fold", "part", "--protocol", "predefined", "--seeds", "2"]
    options += ["--contender", "none", "--classifier", "tree", "--out", tmp_path / "out"]
    done = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options)
    assert done.code == 0, done.err
    cells = pd.read_csv(tmp_path / "out" / "cells.csv")
    assert cells["n_test"].tolist() == [int((table["part"] == "test").sum())] * 2
    unheeded = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options[:6], "--out", tmp_path / "other")
    assert unheeded.code == 2
    assert "--fold goes with --protocol predefined: 'strict' splits without it" in unheeded.err
    assert "'part' says which rows are tested on" in (tmp_path / "out" / "details.md").read_text()
