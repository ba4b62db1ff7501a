"""The generative contenders of tables: what goes in and out of their networks, and what comes of it."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from oversampling_bench.oversamplers import autoregressive, conditional_vae, crossover
from oversampling_bench.oversamplers._bins import Bins
from oversampling_bench.oversamplers.conditional_vae import ConditionalVAE

QUICK = {
    "crossover": crossover.make,
    "autoregressive": lambda random_state, **given: autoregressive.make(random_state, hidden_dim=64, **given),
    "conditional_vae": lambda random_state, **given: conditional_vae.make(random_state, hidden_dim=64, **given),
}


@pytest.fixture(scope="module")
def table():
    """Give columns that hang together: a wife is a woman, whoever has a gain is old, and positives are older."""
    rng = np.random.default_rng(0)
    n = 2000
    y = (rng.random(n) < 0.2).astype(int)
    sex = rng.choice(["man", "woman"], n)
    wife = np.where((sex == "woman") & (rng.random(n) < 0.7), "wife", "none")
    age = np.round(rng.normal(35 + 15 * y, 5)).astype("int64")
    gain = np.where((age > 50) & (rng.random(n) < 0.5), np.round(rng.exponential(5000, n)), 0.0)
    weight = rng.lognormal(10, 1, n)
    X = pd.DataFrame(
        {"sex": pd.Categorical(sex), "age": age, "gain": gain, "weight": weight, "wife": pd.Categorical(wife)}
    )
    return X, y


def made(name, table, **given):
    X_new, y_new = QUICK[name](random_state=0, **given).fit_resample(*table)
    return X_new.iloc[len(table[0]) :], y_new[len(table[0]) :]


@pytest.mark.parametrize("name", QUICK)
def test_rows_hang_together_as_real_ones_do(table, name):
    X, y = table
    new, labels = made(name, table)
    assert (labels == 1).all()
    assert len(new) == (y == 0).sum() - (y == 1).sum()
    real = X[y == 1]
    assert ((new["wife"] == "wife") & (new["sex"] == "man")).mean() < 0.05
    assert abs(new["age"].mean() - real["age"].mean()) < 1.5
    assert 0.75 < new["age"].std() / real["age"].std() < 1.25
    assert abs((new["gain"] == 0).mean() - (real["gain"] == 0).mean()) < 0.12
    assert (new.loc[new["gain"] > 0, "age"] > 47).mean() > 0.8
    assert set(new["age"]) <= set(X["age"])
    assert len(new.drop_duplicates()) > (0.5 if name == "crossover" else 0.9) * len(new)
    assert len(new.merge(X.drop_duplicates(), how="inner")) < 0.03 * len(new)


@pytest.mark.parametrize("name", QUICK)
def test_both_classes_can_be_asked_for(table, name):
    negatives, positives = np.bincount(table[1])
    new, labels = made(name, table, sampling_strategy={0: int(negatives) + 50, 1: int(positives) + 80})
    assert np.bincount(labels).tolist() == [50, 80]
    assert new.loc[labels == 1, "age"].mean() > new.loc[labels == 0, "age"].mean() + 8


@pytest.mark.parametrize("name", QUICK)
def test_ten_thousand_categories(name):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {"many": pd.Categorical(rng.integers(10_000, size=2500).astype(str)), "one": rng.normal(size=2500)}
    )
    y = (rng.random(2500) < 0.3).astype(int)
    new, _ = made(name, (X, y)) if name == "crossover" else made(name, (X, y), epochs=1)
    assert set(new["many"]) <= set(X["many"])


@pytest.mark.parametrize("name", QUICK)
def test_missing_values_are_refused(table, name):
    X, y = table
    with pytest.raises(ValueError, match="missing values"):
        QUICK[name](random_state=0).fit_resample(X.assign(weight=X["weight"].where(X["weight"] > 9000)), y)


@pytest.mark.parametrize("name", ["autoregressive", "conditional_vae"])
def test_a_loss_that_is_not_finite_ends_in_a_clear_error(table, name):
    with pytest.raises(FloatingPointError, match="lower learning_rate"):
        QUICK[name](random_state=0, learning_rate=1e30).fit_resample(*table)


@pytest.mark.parametrize("name", ["autoregressive", "conditional_vae"])
def test_the_loss_falls(table, name):
    sampler = QUICK[name](random_state=0)
    sampler.fit_resample(*table)
    first = next(iter(sampler.history_.values()))
    assert first[-1] < first[0] - 0.5


def test_bins_of_a_worked_column():
    # Ten values, four bins: quantiles at ranks 0, 2, 5 and 7 are 0, 0, 3 and 5. Three 0s are more than the 2.5 rows of
    # a bin, so 0 has one of its own, and 1 begins another.
    X = pd.DataFrame({"a": [0, 0, 0, 1, 2, 3, 4, 5, 6, 7], "b": pd.Categorical(list("xyxyxyxyxy"))})
    bins = Bins(X, 4)
    assert bins.values["a"][bins.starts["a"]].tolist() == [0, 1, 3, 5]
    assert bins.sizes == [4, 2]
    codes = bins.codes(X)
    assert codes[:, 0].tolist() == [0, 0, 0, 1, 1, 2, 2, 3, 3, 3]
    assert codes[:, 1].tolist() == [0, 1] * 5
    back = bins.table(codes, np.random.default_rng(0))
    assert back.dtypes.to_dict() == X.dtypes.to_dict()
    assert np.array_equal(bins.codes(back), codes)
    assert back["a"][:4].tolist() == [0, 0, 0, 1]


def test_few_values_have_a_bin_each():
    X = pd.DataFrame({"a": [5.0, 1.0, 5.0, 3.0]})
    bins = Bins(X, 3)
    assert bins.table(bins.codes(X), np.random.default_rng(0)).equals(X)


def test_the_networks_probabilities_sum_to_one():
    from itertools import product

    network = autoregressive.Network([2, 3, 2], 8, torch.Generator().manual_seed(0))
    rows = torch.tensor(list(product(range(2), range(3), range(2))))
    each = [network.nll(row[None], torch.tensor([1])).item() for row in rows]
    assert sum(math.exp(-nll) for nll in each) == pytest.approx(1.0, abs=1e-5)


def test_the_vaes_loss_of_a_worked_row():
    # One numeric column, one of two categories, one latent dimension; all weights 0, and so mu, logvar and means.
    model = ConditionalVAE(1, [2], 4, 1, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    reconstruction, kl = model.loss(torch.tensor([[2.0]]), torch.tensor([[1]]), torch.tensor([[1.0]]))
    # Normal with spread 1: 2² / 2 + ln(2π) / 2; two equally likely categories: ln 2.
    assert reconstruction.item() == pytest.approx(2.0 + 0.5 * math.log(2 * math.pi) + math.log(2))
    assert kl.item() == 0.0


def test_places_of_categories():
    rng = np.random.default_rng(0)
    few = crossover.embed(pd.DataFrame({"a": pd.Categorical(list("xyz"))}), rng)
    assert np.array_equal(few, np.eye(3))
    many = crossover.embed(pd.DataFrame({"a": pd.Categorical(np.arange(200).astype(str))}), rng)
    assert many.shape == (200, crossover.WIDTH)
    assert np.linalg.norm(many, axis=1) == pytest.approx(1.0, abs=1e-6)
    distances = np.linalg.norm(many[:, None] - many[None], axis=2)[np.triu_indices(200, 1)]
    assert distances.mean() == pytest.approx(math.sqrt(2), abs=0.02)


def test_neighbours_are_near(monkeypatch):
    rng = np.random.default_rng(0)
    places = rng.normal(size=(300, 2)).astype(np.float32)
    found = crossover.nearest(places, 3, rng)
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag(np.full(300, np.inf))
    assert np.array_equal(np.sort(found), np.sort(distances.argsort(axis=1)[:, :3]))
    monkeypatch.setattr(crossover, "CHUNK", 100)
    chunked = crossover.nearest(places, 3, rng)
    assert (chunked != np.arange(300)[:, None]).all()
    assert np.take_along_axis(distances, chunked, 1).mean() < 0.5 * distances[np.isfinite(distances)].mean()


def test_every_value_is_its_rows_or_a_neighbours():
    X = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) * 10, "c": np.arange(40) * 100})
    y = np.repeat([0, 1], [30, 10])
    X_new, _ = crossover.make(0, share=0.5).fit_resample(X, y)
    for row in X_new.iloc[40:].itertuples(index=False):
        assert len({row.a, row.b / 10, row.c / 100}) == 2
