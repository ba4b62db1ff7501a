"""What is under check, and what a check says: `Broken`, with what was expected, what came, how to mend it."""

import pickle
import random
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.entry import Entry
from ..catalog.wrapping import Ready
from ..measure.rows.encoder import Fold
from .tables import as_fold, ordinary


class Broken(AssertionError):  # noqa: N818
    """A check that failed; its arguments are what was expected, what came, and how to mend it."""


@dataclass(frozen=True)
class Subject:
    """A contender under check, with the parameters that it is checked with."""

    entry: Entry
    contender: Ready

    def sampler(self, seed: int = 0, **params: Any) -> Any:
        """Make the sampler."""
        return self.contender.sampler(seed, **params)

    def fold(self) -> Fold:
        """Give the ordinary table, or as much of it as the contender declares to be for, encoded."""
        X, y = ordinary()
        return as_fold(X[["colour", "shape"]] if self.contender.declared.meant_for == "categorical" else X, y)

    def rows(self, fold: Fold) -> tuple[Any, np.ndarray]:
        """Give the contender's input: a table or encoded rows, and labels; copies, to do with as it likes."""
        table = self.contender.declared.space == "table"
        return (fold.X_train.copy(deep=True) if table else fold.encoded_train.copy()), fold.y_train.copy()

    def sampled(self, seed: int = 0, **params: Any) -> tuple[Any, np.ndarray]:
        """Give what a new sampler makes of the ordinary table."""
        X, y = self.sampler(seed, **params).fit_resample(*self.rows(self.fold()))
        return X, np.asarray(y)


def equal(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    """Tell whether two results, rows and labels, are the same."""

    def same(a: Any, b: Any) -> bool:
        if isinstance(a, pd.DataFrame) and isinstance(b, pd.DataFrame):
            return a.reset_index(drop=True).equals(b.reset_index(drop=True))
        return type(a) is type(b) and np.array_equal(a, b, equal_nan=True)

    return same(one[0], two[0]) and np.array_equal(np.asarray(one[1]), np.asarray(two[1]))


def global_states() -> dict[str, bytes]:
    """Give the global random states of Python, numpy and, where that is imported, torch."""
    found = {
        "random": repr(random.getstate()).encode(),
        "numpy.random": pickle.dumps(np.random.get_state()),  # noqa: NPY002
    }
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].random.get_rng_state().numpy().tobytes()
    return found


def touched(before: dict[str, bytes]) -> list[str]:
    """Name the global random states that are not what they were."""
    after = global_states()
    if "torch" in after and "torch" not in before:  # imported meanwhile, and so in the state that it begins in
        before = before | {"torch": sys.modules["torch"].Generator().get_state().numpy().tobytes()}
    return [name for name in after if after[name] != before[name]]


def seed_everything(seed: int) -> None:
    """Seed the global random states of Python, numpy and, where that is imported, torch."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
