"""Tuned: another contender with the parameters and the sampling ratio that do best inside the training rows.

Random search: Bergstra & Bengio 2012, Random Search for Hyper-Parameter Optimization, JMLR 13. What is tried is what
the contender declares, ``SEARCH = {"k_neighbors": [3, 5, 10]}``, and how far the classes are balanced.
"""

WRAPS = {"of": "smote"}

RATIOS = (0.25, 0.5)
"""Shares of the way to balance that are tried beside all of it."""


def tuner(random_state, budget=30, folds=3, score="roc_auc"):
    """Give what tries the contender as it is, and others of the grid at random, each `folds` times.

    Parameters
    ----------
    budget : int
        Fits of the learner at most: a candidate costs `folds` of them.
    score : {"roc_auc", "average_precision", "balanced_accuracy", "log_loss"}
        What is best, mean over the folds; the earlier of equals. The first two leave the threshold aside, as lift does.
    """
    from numbers import Integral

    from sklearn.utils._param_validation import Interval, StrOptions, validate_parameter_constraints

    constraints = {
        "budget": [Interval(Integral, 2, None, closed="left")],
        "folds": [Interval(Integral, 2, None, closed="left")],
        "score": [StrOptions({"roc_auc", "average_precision", "balanced_accuracy", "log_loss"})],
    }
    validate_parameter_constraints(constraints, {"budget": budget, "folds": folds, "score": score}, "tuned")
    if budget < 2 * folds:
        raise ValueError(f"budget={budget} is less than two candidates on {folds} folds cost, {2 * folds} fits")

    def tune(trial):
        said, failed = {}, []
        candidates = _candidates(trial, budget // folds, random_state)
        for number, params in enumerate(candidates):
            try:
                said[number] = _score(score, trial.out_of_fold(folds, params))
            except Exception as error:
                failed.append(f"{type(error).__name__}: {error}")
        if not said:
            raise ValueError(f"every one of {len(candidates)} candidates fails, the first with {failed[0]}")
        return {"params": candidates[max(said, key=lambda number: said[number])]}

    return tune


def _candidates(trial, count, random_state):
    from sklearn.model_selection import ParameterGrid, ParameterSampler

    grid = {name: list(values) for name, values in trial.search.items()}
    if trial.takes_ratio:
        positives = int((trial.y == 1).sum())
        negatives = len(trial.y) - positives
        now = positives / negatives
        grid["sampling_strategy"] = [round(now + share * (1 - now), 6) for share in RATIOS] + ["auto"]
    if not grid:
        raise ValueError("the wrapped contender declares no SEARCH and has no sampling ratio: there is nothing to tune")
    number = min(count, len(ParameterGrid(grid)))
    drawn = ParameterSampler(grid, number, random_state=random_state)
    # As it is, it is tried in any case: the same in other words would be paid for twice.
    others = [params for params in drawn if any(trial.defaults.get(name) != value for name, value in params.items())]
    return [{}, *others[: count - 1]]


def _score(score, said):
    import numpy as np
    from sklearn import metrics

    if score == "log_loss" and said.ranked:
        raise ValueError("log_loss takes probabilities, and the learner has none")
    of_probability = {
        "roc_auc": metrics.roc_auc_score,
        "average_precision": metrics.average_precision_score,
        "log_loss": lambda y, p: -metrics.log_loss(y, p, labels=[0, 1]),
    }
    function = of_probability.get(score, metrics.balanced_accuracy_score)
    what = said.predicted if score == "balanced_accuracy" else said.probability
    parts = [said.fold == number for number in np.unique(said.fold)]
    return float(np.mean([function(said.y[part], what[part]) for part in parts]))
