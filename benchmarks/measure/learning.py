"""What a learner says of rows: decisions, and probabilities of the positive class, looked at before they are scored."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from ..catalog.contract import Classifier
from .resample import InvalidOutputError, whole_labels
from .scores import Predictions

SLIGHTLY = 1e-6
"""By so much a probability may leave [0, 1]: rounding, and not another quantity."""


@dataclass(frozen=True)
class Predicted:
    """What a learner said of the test rows: decisions, probabilities of the positive class, each (n_test,).

    `ranked` says that it gives no probabilities: these say which rows are more likely to be positive, and no more.
    `value` is what a threshold is put to, (n_test,): the probability, or the value of the decision function.
    """

    predicted: np.ndarray
    probability: np.ndarray
    fit_s: float
    predict_s: float
    ranked: bool = False
    value: np.ndarray | None = None

    @property
    def values(self) -> np.ndarray:
        """What a threshold is put to."""
        return self.probability if self.value is None else self.value


def predictions(classifier: Classifier, X: Any, fit_s: float = 0.0, argmax: bool = False) -> Predicted:
    """Have a fitted learner predict rows (m, d); only its decisions are timed.

    Parameters
    ----------
    argmax : bool
        Whether it decides for the class of the largest probability, see `Declared`: then it is asked for those alone.

    Raises
    ------
    InvalidOutputError
        If decisions are no labels, or it has neither probabilities nor numbers to rank by.
    """
    fitted: Any = classifier
    start = perf_counter()
    shares = fitted.predict_proba(X) if argmax else None
    predicted = fitted.predict(X) if shares is None else fitted.classes_[shares.argmax(axis=1)]
    predict_s = perf_counter() - start
    value, ranked = _of_positives(classifier, X, shares)
    return Predicted(whole_labels(predicted), _ranks(value) if ranked else value, fit_s, predict_s, ranked, value)


def _ranks(value: np.ndarray) -> np.ndarray:
    """Give the rank of each value, as a share of all."""
    from scipy.stats import rankdata

    shares: np.ndarray = (rankdata(value) - 0.5) / len(value)
    return shares


def _of_positives(classifier: Classifier, X: Any, shares: Any = None) -> tuple[np.ndarray, bool]:
    """Give the probability of the positive class, (m,); of a learner without any, its decision values, and say so."""
    positive = list(classifier.classes_).index(1)
    if shares is not None:
        return real(shares[:, positive]), False
    # Asked of the object: a class may have the method for those of its objects that can do it.
    if hasattr(classifier, "predict_proba"):
        return real(classifier.predict_proba(X)[:, positive]), False
    if hasattr(classifier, "decision_function"):
        score = real(classifier.decision_function(X)) * (1 if positive else -1)
        if score.ndim != 1 or not np.isfinite(score).all():
            raise InvalidOutputError(f"expected a finite number a row from decision_function, got shape {score.shape}")
        return score, True
    raise InvalidOutputError("the learner has neither predict_proba nor decision_function")


def checked(predicted: Predicted, y_test: np.ndarray) -> Predictions:
    """Look at what a learner said before it is scored.

    Raises
    ------
    InvalidOutputError
        If there is not one decision and one probability a test row, or one is none.
    """
    n = len(y_test)
    for what, array in (("decisions", predicted.predicted), ("probabilities", predicted.probability)):
        if array.shape != (n,):
            raise InvalidOutputError(f"expected {n} {what}, one a test row, got an array of shape {array.shape}")
    decisions, probability = whole_labels(predicted.predicted), predicted.probability
    if bad := int(np.count_nonzero(~np.isfinite(probability))):
        raise InvalidOutputError(f"{bad} probabilities are not finite")
    if bad := int(np.count_nonzero((probability < -SLIGHTLY) | (probability > 1 + SLIGHTLY))):
        raise InvalidOutputError(f"{bad} probabilities outside of [0, 1]")
    return Predictions(y_test, decisions, np.clip(probability, 0.0, 1.0), predicted.ranked)


def real(values: object) -> np.ndarray:
    """Give probabilities as real numbers.

    Raises
    ------
    InvalidOutputError
        If they are masked, complex, or words.
    """
    found = np.asarray(values)
    if isinstance(values, np.ma.MaskedArray) or found.dtype.kind not in "fiub":
        kind = "masked" if isinstance(values, np.ma.MaskedArray) else f"of type {found.dtype}"
        raise InvalidOutputError(f"expected probabilities that are real numbers, got them {kind}")
    return found.astype(np.float64)
