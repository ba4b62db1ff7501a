"""The encoded rows of a split: made once, and shared by the cells of that split through a file."""

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .entry import Entry
from .protocol import Fold, data_hash, make_fold

Split = tuple[str, str, int, float | None]
"""Hash of the data, protocol, seed, share of positives."""


def path_of(split: Split, folder: Path) -> Path:
    """Where a split's rows lie in a folder."""
    return folder / f"{hashlib.sha256(repr(split).encode()).hexdigest()[:16]}.fold"


def fold_of(
    entry: Entry, params: dict[str, Any], split: Split, folder: Path | None, enter: Callable[[str], None]
) -> Fold:
    """Give the rows of a split: read where another cell has left them, else make them and leave them.

    Raises
    ------
    ValueError
        If the data set gives other data than it did when the run was planned.
    """
    data, protocol, seed, positives = split
    path = path_of(split, folder) if folder else None
    enter("load")
    if path and path.exists():
        fold: Fold = pickle.loads(path.read_bytes())
        return fold
    X, y = entry.load().load(**params)
    if data_hash(X, y) != data:
        raise ValueError("load() gives other data than when the run was planned")
    enter("encode")
    fold = make_fold(X, y, protocol, seed, positives)
    if path:  # written aside and renamed: two cells may do this at once
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(pickle.dumps(fold, protocol=5))
        aside.replace(path)
    return fold
