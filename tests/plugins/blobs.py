"""A small table for tests: two numeric columns, one categorical; 300 rows, 20 % positive."""

import numpy as np
import pandas as pd


def load():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [240, 60])
    X = pd.DataFrame(
        {
            "height": rng.normal(y, 1.0),
            "colour": pd.Categorical(rng.choice(["red", "green", "blue"], len(y), p=[0.5, 0.3, 0.2])),
            "width": rng.normal(0.5 * y, 1.0),
        }
    )
    return X, pd.Series(y)
