"""Scores of one cell, from test labels, decisions and probabilities. Rates are fractions; 1 is the positive class."""

import numpy as np
from sklearn import metrics


def confusion(y: np.ndarray, predicted: np.ndarray) -> dict[str, int]:
    """Count true and false negatives and positives.

    >>> confusion(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 0, 1]))
    {'tn': 2, 'fp': 1, 'fn': 1, 'tp': 1}
    """
    tn, fp, fn, tp = metrics.confusion_matrix(y, predicted, labels=[0, 1]).ravel().tolist()
    return {"tn": tn, "fp": fp, "fn": fn, "tp": tp}


def error_rates(tn: int, fp: int, fn: int, tp: int) -> dict[str, float]:
    """Error rates overall, among positives, among negatives, and the mean of the latter two.

    Raises
    ------
    ValueError
        If there is no row of one class, so that its rate is undefined.

    Examples
    --------
    >>> error_rates(tn=90, fp=10, fn=4, tp=6)
    {'error': 0.12727272727272726, 'error_positive': 0.4, 'error_negative': 0.1, 'balanced_error': 0.25}
    """
    if not (fn + tp and fp + tn):
        raise ValueError(f"the test rows hold one class only ({fn + tp} positives, {fp + tn} negatives)")
    positive, negative = fn / (fn + tp), fp / (fp + tn)
    return {
        "error": (fp + fn) / (tn + fp + fn + tp),
        "error_positive": positive,
        "error_negative": negative,
        "balanced_error": (positive + negative) / 2,
    }


def scores(y: np.ndarray, predicted: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """All scores of a cell.

    Parameters
    ----------
    y, predicted : ndarray of shape (n_test,)
        Labels and the classifier's own decisions, 0 or 1.
    probability : ndarray of shape (n_test,)
        The classifier's probability of the positive class.

    Raises
    ------
    ValueError
        If probabilities are not finite or the test rows hold one class only.
    """
    if not np.isfinite(probability).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(probability))} probabilities are not finite")
    counts = confusion(y, predicted)
    return (
        counts
        | error_rates(**counts)
        | {
            "roc_auc": float(metrics.roc_auc_score(y, probability)),
            "average_precision": float(metrics.average_precision_score(y, probability)),
            "brier": float(metrics.brier_score_loss(y, probability)),
            "log_loss": float(metrics.log_loss(y, probability, labels=[0, 1])),
        }
    )
