"""Moved threshold: the decision threshold is tuned for balanced accuracy, on inner folds of the training rows.

Provost 2000, Machine Learning from Imbalanced Data Sets 101, AAAI Workshop on Learning from Imbalanced Data Sets. After
another contender's rows: ``threshold[of=smote]``; after its parameters, too: ``threshold[of=tuned[of=smote]]``.
"""

WRAPS = {"of": "none"}


def tuner(random_state, folds=3):
    from numbers import Integral

    from sklearn.metrics import roc_curve
    from sklearn.utils._param_validation import Interval, validate_parameter_constraints

    validate_parameter_constraints(
        {"folds": [Interval(Integral, 2, None, closed="left")]}, {"folds": folds}, "threshold"
    )

    def tune(trial):
        said = trial.out_of_fold(folds)
        false_alarms, found, thresholds = roc_curve(said.y, said.probability)
        # The first point of the curve calls nothing positive, at an infinite threshold.
        best = 1 + (found - false_alarms)[1:].argmax()
        return {"threshold": float(thresholds[best])}

    return tune
