"""The rows of a split, cut by who may see them: training rows go to a contender, test labels to whoever scores."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...catalog.data import Tied, data_hash, ties
from ...catalog.entry import Choice
from ...design.cell import Split
from ..outcome import Phase
from .audit import generator, noisy, permuted
from .encoder import Fold, HowEncoded, make_fold

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer


class ChangedError(Exception):
    """Code is other than when the run was planned: its cells would not be what their keys say."""


@dataclass(frozen=True)
class Training:
    """All that a contender's process holds of a split.

    Attributes
    ----------
    encoded_train : ndarray of shape (n, d)
        float32, after the encoder; `y_train`, of shape (n,), its labels.
    bounds : tuple of (int, int)
        The encoded columns of each categorical column, from and to.
    packed : bytes
        The table before encoding, the encoder, groups and times, pickled: few contenders ask for them.
    """

    encoded_train: np.ndarray
    y_train: np.ndarray
    bounds: tuple[tuple[int, int], ...]
    packed: bytes

    @classmethod
    def of(cls, fold: Fold) -> Training:
        """Cut the training rows out of a fold."""
        bounds = tuple((group.start, group.stop) for group in fold.groups())
        packed = pickle.dumps((seen_levels(fold.X_train), fold.encoder, fold.tied), protocol=5)
        return cls(fold.encoded_train, fold.y_train, bounds, packed)

    @property
    def X_train(self) -> pd.DataFrame:
        """The table before encoding."""
        return self._unpacked[0]

    @property
    def encoder(self) -> ColumnTransformer:
        """The fitted encoder."""
        return self._unpacked[1]

    @property
    def tied(self) -> Tied:
        """Which rows belong together, and when they are of, where the data set or the protocol says it."""
        return self._unpacked[2]

    @cached_property
    def _unpacked(self) -> tuple[pd.DataFrame, ColumnTransformer, Tied]:
        unpacked: tuple[pd.DataFrame, ColumnTransformer, Tied] = pickle.loads(self.packed)
        return unpacked

    def groups(self) -> list[slice]:
        """Give the encoded columns of each categorical column."""
        return [slice(start, stop) for start, stop in self.bounds]


@dataclass(frozen=True)
class Unlabelled:
    """The test rows as a learner's process holds them: encoded, of shape (n_test, d), and the table, pickled."""

    encoded_test: np.ndarray
    packed: bytes

    @classmethod
    def of(cls, fold: Fold) -> Unlabelled:
        """Cut the test rows out of a fold."""
        return cls(fold.encoded_test, pickle.dumps(fold.X_test, protocol=5))

    @property
    def X_test(self) -> pd.DataFrame:
        """The table before encoding."""
        table: pd.DataFrame = pickle.loads(self.packed)
        return table


@dataclass(frozen=True)
class Judged:
    """What scoring takes of a split: its training rows, the test rows and their labels."""

    training: Training
    encoded_test: np.ndarray
    y_test: np.ndarray

    @property
    def encoded_train(self) -> np.ndarray:
        """The training rows."""
        return self.training.encoded_train

    @property
    def y_train(self) -> np.ndarray:
        """Their labels."""
        return self.training.y_train

    def groups(self) -> list[slice]:
        """Give the encoded columns of each categorical column."""
        return self.training.groups()


def seen_levels(X: pd.DataFrame) -> pd.DataFrame:
    """Leave out the categories that no row has: a dtype knows those of the whole table, test rows among them."""
    categorical = X.select_dtypes("category").columns
    return X.assign(**{name: X[name].cat.remove_unused_categories() for name in categorical})


def prepare(choice: Choice, protocol: Choice, split: Split, enter: Callable[[Phase], None]) -> Fold:
    """Load a data set, split and encode it.

    Raises
    ------
    ValueError
        If the data set gives other data than it did when the run was planned, or the protocol can make no such split.
    ChangedError
        If the protocol's code is other than when the run was planned.
    """
    enter("load")
    module = choice.entry.load()
    X, y = module.load(**choice.params)
    tied = ties(module, choice.params)
    if data_hash(X, y, *tied.all) != split.data:
        raise ValueError("load() gives other data than when the run was planned")
    if protocol.entry.fingerprint() != split.protocol_code:
        raise ChangedError(f"the code of protocol '{protocol.entry.name}' has changed since the run began")
    enter("encode")
    kind = split.audit.partition(" ")[0]
    as_published = X
    if kind == "noisy":
        X = noisy(X, generator(split.audit, split.seed))
    how = HowEncoded(split.encoder, split.encoder_rows)
    fold = make_fold(X, y, protocol, split.seed, split.positives, like=as_published, tied=tied, how=how)
    return permuted(fold, generator(split.audit, split.seed)) if kind == "permuted" else fold
