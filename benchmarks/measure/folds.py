"""The encoded rows of a split: made once, and shared by the cells of that split through a file."""

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path

from ..catalog.data import data_hash
from ..catalog.entry import Choice
from ..design.cell import Split
from .outcome import Phase
from .protocol import Fold, make_fold


def path_of(split: Split, folder: Path) -> Path:
    """Say where a split's rows lie in a folder."""
    return folder / f"{hashlib.sha256(repr(tuple(split)).encode()).hexdigest()[:16]}.fold"


def fold_of(choice: Choice, split: Split, folder: Path | None, enter: Callable[[Phase], None]) -> Fold:
    """Give the rows of a split: read where another cell has left them, else make them and leave them.

    Raises
    ------
    ValueError
        If the data set gives other data than it did when the run was planned.
    """
    path = path_of(split, folder) if folder else None
    enter("load")
    if path and path.exists():
        fold: Fold = pickle.loads(path.read_bytes())
        return fold
    X, y = choice.entry.load().load(**choice.params)
    if data_hash(X, y) != split.data:
        raise ValueError("load() gives other data than when the run was planned")
    enter("encode")
    fold = make_fold(X, y, split.protocol, split.seed, split.positives)
    if path:  # written aside and renamed: two cells may do this at once
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(pickle.dumps(fold, protocol=5))
        aside.replace(path)
    return fold
