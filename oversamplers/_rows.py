"""A base for samplers that take rows as they are: imbalanced-learn's own would make an array of numbers of a table."""

import numpy as np
import pandas as pd
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_sampling_strategy


class RowsAsTheyAre(BaseOverSampler):
    """A sampler whose `_fit_resample(X, y)` gets X unchanged, and finds in `sampling_strategy_` what to add."""

    _tables_only = True

    def fit_resample(self, X, y, **params):
        """Add rows; `sampling_strategy` says how many of which class.

        Raises
        ------
        ValueError
            If X is no DataFrame, where the sampler is for tables only.
        """
        if self._tables_only and not isinstance(X, pd.DataFrame):
            raise ValueError(f"X must be a DataFrame, got {type(X).__name__}")
        self._validate_params()
        self.sampling_strategy_ = check_sampling_strategy(self.sampling_strategy, y, "over-sampling")
        return self._fit_resample(X, np.asarray(y))
