"""What the synthetic rows look like, judged in the encoded space."""

import numpy as np


def judge(synthetic: np.ndarray, positives: np.ndarray, groups: list[slice]) -> dict[str, float]:
    """Measure synthetic rows.

    Parameters
    ----------
    synthetic : ndarray of shape (m, d), m > 0
        The rows that a contender added, encoded.
    positives : ndarray of shape (p, d)
        The real positives among the training rows, encoded.
    groups : list of slice
        The encoded columns of each categorical column.

    Returns
    -------
    dict
        The `synthetic_*` columns of the record that are measured so far.
    """
    return {
        "synthetic_unique": unique(synthetic),
        "synthetic_spread": spread(synthetic, positives),
        "synthetic_valid": valid(synthetic, groups),
    }


def unique(rows: np.ndarray) -> float:
    """Share of distinct rows after rounding to two decimals.

    >>> unique(np.array([[0.001, 1.0], [0.002, 1.0], [0.5, 1.0], [0.5, 0.0]]))
    0.75
    """
    return len(set(row_keys(np.round(rows, 2)))) / len(rows)


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


def row_keys(rows: np.ndarray) -> list[bytes]:
    """Bytes of each row, so that equal rows have equal keys (-0 counts as 0)."""
    return [row.tobytes() for row in np.ascontiguousarray(rows) + 0.0]
