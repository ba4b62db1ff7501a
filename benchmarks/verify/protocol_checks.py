"""What a protocol must do, check by check, in the manner of `contender_checks`."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..catalog.contract import TIES
from ..catalog.data import Tied, data_hash
from ..catalog.entry import Choice
from ..design.splits import split, ties_heeded
from ..errors import one_line
from .subject import Broken, global_states, touched
from .tables import ordinary

SEEDS = (0, 1)
"""Splits that are looked at; the second may be one too many."""


@dataclass(frozen=True)
class Splitting:
    """A protocol under check, on a table whose rows have groups of four, times and folds, as far as it heeds them."""

    choice: Choice

    def table(self) -> tuple[pd.DataFrame, pd.Series]:
        """Give the ordinary table; with columns of the names that the protocol is to make groups or times of."""
        X, y = ordinary()
        named = self.choice.params.values() if hasattr(self.choice.entry.load(), "ties") else ()
        planted = {name: said()["groups"].astype(float) for name in named if isinstance(name, str) and name not in X}
        return X.assign(**planted), pd.Series(y)

    def split(self, seed: int, heeding: Sequence[str] = ("folds",)) -> tuple[np.ndarray, np.ndarray]:
        """Give the rows of a split; of the first, where there are no more."""
        X, y = self.table()
        try:
            return split(self.choice, X, y, seed, self.tied(heeding))
        except ValueError as error:
            if seed:
                return self.split(0, heeding)
            raise Broken(
                "rows to train and to test on: no row twice, none on both sides, both classes on each",
                one_line(error),
                "return two arrays of row numbers, of which none is in both",
            ) from error

    def asked(self, X: pd.DataFrame, y: pd.Series, seed: int) -> list[np.ndarray]:
        """Give what the protocol itself says of a table, which a run hands it as a copy."""
        tied = self.tied(self.needs)
        given = {name: each for name in TIES if (each := getattr(tied, name)) is not None}
        found = self.choice.entry.load().split(X, y, seed, **given, **self.choice.params)
        return [np.asarray(side) for side in found]

    def tied(self, heeding: Sequence[str]) -> Tied:
        """Give what is said of the rows, of these kinds."""
        return Tied(**{name: values for name, values in said().items() if name in heeding and name in self.heeds})

    @property
    def heeds(self) -> list[str]:
        """Name the kinds that it takes."""
        return [name for name in TIES if name in inspect.signature(self.choice.entry.load().split).parameters]

    @property
    def needs(self) -> tuple[str, ...]:
        """Name the kinds that it does not split without."""
        try:
            self.split(0)
        except Broken:
            return tuple(self.heeds)
        return ("folds",)


def said() -> dict[str, pd.Series]:
    """Say of the rows of the ordinary table what a data set may say."""
    number = pd.Series(np.arange(len(ordinary()[1])))
    return {"groups": number // 4, "times": number.astype(float), "folds": number % 5}


def splits_soundly(subject: Splitting) -> None:
    """Expect rows that can be trained and tested on."""
    for seed in SEEDS:
        subject.split(seed, subject.needs)


def keeps_whole_what_it_heeds(subject: Splitting) -> None:
    """Expect nothing of a group on both sides, and nothing trained on that is later than what is tested on."""
    X = subject.table()[0]
    for name in subject.heeds:
        try:
            train, test = subject.split(0, (name,))
        except Broken:  # it says that it cannot
            continue
        values = getattr(ties_heeded(subject.choice, X, subject.tied((name,))), name)
        if name == "groups" and set(values[train]) & set(values[test]):
            raise Broken("no group on both sides", "one that is", "take no `groups`, or keep them whole")
        if name == "times" and values[train].max() >= values[test].min():
            raise Broken("training rows earlier than test rows", "later ones", "take no `times`, or heed them")


def same_split_each_time(subject: Splitting) -> None:
    """Expect the same rows from two calls, in the same order, whatever else was drawn between them."""
    X, y = subject.table()
    one = subject.asked(X.copy(), y.copy(), 0)
    np.random.rand()  # noqa: NPY002
    two = subject.asked(X.copy(), y.copy(), 0)
    if not all(map(np.array_equal, one, two)):
        raise Broken("the same split from the same seed", "another one", "draw from the seed alone")


def leaves_the_global_state(subject: Splitting) -> None:
    """Expect that nobody else's random numbers change."""
    before = global_states()
    subject.split(0, subject.needs)
    if touched(before):
        raise Broken("global random state as it was", "another one", "use numpy.random.default_rng(seed)")


def leaves_the_table(subject: Splitting) -> None:
    """Expect the table to be as it was."""
    X, y = subject.table()
    before = data_hash(X, y)
    subject.asked(X, y, 0)
    if data_hash(X, y) != before:
        raise Broken("the table as it was", "another one", "work on copies: X.copy()")


CHECKS: dict[str, Callable[[Splitting], None]] = {
    "splits soundly": splits_soundly,
    "keeps whole what it heeds": keeps_whole_what_it_heeds,
    "same split each time": same_split_each_time,
    "leaves the global state": leaves_the_global_state,
    "leaves the table": leaves_the_table,
}
