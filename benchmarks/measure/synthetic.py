"""What the synthetic rows look like, judged in the encoded space, outside the timed calls.

Measures that need distances or a classifier look at `MAX_ROWS` rows at most, so that they cost little.
"""

import numpy as np

from .rows.encoder import row_keys
from .rows.folds import Judged

MAX_ROWS = 2000
MIN_DISTINCT = 20
CHUNK = 256
PAIRS = 4096
CLOSE = 1e-9


def judge(synthetic: np.ndarray, fold: Judged, seed: int) -> dict[str, float]:
    """Measure synthetic rows.

    Parameters
    ----------
    synthetic : ndarray of shape (m, d), m > 0
        The rows that a contender added, encoded.
    fold : Judged
        Its training rows are what a synthetic row may copy, its test rows the held-out real ones.
    seed : int
        Draws the rows to look at, where there are more than `MAX_ROWS`.

    Returns
    -------
    dict
        The `synthetic_*` columns of the record.
    """
    rng = np.random.default_rng(seed)
    held_out = fold.encoded_test[fold.y_test == 1]
    return {
        "synthetic_unique": unique(synthetic),
        "synthetic_copies": copies(synthetic, fold.encoded_train),
        "synthetic_spread": spread(synthetic, fold.encoded_train[fold.y_train == 1]),
        "synthetic_valid": valid(synthetic, fold.groups()),
        "synthetic_detectability": detectability(synthetic, held_out, rng),
        "synthetic_invalid": invalid(_at_most(synthetic, rng), fold.encoded_test, fold.y_test),
    }


def unique(rows: np.ndarray) -> float:
    """Share of distinct rows after rounding to two decimals.

    >>> unique(np.array([[0.001, 1.0], [0.002, 1.0], [0.5, 1.0], [0.5, 0.0]]))
    0.75
    """
    return len(set(row_keys(np.round(rows, 2)))) / len(rows)


def copies(synthetic: np.ndarray, real: np.ndarray) -> float:
    """Share of rows that equal a real one in every column.

    >>> copies(np.array([[1.0, 2.0], [1.0, 2.5]]), np.array([[0.0, 0.0], [1.0, 2.0]]))
    0.5
    """
    known = set(row_keys(real))
    return sum(key in known for key in row_keys(synthetic)) / len(synthetic)


def spread(synthetic: np.ndarray, positives: np.ndarray) -> float:
    """Mean over columns of std(synthetic) / std(real positives), over the columns that vary among real positives.

    >>> spread(np.array([[0.0, 5.0], [1.0, 6.0]]), np.array([[0.0, 7.0], [2.0, 7.0]]))
    0.5
    """
    real = positives.std(axis=0, dtype=np.float64)
    # Constant columns that float32 rounding keeps from an exact 0 do not vary either.
    varies = real > 1e-6 * np.maximum(1.0, np.abs(positives).max(axis=0, initial=0.0))
    if not varies.any():
        return float("nan")
    return float((synthetic.std(axis=0, dtype=np.float64)[varies] / real[varies]).mean())


def valid(rows: np.ndarray, groups: list[slice]) -> float:
    """Share of rows in which every one-hot group is one 1 and zeros.

    >>> valid(np.array([[9.0, 1.0, 0.0], [9.0, 0.5, 0.5], [9.0, 1.0, 1.0], [9.0, 0.0, 1.0]]), [slice(1, 3)])
    0.5
    """
    good = np.ones(len(rows), dtype=bool)
    for group in groups:
        part = rows[:, group]  # (m, d) -> (m, levels)
        good &= ((part == 0) | (part == 1)).all(axis=1) & (part.sum(axis=1) == 1)
    return float(good.mean())


def detectability(synthetic: np.ndarray, held_out: np.ndarray, rng: np.random.Generator) -> float:
    """ROC AUC of a small forest, two-fold cross-validated, that tells synthetic rows from held-out real positives.

    0.5: it cannot; 1: it always can. Rows that are equal count once, so that a twin in the other fold gives nothing
    away, unless hardly any would be left.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    made, real = (_at_most(_distinct(rows), rng) for rows in (synthetic, held_out))
    if min(len(made), len(real)) < 2:
        return float("nan")
    X = np.concatenate([made, real])
    y = np.repeat([1, 0], [len(made), len(real)])
    forest = RandomForestClassifier(n_estimators=20, min_samples_leaf=5, random_state=0)
    folds = StratifiedKFold(2, shuffle=True, random_state=0)
    probability = cross_val_predict(forest, X, y, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(y, probability))


def invalid(synthetic: np.ndarray, held_out: np.ndarray, labels: np.ndarray) -> float:
    """Share of rows whose nearest held-out real row (Euclidean) is negative; of several equally near, their share.

    >>> invalid(np.array([[0.1], [0.2], [0.9]]), np.array([[0.0], [1.0]]), np.array([0, 1]))
    0.6666666666666666
    >>> invalid(np.array([[0.1]]), np.array([[0.0], [0.0], [0.2], [1.0]]), np.array([0, 1, 1, 1]))
    0.3333333333333333
    """
    found = 0.0
    real = held_out.astype(np.float64)
    half, length = held_out.astype(np.float32).T, (real**2).sum(axis=1)  # (d, n), (n,)
    for start in range(0, len(synthetic), CHUNK):
        rows = synthetic[start : start + CHUNK].astype(np.float64)  # (chunk, d)
        own = (rows**2).sum(axis=1, keepdims=True)
        # A product of matrices in float32 is quick, and coarse: near the smallest, look closely.
        with np.errstate(over="ignore", invalid="ignore"):
            squares = own + length - 2 * (rows.astype(np.float32) @ half)  # (chunk, n)
        if not np.isfinite(squares).all():
            squares = own + length - 2 * (rows @ real.T)
        # A sum of d products is off by d roundings at most, twice: the smallest one's, and its rival's.
        off = 2 * real.shape[1] * float(np.finfo(np.float32).eps) * (own + length.max())
        near = squares <= squares.min(axis=1, keepdims=True) + off
        of, candidate = np.nonzero(near)
        pieces = range(0, len(of), PAIRS)
        exact = np.concatenate(
            [((real[candidate[i : i + PAIRS]] - rows[of[i : i + PAIRS]]) ** 2).sum(axis=1) for i in pieces]
        )
        smallest = np.minimum.reduceat(exact, np.flatnonzero(np.diff(of, prepend=-1)))
        nearest = exact <= smallest[of] * (1 + CLOSE)
        negative = np.bincount(of, nearest & (labels[candidate] == 0)) / np.bincount(of, nearest)
        found += float(negative.sum())
    return found / len(synthetic)


def _distinct(rows: np.ndarray) -> np.ndarray:
    found = np.unique(rows, axis=0)
    return found if len(found) >= MIN_DISTINCT else rows


def _at_most(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= MAX_ROWS else rows[rng.choice(len(rows), MAX_ROWS, replace=False)]
