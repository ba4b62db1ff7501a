"""Filtered: another contender's rows, of both classes, under a teacher's labels; as `relabelled`, but of new rows.

Labels from a stronger learner: Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network,
doi 10.48550/arXiv.1503.02531; on rows that are made for it: Breiman & Shang 1996, Born Again Trees, and Bucila, Caruana
& Niculescu-Mizil 2006, Model Compression, doi 10.1145/1150402.1150464.
"""

from numbers import Real
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import Interval

from ._taught import Taught

WRAPS = {"of": "crossover"}
RATIO = False
APPROXIMATE = True
"""Rows of both classes are added; how many of which is for the teacher to say."""
TAKES_LEARNER = True
DECLINES = True
"""Where no teacher is shown to help the learner, rows stay as they are."""
SEARCH = {"candidates": [1.0, 4.0], "copies": [1, 3, 5], "prior": [0.0, 0.25, 0.5]}


class FilteredOversampler(Taught):
    """Ask a contender for rows of both classes, and draw labels for them as likely as a teacher says.

    The training rows stay as they are, and first. What the parameters that are not named here do, see `Taught`.

    Parameters
    ----------
    of : callable
        Makes the contender whose rows are wanted: ``of(random_state=…, sampling_strategy={0: …, 1: …})``.
    candidates : float, default=2.0
        Rows that are labelled, a training row. More help, at the cost of the learner's time.
    new : float, default=1.0
        The share of them that are the contender's; the others are training rows, as many a row as it comes to.
    copies : int, default=5
        Equal rows a candidate, and so the steps of its label. On Adult (seeds 1000 and up) two candidates of five
        copies lift half a point more than four of three, at four fifths of the rows.

    Raises
    ------
    ValueError
        From `fit_resample`, if the contender adds no rows.
    """

    _parameter_constraints: ClassVar[dict] = {
        **Taught._parameter_constraints,
        "of": [callable],
        "candidates": [Interval(Real, 0, None, closed="neither")],
        "new": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(
        self,
        of,
        *,
        sampling_strategy="auto",
        random_state=None,
        learner=None,
        teacher="stacked",
        candidates=2.0,
        new=1.0,
        copies=5,
        prior=0.35,
        folds=5,
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.of = of
        self.random_state = random_state
        self.learner = learner
        self.teacher = teacher
        self.candidates = candidates
        self.new = new
        self.copies = copies
        self.prior = prior
        self.folds = folds

    def _rows(self, X, y, opinion, seed, rng):
        # As many of each class as it has of the training rows, so that candidates lie where rows lie.
        counts = zip(*np.unique(y, return_counts=True), strict=True)
        wanted = {int(label): int(count * (1 + self.candidates * self.new)) for label, count in counts}
        made, labels = self.of(random_state=seed, sampling_strategy=wanted).fit_resample(X, y)
        if len(made) <= len(X):
            raise ValueError("the wrapped contender adds no rows, so there is nothing to label")
        wanted_new = round(len(X) * self.candidates * self.new)
        made, labels = made[: len(X) + wanted_new], np.asarray(labels)[: len(X) + wanted_new]
        # Every training row has its turn before one has a second.
        real = rng.permuted(np.tile(np.arange(len(X)), (int(self.candidates) + 1, 1)), axis=1).ravel()
        real = real[: round(len(X) * self.candidates) - wanted_new]
        labelled = np.concatenate([np.arange(len(X), len(made)), real])
        rows = made.iloc[labelled] if isinstance(made, pd.DataFrame) else np.asarray(made)[labelled]
        said = None
        if opinion is not None:
            new = rows[: len(made) - len(X)]
            said = np.concatenate([opinion.positive(new), opinion.seen[real]])
        return rows, self._labels(labels[labelled], said, y, rng)


def make(random_state, of, sampling_strategy="auto", learner=None, **params):
    return FilteredOversampler(
        of, random_state=random_state, sampling_strategy=sampling_strategy, learner=learner, **params
    )
