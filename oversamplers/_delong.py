"""Two AUCs on the same rows, compared.

DeLong, DeLong & Clarke-Pearson 1988, Comparing the Areas under Two or More Correlated Receiver Operating Characteristic
Curves: A Nonparametric Approach, doi 10.2307/2531595.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import rankdata


@dataclass(frozen=True)
class Tried:
    """By how much the AUC of the taught learner is above that of the untaught one, and the standard error of that."""

    gain: float
    error: float

    @property
    def z(self) -> float:
        """The one over the other."""
        return self.gain / self.error if self.error else 0.0


@dataclass
class Trials:
    """The AUC of learners on the same test rows, fold by fold, compared.

    Their variance is that of the test rows alone, given what was fitted.
    """

    gains: list[float] = field(default_factory=list)
    variances: list[float] = field(default_factory=list)

    def add(self, y: np.ndarray, taught: np.ndarray, untaught: np.ndarray) -> None:
        """Add a fold: labels (m,), and what both say of the rows."""
        ours, theirs = (_placements(y, said) for said in (taught, untaught))
        differences = [one - other for one, other in zip(ours, theirs, strict=True)]
        self.gains.append(float(differences[0].mean()))
        self.variances.append(sum(float(each.var(ddof=1)) / len(each) for each in differences))

    @property
    def found(self) -> Tried:
        """Mean over the folds."""
        return Tried(float(np.mean(self.gains)), float(np.sqrt(sum(self.variances)) / len(self.variances)))


def _placements(y: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each positive, the share of negatives below it, and of each negative that of positives above; ties half.

    >>> _placements(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    (array([0.75, 1.  ]), array([1.  , 0.75]))
    """
    positives, negatives = said[y == 1], said[y == 0]
    ranks = rankdata(np.concatenate([positives, negatives]))
    below = (ranks[: len(positives)] - rankdata(positives)) / len(negatives)
    above = 1 - (ranks[len(positives) :] - rankdata(negatives)) / len(positives)
    return below, above
