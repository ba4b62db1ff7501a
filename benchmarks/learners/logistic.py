"""Logistic regression, L2 with C = 1, solved to the optimum in float64.

L-BFGS in float32, which stops a good way before, takes another path where the processor multiplies matrices otherwise:
of 648 comparisons of a cell on two kinds of processor, 45 had other decisions. Newton's method on the whole Hessian
ended at the same decisions in all of them; probabilities differ in the 13th digit. A table of thousands of columns is
better served by ``logistic[solver=lbfgs]``, which has no such tolerance.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

TOLERANCE = 1e-9


class InDoublePrecision(LogisticRegression):
    """The same in float64, whatever it is given."""

    def fit(self, X, y, sample_weight=None):
        """Learn from rows (n, d) and labels (n,)."""
        return super().fit(np.asarray(X, dtype=np.float64), y, sample_weight)

    def decision_function(self, X):
        """Give the log-odds of rows (m, d), from which decisions and probabilities follow."""
        return super().decision_function(np.asarray(X, dtype=np.float64))


def make(random_state, solver="newton-cholesky", tol=1e-8, max_iter=1000, **params):
    return InDoublePrecision(solver=solver, tol=tol, max_iter=max_iter, random_state=random_state, **params)
