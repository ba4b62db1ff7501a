"""The store: what goes in comes out, and what cannot be opened is said in one line."""

import sqlite3
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.engines.local import Local
from oversampling_bench.benchmarks.record.folder import STORE, read_csv
from oversampling_bench.benchmarks.record.schema import ID, marks, seal_of
from oversampling_bench.benchmarks.record.store import Store


@pytest.fixture(scope="module")
def planned(plugin):
    changes = {"datasets": [plugin("blobs")], "contenders": ["none", "smote"], "seeds": [0]}
    return planning.make_plan(suites.read("quick").model_copy(update=changes))


@pytest.fixture(scope="module")
def outcomes(planned):
    found = {}
    Local(1).run_cells(planned.cells, Limits(60.0), lambda cell, outcome: found.update({cell.id: outcome}))
    return [found[cell.id] for cell in planned.cells]


@pytest.fixture
def store(tmp_path, planned, outcomes):
    with Store.open(tmp_path / "results") as store:
        store.plan(planned.cells, planned.context)
        for cell, outcome in zip(planned.cells, outcomes, strict=True):
            store.add(cell, outcome)
        yield store


def test_records_come_back_sorted_with_every_column_and_digit(store, outcomes):
    back = store.cells()
    assert list(back.columns) == COLUMNS
    assert list(back["contender"]) == ["none", "smote"]
    for row, outcome in zip(back.to_dict("records"), outcomes, strict=True):
        for column in COLUMNS:
            missing = outcome.record[column] is None
            assert pd.isna(row[column]) if missing else row[column] == outcome.record[column], column


def test_cells_csv_gives_the_same_cells_to_the_last_digit(store, tmp_path):
    store.cells().to_csv(tmp_path / "cells.csv", index=False)
    assert read_csv(tmp_path / "cells.csv").equals(store.cells())


def test_probabilities_are_kept(store, outcomes):
    import zlib

    query = "SELECT y_test, probability FROM cells ORDER BY contender"
    for row, outcome in zip(store.connection.execute(query), outcomes, strict=True):
        assert np.array_equal(np.frombuffer(zlib.decompress(row[0]), "u1"), outcome.y_test)
        assert np.array_equal(np.frombuffer(zlib.decompress(row[1]), "f8"), outcome.probability)


def test_another_reader_sees_a_cell_as_soon_as_it_is_added(store):
    with sqlite3.connect(store.folder / STORE) as other:
        assert other.execute("SELECT COUNT(*) FROM cells").fetchone() == (2,)


def test_an_outdated_outcome_is_kept_but_not_shown(store, planned):
    newer = [replace(cell, key=f"new{cell.key}") for cell in planned.cells]
    store.plan(newer[:1], planned.context)
    assert list(store.cells()["contender"]) == ["smote"]
    assert store.n_planned() == 2
    store.plan(newer[:1], "another context")
    assert store.cells().empty
    assert store.n_planned() == 1
    assert len(store.known()) == 2


def test_fresh_starts_over(store, tmp_path):
    store.connection.close()
    with Store.open(tmp_path / "results", fresh=True) as again:
        assert again.known() == {}


def test_a_damaged_store_is_named_and_left_alone(tmp_path):
    (tmp_path / STORE).write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    before = (tmp_path / STORE).read_bytes()
    with pytest.raises(UsageError, match=r"cells.sqlite is damaged \(.*nothing in it can be read; move it away, or"):
        Store.open(tmp_path, mending=True)
    assert (tmp_path / STORE).read_bytes() == before


def test_a_store_of_another_version_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / STORE) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="store version 99, this is 6"):
        Store.open(tmp_path)


def test_a_store_whose_measures_stand_in_another_order_is_read_and_written_right(store, planned, outcomes):
    """Columns follow the order of the functions in scores.py, which may change between two runs."""
    columns = [row[1] for row in store.connection.execute("PRAGMA table_info(cells)")]
    moved = [name for name in columns if name not in ("brier", "log_loss")] + ["log_loss", "brier"]
    store.connection.executescript(
        f"CREATE TABLE moved AS SELECT {', '.join(moved)} FROM cells WHERE 0; DROP TABLE cells; "
        f"ALTER TABLE moved RENAME TO cells; CREATE UNIQUE INDEX one ON cells ({', '.join(ID)});"
    )
    for cell, outcome in zip(planned.cells, outcomes, strict=True):
        store.add(cell, outcome)
    for row, outcome in zip(store.cells().to_dict("records"), outcomes, strict=True):
        assert (row["brier"], row["log_loss"]) == (outcome.record["brier"], outcome.record["log_loss"])


def test_a_store_with_other_measures_is_refused(store):
    store.connection.execute("ALTER TABLE cells ADD COLUMN youden")
    version, _, schema = marks(store.connection)
    store.connection.execute(f"PRAGMA application_id = {seal_of(version, schema)}")
    store.connection.close()
    with pytest.raises(UsageError, match=r"holds other measures than this version takes \(youden\); start over"):
        Store.open(store.folder)


def test_a_csv_older_than_a_measure_is_read_and_one_with_unknown_columns_refused(store, tmp_path):
    path = tmp_path / "cells.csv"
    store.cells().drop(columns="log_loss").to_csv(path, index=False)
    assert read_csv(path)["log_loss"].isna().all()
    assert list(read_csv(path).columns) == COLUMNS
    store.cells().assign(youden=1.0).to_csv(path, index=False)
    with pytest.raises(UsageError, match="has columns that this version does not know: youden"):
        read_csv(path)
    store.cells().drop(columns="seed").to_csv(path, index=False)
    with pytest.raises(UsageError, match=r"is damaged \(no column seed\)"):
        read_csv(path)
