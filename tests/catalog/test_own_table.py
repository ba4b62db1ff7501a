"""The user's own table: read, described, gaps filled from training rows; and every way in which it can be none."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog.own_table.columns import look
from oversampling_bench.benchmarks.catalog.own_table.dataset import TableParts, as_dataset
from oversampling_bench.benchmarks.catalog.own_table.leaks import leaks
from oversampling_bench.benchmarks.catalog.own_table.read import read, separator_of
from oversampling_bench.benchmarks.catalog.registry import as_name, chosen, find
from oversampling_bench.benchmarks.design.splits import split
from oversampling_bench.benchmarks.measure.rows.encoder import MISSING, fill, make_fold
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
        "numeric: income, code",
        "categorical: town, member",
        "dates, taken apart: since",
        "left out: id, empty, constant, again",
        "column 'id' has another number in every row, like an id; left out (--keep 'id' keeps it)",
        "column 'empty' has no values at all; left out",
        "column 'constant' is constant; left out",
        "column 'again' repeats 'id'",
        "column 'since' holds dates, read as year-month-day",
        "column 'code' holds 4 whole numbers; if they are codes, write them as words",
        "with gaps, to be filled from training rows: income, town",
    ):
        assert note in done.err
    cells = read_csv(tmp_path / "out" / "cells.csv")
    assert set(cells["dataset"]) == {"mine"}
    page = (tmp_path / "out" / "details.md").read_text()
    assert "- mine: column 'id' has another number in every row" in page
    assert "UCI Adult" not in page
    assert set(cells["status"]) == {"ok"}
    again = cli("run", "quick", "--dataset", path, *options, "--out", tmp_path / "out")
    assert "4 cells, 4 done before" in again.err
    name = "mine/mine/forest/smotenc/1"
    assert cli("reproduce", name, "--out", tmp_path / "out", "--dataset", path).code == 0


def test_gaps_are_filled_from_training_rows_only(table):
    found = TableParts.of(table, "left, or not", "yes")
    X, y = found.X, found.y
    train, _ = split(chosen("protocol", "strict"), X, y, 0)
    fold = make_fold(X, y, chosen("protocol", "strict"), 0)
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
    _, test = split(chosen("protocol", protocol), X, y, 0)
    X.loc[test[0]] = [np.nan, None]
    fold = make_fold(X, y, chosen("protocol", protocol), 0)
    assert ("a (missing)" in fold.X_train.columns) == (protocol == "article")
    assert fold.encoded_train.shape[1] == (3 if protocol == "strict" else 6)
    assert np.isfinite(fold.encoded_test).all()


@pytest.mark.parametrize(
    ("text", "target", "positive", "complaint"),
    [
        ("a,y\n1,no\n2,no\n", "y", "no", "column 'y' must hold two values, it holds 1: no (2)"),
        ("a,y\n", "y", "p", "mine.csv has no rows"),
        ("", "y", "p", "mine.csv is empty"),
        ("a,y\n1,p\n2,q\n", "z", "p", "there is no column 'z' (--target); columns: a, y"),
        ("a,y\n1,p\n2,q\n", "y", "x", "column 'y' has no value 'x' (--positive); values: p (1), q (1)"),
        ("a,y\n1,p\n2,p\n3,q\n", "y", "p", "'p' (--positive) is the more frequent value of 'y'"),
        ("a,y\n1,p\n2,q\n3,q\n", "y", "p", "the rarer class has 1 row; two are needed"),
        ("a,y\n,p\n,q\n,q\n,p\n,q\n", "y", "p", "there is no column with values beside 'y'"),
        ("a,y\n1,p\n2,q,3\n", "y", "p", "cannot be read"),
        (b"PK\x03\x04 a spreadsheet", "y", "p", "mine.csv is no text; save it as CSV or Parquet"),
        ("a,y\n1,p\n2,q\n", "y", None, "--positive VALUE is missing; values of 'y': p (1), q (1)"),
        ("a,y\n1,p\n", None, None, "--target COLUMN is missing; columns: a, y"),
        ("a,a,y\n1,2,p\n", "y", "p", "cannot be loaded"),
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
    assert TableParts.of(table, "y", 1).y.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        (["True", "False"], "true"),
        (["True", "False"], "1"),
        (["True", "False"], "yes"),
        (["yes", "no"], "Yes"),
        (["1", "0"], "true"),
        (["1.0", "0.0"], "1"),
        (["Y", "N"], "true"),
    ],
)
def test_a_positive_value_is_found_as_people_write_it(values, positive):
    table = pd.DataFrame({"a": [1, 2, 3], "y": [values[0], values[1], values[1]]})
    assert TableParts.of(table, "y", positive).y.tolist() == [1, 0, 0]


def test_one_value_against_the_rest_and_rows_without_a_target_are_said():
    table = pd.DataFrame({"a": [1, 2, 3, 4, 5], "y": ["p", "q", "r", None, "q"]})
    found = TableParts.of(table, "y", "p")
    assert found.y.tolist() == [1, 0, 0, 0]
    assert found.X["a"].tolist() == [1, 2, 3, 5]
    notes = found.notes()
    assert "'y' is missing in 1 row; left out" in notes
    assert "'p' against the rest of 'y': q, r" in notes


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["1.592,66", "7,5"], [1592.66, 7.5]),
        (["1,592.66", "7.5"], [1592.66, 7.5]),
        (["1,592", "7"], [1592, 7]),
        (["0,5", "12,25"], [0.5, 12.25]),
        (["€ 12", "€ 1 300"], [12, 1300]),
        (["12 %", "-3 %"], [12, -3]),
        (["1.234.567", "89"], [1234567, 89]),
        (["1e3", "2.5E-1"], [1000, 0.25]),
    ],
)
def test_numbers_as_people_write_them(words, numbers):
    column = look(pd.DataFrame({"a": words})).columns[0]
    assert column.kind == "numeric"
    assert column.values["a"].tolist() == numbers
    assert "numbers as text" in column.notes[0]


@pytest.mark.parametrize("words", [["01067", "80331"], ["1-2", "3-4"], ["12 Main St", "7 Elm"], ["1.2.3", "4.5.6"]])
def test_what_only_looks_like_a_number_stays_words(words):
    assert look(pd.DataFrame({"a": words})).columns[0].kind == "categorical"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (["2020-01-31", "2020-02-01"], 1),
        (["31.01.2020", "01.02.2020"], 1),
        (["01/31/2020", "02/01/2020"], 1),
        (["31/01/2020", "01/02/2020"], 1),
        (["2020-01-31 12:00", "2020-02-01 00:00"], 0.5),
        (["31 Jan 2020", "1 Feb 2020"], 1),
    ],
)
def test_dates_are_taken_apart(words, days):
    column = look(pd.DataFrame({"a": words})).columns[0]
    assert column.kind == "date"
    first, last = column.values["a (days)"]
    assert last - first == days
    assert column.values["a (month)"].tolist() == [1, 2]


def test_a_date_that_could_be_read_in_two_ways_is_named():
    column = look(pd.DataFrame({"a": ["01/02/2020", "03/04/2020"]})).columns[0]
    assert column.notes == ("holds dates, read as month/day/year (day/month/year would fit, too)",)


def test_ids_and_free_text_are_left_out_unless_kept():
    n = 50
    table = pd.DataFrame(
        {
            "customerID": [f"C{i * 7919 % 100_000}" for i in range(n)],
            "Unnamed: 0": range(n),
            "amount": np.random.default_rng(0).permutation(n * 3)[:n],
            "note": [f"a complaint of some length about matter number {i} and others" for i in range(n)],
            "city": [f"city {i % 30}" for i in range(n)],
        }
    )
    assert look(table).named("left out") == ["customerID", "Unnamed: 0", "note"]
    assert look(table, keep=["note"]).named("categorical") == ["note", "city"]
    assert look(table).named("numeric") == ["amount"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_and_encodings_are_found_out(tmp_path, encoding, separator):
    rows = [["Größe", "Ort", "y"], ["1.5", "Köln", "ja"], ["2.5", "Zürich, Stadt", "nein"]]
    quoted = "\n".join(separator.join(f'"{each}"' if separator in each else each for each in row) for row in rows)
    (tmp_path / "t.csv").write_bytes(quoted.encode(encoding))
    table = read(tmp_path / "t.csv").table
    assert table.columns.tolist() == ["Größe", "Ort", "y"]
    assert table["Ort"].tolist() == ["Köln", "Zürich, Stadt"]
    assert table["Größe"].tolist() == [1.5, 2.5]


def test_a_code_keeps_its_leading_zero(tmp_path):
    (tmp_path / "t.csv").write_text("zip,y\n01067,a\n80331,b\n")
    assert read(tmp_path / "t.csv").table["zip"].tolist() == ["01067", "80331"]


def test_one_column_has_no_separator():
    assert separator_of(["a", "1", "2"]) == ","


def test_a_column_that_knows_the_target_is_named():
    rng = np.random.default_rng(0)
    y = pd.Series((rng.random(300) < 0.2).astype(int))
    X = pd.DataFrame(
        {"good": rng.normal(y), "cancelled": 3.0 * y + rng.random(300), "why": np.where(y, "left", "none")}
    )
    X["why"] = X["why"].astype("category")
    found = leaks(X, y)
    assert ["'cancelled' alone predicts" in found[0], "'why' alone predicts" in found[1]] == [True, True]
    assert len(found) == 2


def test_groups_and_times_reach_the_splits(cli, tmp_path):
    rng = np.random.default_rng(0)
    n = 200
    table = pd.DataFrame({"who": rng.integers(0, 60, n), "when": pd.date_range("2020-01-01", periods=n).astype(str)})
    table = table.assign(a=rng.normal(size=n), y=np.where(rng.random(n) < 0.3, "yes", "no"))
    table.to_csv(tmp_path / "mine.csv", index=False)
    module = as_dataset(tmp_path / "mine.csv")
    params = {"target": "y", "positive": "yes", "group": "who", "time": "when"}
    assert module.groups(**params).tolist() == table["who"].tolist()
    assert module.times(**params).is_monotonic_increasing
    assert "who" not in module.load(**params)[0]
    options = ["--target", "y", "--positive", "yes", "--contender", "none", "--out", tmp_path / "out"]
    plain = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options)
    assert plain.code == 0, plain.err
    before = read_csv(tmp_path / "out" / "cells.csv")
    done = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options, "--group", "who", "--time", "when")
    assert done.code == 0, done.err
    assert f"rows with the same 'who' stay on one side of a split ({table['who'].nunique()} groups)" in done.err
    assert not before["n_train"].equals(read_csv(tmp_path / "out" / "cells.csv")["n_train"])


@pytest.mark.parametrize("name", ["churn semicolon.csv", "kündigungen-2024.csv"])
def test_any_file_name_will_do_and_gets_a_folder_of_its_own(cli, tmp_path, monkeypatch, name):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=60), "y": ["yes", "no", "no"] * 20})
    table.to_csv(tmp_path / name, sep=";", index=False)
    monkeypatch.chdir(tmp_path)
    options = ("--target", "y", "--positive", "yes", "--contender", "none")
    done = cli("run", "quick", "--dataset", name, *options)
    assert done.code == 0, done.err
    folder = tmp_path / "results" / as_name(name.removesuffix(".csv"))
    assert (folder / "leaderboard.md").exists()
    again = cli("reproduce", f"{folder.name}/{folder.name}/forest/none/0", "--dataset", name)
    assert again.code == 0, again.err
    refused = cli("run", "quick", "--contender", "none", "--out", folder)
    assert refused.code == 2
    assert "holds" in refused.err
    assert "choose another folder" in refused.err


def test_a_folder_of_another_data_set_is_refused_even_without_its_store(cli, run_small, tmp_path):
    folder = run_small("none").folder
    (folder / "cells.sqlite").unlink()
    done = cli("run", "quick", "--contender", "none", "--out", folder)
    assert done.code == 2
    assert "holds the results of blobs, and not of adult; choose another folder, or start over with --fresh" in done.err


def test_a_table_that_is_called_like_a_data_set_gets_another_name(tmp_path):
    (tmp_path / "adult.csv").write_text("a,y\n1,0\n")
    assert find("dataset", str(tmp_path / "adult.csv")).name == "adult_table"


def test_what_is_a_number_in_one_part_of_a_large_file_and_a_word_in_another_is_words(tmp_path):
    rows = 400_000  # pandas reads parts of about a quarter of a million
    values = ["7"] * (rows - 1) + ["seven"]
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["v,y", *(f"{value},{number % 3}" for number, value in enumerate(values))]) + "\n")
    table = read(path).table
    assert set(table["v"]) == {"7", "seven"}
    assert table["y"].dtype == "int64"


def test_the_rest_of_the_run_goes_on(cli, tmp_path, plugin):
    (tmp_path / "mine.csv").write_text("a,y\n1,no\n2,no\n")
    options = ("--target", "y", "--positive", "no", "--contender", "none", "--dataset", plugin("blobs"))
    done = cli("run", "quick", "--dataset", tmp_path / "mine.csv", *options, "--out", tmp_path / "out")
    assert done.code == 1
    assert "left out: data set 'mine' cannot be loaded: column 'y' must hold two" in done.err
    assert "must hold two values" in (tmp_path / "out" / "details.md").read_text()
    assert "2 of 2 cells scored" in (tmp_path / "out" / "leaderboard.md").read_text()


def test_target_without_a_table_is_named(cli):
    done = cli("run", "quick", "--target", "y")
    assert done.code == 2
    assert "--target goes with --dataset table.csv or table.parquet" in done.err
