"""Which rows are trained and which are tested on: what a protocol says, looked at before it is believed."""

import inspect
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.contract import TIES
from ..catalog.data import NOT_TIED, Tied
from ..catalog.entry import Choice
from ..catalog.resolve import is_built_in


def split(
    protocol: Choice, X: pd.DataFrame, y: pd.Series, seed: int, tied: Tied = NOT_TIED
) -> tuple[np.ndarray, np.ndarray]:
    """Ask a protocol for the numbers of the training and of the test rows.

    Raises
    ------
    ValueError
        If it parts what belongs together, there is no such split, or its rows cannot be trained and tested on.
    """
    function = protocol.entry.load().split
    accepted = inspect.signature(function).parameters
    there = {name: values for name in TIES if (values := getattr(tied, name)) is not None}
    if parted := [name for name in there if name not in accepted and name != "folds"]:
        raise ValueError(
            f"protocol '{protocol.entry.name}' splits row by row, without regard to its {' and '.join(parted)}; take "
            "'strict'"
        )
    given = {name: values for name, values in there.items() if name in accepted}

    def ask(*table: pd.DataFrame | pd.Series) -> tuple[np.ndarray, np.ndarray]:
        return _checked(function(*table, seed, **given, **protocol.params), y, protocol.entry.name)

    if is_built_in(protocol):
        return ask(X, y)
    # Copies: what a protocol writes into its table is nobody else's. And the same rows for all contenders.
    found, again = ask(X.copy(), y.copy()), ask(X.copy(), y.copy())
    if not all(np.array_equal(one, two) for one, two in zip(found, again, strict=True)):
        raise ValueError(
            f"protocol '{protocol.entry.name}' gives other rows each time, and so contenders other splits; draw from "
            "the seed alone"
        )
    return found


def ties_heeded(protocol: Choice, X: pd.DataFrame, tied: Tied) -> Tied:
    """Give what a protocol heeds: of what the data set says, and what its function `ties` makes of a column."""
    module = protocol.entry.load()
    accepted = inspect.signature(module.split).parameters
    own = module.ties(X, **protocol.params) if hasattr(module, "ties") else {}
    return Tied(**{name: own.get(name, getattr(tied, name) if name in accepted else None) for name in TIES})


def hold_both_classes(side: str, labels: np.ndarray) -> None:
    """Make sure that the labels (n,) of a side of a split, "trained" or "tested", are of both classes.

    Raises
    ------
    ValueError
        If they are not.
    """
    if not len(labels) or labels.min() == labels.max():
        raise ValueError(f"the {len(labels)} rows that are {side} on do not hold both classes")


def _checked(found: Any, y: pd.Series, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Refuse rows that cannot be trained and tested on."""
    wrong = f"protocol '{name}' must give the numbers of the rows to train and to test on"
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise ValueError(f"{wrong}, two arrays; it gave {type(found).__name__}")
    sides = {"trained": np.asarray(found[0]), "tested": np.asarray(found[1])}
    for side, rows in sides.items():
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise ValueError(f"{wrong}; those that are {side} on are of type {rows.dtype} and shape {rows.shape}")
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(y):
            raise ValueError(
                f"{wrong}, 0 to {len(y) - 1}; those that are {side} on go from {rows.min()} to {rows.max()}"
            )
        if twice := len(rows) - len(np.unique(rows)):
            raise ValueError(f"{twice} rows are {side} on twice")
        hold_both_classes(side, y.to_numpy()[rows])
    if both := len(np.intersect1d(sides["trained"], sides["tested"])):
        raise ValueError(f"{both} rows are both trained and tested on")
    return sides["trained"].astype(np.intp), sides["tested"].astype(np.intp)


def make_scarcer(train: np.ndarray, y: np.ndarray, positives: float, seed: int) -> np.ndarray:
    """Drop training positives at random until they make up a share of `positives`; keep all negatives, and the order.

    Raises
    ------
    ValueError
        If there are fewer positives than that to begin with, or not one would be left.
    """
    is_positive = y[train] == 1
    wanted = round(positives / (1 - positives) * int((~is_positive).sum()))
    if not 1 <= wanted <= is_positive.sum():
        raise ValueError(f"{wanted} training positives would make {positives:.2%}, but there are {is_positive.sum()}")
    dropped = np.random.default_rng(seed).permutation(np.flatnonzero(is_positive))[wanted:]
    return np.delete(train, dropped)
