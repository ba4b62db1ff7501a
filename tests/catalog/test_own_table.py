"""The user's own table: read, described, gaps filled from training rows; and every way in which it can be none."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog import own_table
from oversampling_bench.benchmarks.measure.protocol import MISSING, fill, make_fold, split
from oversampling_bench.benchmarks.record.folder import read_csv


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    n = 200
    y = np.where(np.arange(n) % 5 == 0, "yes", "no")
    income = rng.normal((y == "yes") * 2.0, 1.0)
    income[::7] = np.nan
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "income": income,
            "town": rng.choice(["Rome", "Oslo", None], n),
            "code": rng.integers(1, 5, n),
            "empty": np.full(n, np.nan),
            "constant": 1,
            "again": np.arange(n),
            "since": pd.date_range("2020-01-01", periods=n).astype(str),
            "member": rng.random(n) < 0.5,
            "left, or not": y,
        }
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_it_races_and_what_was_made_of_its_columns_is_said(cli, tmp_path, table, suffix):
    path = tmp_path / f"mine{suffix}"
    table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path)
    options = ("--target", "left, or not", "--positive", "yes", "--contender", "none", "--contender", "smotenc")
    done = cli("run", "quick", "--dataset", path, *options, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    for note in (
        "numeric: id, income, code, constant, again",
        "categorical: town, since, member",
        "column 'id' has another value in every row, like an id",
        "column 'empty' has no values at all; left out",
        "column 'constant' is constant",
        "column 'again' repeats 'id'",
        "column 'code' holds 4 whole numbers; if they are codes, write them as words",
        "with gaps, to be filled from training rows: income, town",
    ):
        assert note in done.err
    cells = read_csv(tmp_path / "out" / "cells.csv")
    assert set(cells["dataset"]) == {"mine[positive=yes,target='left, or not']"}
    assert set(cells["status"]) == {"ok"}
    again = cli("run", "quick", "--dataset", path, *options, "--out", tmp_path / "out")
    assert "4 cells, 4 done before" in again.err
    name = "quick/mine[positive=yes,target='left, or not']/forest/smotenc/1"
    assert cli("reproduce", name, "--out", tmp_path / "out", "--dataset", path).code == 0


def test_gaps_are_filled_from_training_rows_only(table):
    X, y = own_table.split_off(table, "left, or not", "yes")
    train, _ = split(X, y, "strict", 0)
    fold = make_fold(X, y, "strict", 0)
    median = X["income"].iloc[train].median()
    assert median != X["income"].median()
    was_missing = X["income"].iloc[train].isna().to_numpy()
    assert (fold.X_train["income"][was_missing] == median).all()
    assert (fold.X_train["income (missing)"] == "yes").tolist() == was_missing.tolist()
    assert (fold.X_train["town"] == MISSING).tolist() == X["town"].iloc[train].isna().tolist()
    assert np.isfinite(fold.encoded_train).all()
    assert np.isfinite(fold.encoded_test).all()


def test_test_rows_have_no_say_in_which_columns_there_are():
    train = pd.DataFrame({"a": [1.0, 2, 6], "b": pd.Categorical(["x", "y", "x"])})
    test = pd.DataFrame({"a": [np.nan], "b": pd.Categorical([None], categories=["x", "y"])})
    filled_train, filled_test = fill(train, [train, test])
    assert filled_test.iloc[0].tolist() == [2.0, MISSING]
    assert filled_train.columns.tolist() == filled_test.columns.tolist() == ["a", "b"]
    with_gap = pd.concat([train, pd.DataFrame({"a": [np.nan]})], ignore_index=True)
    assert fill(with_gap, [test])[0].iloc[0].tolist() == [2.0, MISSING, "yes"]
    assert fill(train, [train, train])[0] is train


@pytest.mark.parametrize("protocol", ["strict", "article"])
def test_a_gap_among_test_rows_makes_a_column_only_where_the_protocol_looks_at_them(protocol):
    X = pd.DataFrame({"a": np.arange(20.0), "b": pd.Categorical(["x", "y"] * 10)})
    y = pd.Series([0, 0, 0, 1] * 5)
    _, test = split(X, y, protocol, 0)
    X.loc[test[0]] = [np.nan, None]
    fold = make_fold(X, y, protocol, 0)
    assert ("a (missing)" in fold.X_train.columns) == (protocol == "article")
    assert fold.encoded_train.shape[1] == (3 if protocol == "strict" else 6)
    assert np.isfinite(fold.encoded_test).all()


@pytest.mark.parametrize(
    ("text", "target", "positive", "complaint"),
    [
        ("a,y\n1,no\n2,no\n", "y", "no", "column 'y' must hold two values, it holds 1: no"),
        ("a,y\n1,p\n2,q\n3,r\n", "y", "p", "column 'y' must hold two values, it holds 3: p, q, r"),
        ("a,y\n", "y", "p", "mine.csv has no rows"),
        ("", "y", "p", "mine.csv is empty"),
        ("a,y\n1,p\n2,q\n", "z", "p", "there is no column 'z' (--target); columns: a, y"),
        ("a,y\n1,p\n2,q\n", "y", "x", "column 'y' has no value 'x' (--positive); values: p, q"),
        ("a,y\n1,p\n2,\n3,q\n", "y", "p", "column 'y' (--target) is missing in 1 rows; remove these"),
        ("a,y\n1,p\n2,p\n3,q\n", "y", "p", "'p' (--positive) is the more frequent value of 'y'"),
        ("a,y\n1,p\n2,q\n3,q\n", "y", "p", "the rarer class has 1 row; two are needed"),
        ("a,y\n,p\n,q\n,q\n,p\n,q\n", "y", "p", "there is no column with values beside 'y'"),
        ("a,y\n1,p\n2,q,3\n", "y", "p", "cannot be read"),
        (b"a,y\n\xff\xfe,p\n", "y", "p", "mine.csv is not UTF-8"),
        (b"a,y\n1,1.0\n2,0.0\n3,1.0\n4,0.0\n5,0.0\n", "y", None, "data set 'mine' needs --positive VALUE"),
        ("a,y\n1,p\n", None, None, "data set 'mine' needs --target COLUMN"),
    ],
)
def test_a_table_that_cannot_be_is_named_in_one_line(cli, tmp_path, text, target, positive, complaint):
    path = tmp_path / "mine.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    options = [*(["--target", target] if target else []), *(["--positive", positive] if positive else [])]
    done = cli("run", "quick", "--dataset", path, *options, "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_one_is_found_where_the_column_says_one_point_zero():
    table = pd.DataFrame({"a": [1, 2, 3], "y": [1.0, 0.0, 0.0]})
    assert own_table.split_off(table, "y", 1)[1].tolist() == [1, 0, 0]


def test_the_rest_of_the_run_goes_on(cli, tmp_path, plugin):
    (tmp_path / "mine.csv").write_text("a,y\n1,no\n2,no\n")
    options = ("--target", "y", "--positive", "no", "--contender", "none", "--dataset", plugin("blobs"))
    done = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options, "--out", tmp_path / "out")
    assert done.code == 1
    assert "left out: data set 'mine[positive=no,target=y]' cannot be loaded: column 'y' must hold two" in done.err
    assert "must hold two values" in (tmp_path / "out" / "leaderboard.md").read_text()
    assert "2 of 2 cells scored" in (tmp_path / "out" / "leaderboard.md").read_text()


def test_target_without_a_table_is_named(cli):
    done = cli("run", "quick", "--target", "y")
    assert done.code == 2
    assert "--target goes with --dataset table.csv or table.parquet" in done.err
