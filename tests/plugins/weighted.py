"""A control that changes the learner only."""

ROLE = "control"


def classifier(estimator):
    return estimator.set_params(class_weight="balanced")
