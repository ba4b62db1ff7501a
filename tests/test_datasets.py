"""The contract over every data set that is registered; Adult as UCI publishes it."""

import gzip
import shutil

import pandas as pd
import pytest
from oversampling_bench.benchmarks import registry


@pytest.mark.parametrize("name", sorted(registry.installed("dataset")))
def test_it_keeps_the_contract(name):
    entry = registry.find("dataset", name)
    assert entry.summary()
    X, y = entry.load().load()
    assert isinstance(X, pd.DataFrame)
    assert isinstance(y, pd.Series)
    assert len(X) == len(y)
    assert set(y) == {0, 1}
    assert y.mean() < 0.5
    assert all(pd.api.types.is_numeric_dtype(kind) or isinstance(kind, pd.CategoricalDtype) for kind in X.dtypes)
    again, _ = entry.load().load()
    pd.testing.assert_frame_equal(X, again)


def test_adult_is_ucis(adult):
    X, y = adult
    assert X.shape == (32561, 14)
    assert y.sum() == 7841
    categorical = X.select_dtypes("category").columns
    assert len(categorical) == 8
    assert len(X.columns) - len(categorical) + sum(X[name].nunique() for name in categorical) == 108
    assert "?" in X["workclass"].cat.categories
    assert X.iloc[0].to_list()[:4] == [39, "State-gov", 77516, "Bachelors"]
    assert not X.isna().any().any()


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:1000]), "adult.data.gz cannot be read"),
        (lambda path: path.write_bytes(b"not gzip"), "adult.data.gz cannot be read"),
        (lambda path: path.write_bytes(gzip.compress(b"39, State-gov\n")), "is not UCI's adult.data"),
        (lambda path: path.unlink(), "adult.data.gz cannot be read"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, monkeypatch, cli, damage, complaint):
    module = registry.find("dataset", "adult").load()
    copy = tmp_path / "adult.py"
    shutil.copy(module.__file__, copy)
    shutil.copy(registry.find("dataset", "adult").path.with_name("adult.data.gz"), tmp_path / "adult.data.gz")
    damage(tmp_path / "adult.data.gz")
    monkeypatch.setattr(module, "__file__", str(copy))
    done = cli("run", "quick", "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
