"""What belongs together stays together, and the future stays out of training."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oversampling_bench.benchmarks.measure.splits import Tied, joined, split
from sklearn.model_selection import train_test_split


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
    with pytest.raises(ValueError, match=r"split by times, the .* rows that are trained on do not hold both classes"):
        split(X, y, "strict", 0, Tied(times=pd.Series(np.arange(200))))
    with pytest.raises(ValueError, match="protocol 'article' splits row by row"):
        split(X, y, "article", 0, Tied(groups=pd.Series(np.arange(200))))
