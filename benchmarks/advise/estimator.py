"""A contender with a learner as one scikit-learn classifier, which does what a cell does."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ..catalog import wrapping
from ..catalog.registry import chosen
from ..measure.inner import Inner, made, mended, shares
from ..measure.learning import Predicted, predictions
from ..measure.rows.encoder import Fold, encode, make_encoder, tidy
from ..measure.rows.encodings import test_rows, training_rows
from ..measure.rows.folds import Training, Unlabelled, seen_levels


class Oversampled(ClassifierMixin, BaseEstimator):
    """Fill gaps, encode, oversample, learn: from a table (n, d) of numbers and categories.

    Parameters
    ----------
    contender, learner : str
        Labels as on the command line: ``"smote[k_neighbors=3]"``, ``"forest"``.
    random_state : int
        The seed of both.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        0 and 1.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> X = pd.DataFrame({"a": np.arange(50.0), "b": ["x", "y"] * 25})
    >>> Oversampled("smote", "tree").fit(X, (X["a"] > 39).astype(int)).predict(X.tail(2))
    array([1, 1])
    """

    def __init__(self, contender: str = "none", learner: str = "forest", random_state: int = 0):
        self.contender = contender
        self.learner = learner
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any) -> "Oversampled":
        """Learn from rows (n, d) and labels (n,), 0 and 1."""
        labels = np.asarray(y)
        self.table_ = _with_categories(X)
        (filled,) = tidy(self.table_, [self.table_])
        self.encoder_ = make_encoder(filled).fit(filled)
        encoded = encode(self.encoder_, filled)
        fold = Fold(filled, filled[:0], labels, labels[:0], self.encoder_, encoded, encoded[:0], 0.0)
        self.training_ = Training.of(fold)
        learner, contender = chosen("classifier", self.learner), chosen("contender", self.contender)
        inner = Inner(wrapping.load(contender), learner, self.training_, self.random_state, None)
        ready = inner.tune()
        rows = inner.resampled()
        self.learnt_ = inner.learnt
        self.shares_ = shares(ready.declared.prior, labels, rows.y)
        self.encoding_ = learner.entry.declared().encoding
        self.learner_: Any = ready.changed(made(learner, self.random_state))
        self.learner_.fit(training_rows(self.encoding_, rows.X, self.training_), rows.y.copy())
        self.classes_ = np.asarray(self.learner_.classes_)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Decide: a label for each row (m, d)."""
        return self._said(X).predicted if self.learnt_ else np.asarray(self.learner_.predict(self._rows(X)))

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Give the probability of each class for each row, (m, 2)."""
        if not any(one.mends for one in self.learnt_):
            return np.asarray(self.learner_.predict_proba(self._rows(X)))
        positive = self._said(X).probability
        return np.column_stack([1 - positive, positive])

    def _said(self, X: pd.DataFrame) -> Predicted:
        return mended(predictions(self.learner_, self._rows(X)), self.learnt_, self.shares_)

    def _rows(self, X: pd.DataFrame) -> Any:
        check_is_fitted(self)
        (filled,) = tidy(self.table_, [_with_categories(X[list(self.table_.columns)]).reset_index(drop=True)])
        encoded = encode(self.encoder_, filled)
        fold = Fold(filled[:0], filled, np.array([]), np.array([]), self.encoder_, encoded[:0], encoded, 0.0)
        return test_rows(self.encoding_, Unlabelled.of(fold), self.training_)


def _with_categories(X: pd.DataFrame) -> pd.DataFrame:
    words = [name for name in X.columns if not pd.api.types.is_numeric_dtype(X[name].dtype)]
    words += [name for name in X.columns if pd.api.types.is_bool_dtype(X[name].dtype)]
    return seen_levels(X.astype(dict.fromkeys(words, "category")).reset_index(drop=True))
