"""Two interleaved half circles with noise; the smaller one is positive.

Source: scikit-learn's `make_moons`, drawn anew with a fixed seed. Licence: BSD-3-Clause.
Rows: 550, of which 50 (9 %) are positive.
"""

import pandas as pd


def load() -> tuple[pd.DataFrame, pd.Series]:
    """Draw the rows; two numeric columns."""
    from sklearn.datasets import make_moons

    points, y = make_moons((500, 50), noise=0.3, random_state=0)
    return pd.DataFrame(points, columns=["x", "y"]), pd.Series(y).astype("int64")
