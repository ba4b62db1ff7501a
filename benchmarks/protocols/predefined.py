"""As the data set says: its folds in turn, or its one official split, where intervals tell of seeds and not of rows."""

import numpy as np


def split(X, y, seed, folds=None):
    """Test on the fold of a seed, and train on all others; of "train" and "test", on the latter with every seed."""
    if folds is None:
        raise ValueError("the data set names no folds: it takes a function folds(), or of a table --fold COLUMN")
    if gaps := int(folds.isna().sum()):
        raise ValueError(f"the fold is missing in {gaps} rows")
    words = folds.astype(str).str.strip()
    values = sorted(folds.unique().tolist(), key=lambda value: (str(type(value)), value))
    if {word.lower() for word in words.unique()} == {"train", "test"}:
        tested = (words.str.lower() == "test").to_numpy()
    elif official := sorted({word for word in words.unique() if word.lower() in ("train", "test")}):
        others = sorted(set(words.unique()) - set(official))
        raise ValueError(f"'{official[0]}' stands beside '{others[0]}' in the folds: train and test alone, or folds")
    elif len(values) < 2:
        raise ValueError(f"there is one fold only, {values[0]}")
    elif seed >= len(values):
        raise ValueError(f"there are {len(values)} folds, so seeds go from 0 to {len(values) - 1}, and {seed} is none")
    else:
        tested = (folds == values[seed]).to_numpy()
    return np.flatnonzero(~tested), np.flatnonzero(tested)
