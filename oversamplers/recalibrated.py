"""Recalibrated: another contender's probabilities, mended for the share of positives that it changed.

``prior`` corrects the odds in closed form, as if nothing but that share had changed: Elkan 2001, The Foundations of
Cost-Sensitive Learning, IJCAI; Saerens, Latinne & Decaestecker 2002, doi 10.1162/089976602753284446. ``platt`` fits
slope and shift of the log-odds on inner folds of the training rows, which no contender has touched: Platt 1999,
Probabilistic Outputs for Support Vector Machines. ``isotonic`` fits any ascending curve there: Zadrozny & Elkan 2002,
doi 10.1145/775047.775151.
"""

WRAPS = {"of": "smote"}


def tuner(random_state, method="prior", folds=5):
    from numbers import Integral

    from sklearn.utils._param_validation import Interval, StrOptions, validate_parameter_constraints

    constraints = {
        "method": [StrOptions({"prior", "platt", "isotonic"})],
        "folds": [Interval(Integral, 2, None, closed="left")],
    }
    validate_parameter_constraints(constraints, {"method": method, "folds": folds}, "recalibrated")
    return {"prior": _prior, "platt": _platt, "isotonic": _isotonic}[method](folds)


def _prior(folds):
    return lambda trial: {"prior": True}


def _platt(folds):
    import numpy as np
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression

    def tune(trial):
        found = trial.out_of_fold(folds)
        _refuse_ranks(found)
        odds = logit(found.probability.clip(1e-6, 1 - 1e-6))[:, None]
        # Platt's targets, a little inside of 0 and 1, as each row once with either label: finite for separated classes.
        positives = found.y.sum()
        target = np.where(found.y == 1, (positives + 1) / (positives + 2), 1 / (len(found.y) - positives + 2))
        labels, weights = np.repeat([1, 0], len(odds)), np.concatenate([target, 1 - target])
        regression = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8)
        fitted = regression.fit(np.concatenate([odds, odds]), labels, sample_weight=weights)
        return {"log_odds": [float(fitted.coef_[0, 0]), float(fitted.intercept_[0])]}

    return tune


def _isotonic(folds):
    from sklearn.isotonic import IsotonicRegression

    def tune(trial):
        found = trial.out_of_fold(folds)
        _refuse_ranks(found)
        # By Laplace's rule, nothing is certain of so many rows.
        least = 1 / (len(found.y) + 2)
        fitted = IsotonicRegression(y_min=least, y_max=1 - least).fit(found.probability, found.y)
        return {"isotonic": [fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()]}

    return tune


def _refuse_ranks(found):
    if found.ranked:
        raise ValueError("the learner ranks, and has no probabilities that could be recalibrated")
