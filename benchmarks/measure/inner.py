"""What a contender learns of itself inside the training rows: parameters, a threshold, how to mend its probabilities.

A tuner, see `contract.Tunes`, tries the contender that it wraps together with the cell's learner on inner folds. It
runs where contenders run, with training rows alone, and what it finds is plain numbers: the learner's process, which
has the test rows, holds none of its code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from ..catalog.contract import Classifier, Learnt
from ..catalog.data import Tied
from ..catalog.entry import Choice
from ..catalog.registry import chosen
from ..catalog.wrapping import Ready
from ..design.splits import split
from .calibration import SUREST
from .learning import Predicted, predictions
from .resample import ask, asked_strategy, examine
from .rows.encoder import Fold
from .rows.encodings import test_rows, training_rows
from .rows.folds import Training

FOLDS = "kfold[k={folds},random_state={seed}]"
"""The protocol of the inner folds: stratified, copies and groups together."""


class OutOfFold(NamedTuple):
    """Of each training row, what was said of it by who had not seen it, and the fold that it was in; each (n,)."""

    probability: np.ndarray
    fold: np.ndarray


@dataclass(frozen=True)
class Shares:
    """The share of positives among the training rows, and among those that the learner learnt from."""

    before: float
    after: float


@dataclass
class Inner:
    """A contender and a learner on inner folds of the training rows; what `contract.Trial` promises to tuners.

    `fits` counts how often the learner was fitted, `learnt` is what the tuners so far have found, innermost first.
    """

    contender: Ready
    learner: Choice
    training: Training
    seed: int
    n_requested: int | None
    fits: int = 0
    learnt: list[Learnt] = field(default_factory=list)

    @property
    def y(self) -> np.ndarray:
        """The labels of the training rows, (n,)."""
        return self.training.y_train.copy()

    @property
    def search(self) -> Mapping[str, Sequence[Any]]:
        """What the wrapped contender declares to be worth trying: values by parameter."""
        return self.contender.declared.search

    @property
    def takes_ratio(self) -> bool:
        """Tell whether the wrapped contender makes or drops as many rows as its `sampling_strategy` says."""
        if not self.contender.makes_rows:
            return False
        return getattr(self.contender.sampler(self.seed), "_sampling_type", "over-sampling") != "bypass"

    def out_of_fold(self, folds: int = 3, params: Mapping[str, Any] | None = None) -> OutOfFold:
        """Fit `folds` times, each on all folds but one, and give what is said of that one.

        Parameters
        ----------
        params : dict, optional
            Parameters of the wrapped contender, over its own.

        Raises
        ------
        ValueError
            If there are too few positives for so many folds, or the contender makes no rows that it was asked for.
        """
        of_fold = self._folds(folds)
        contender = self.contender.over(params or {})
        found = np.empty(len(of_fold))
        for number in range(folds):
            train, test = np.flatnonzero(of_fold != number), np.flatnonzero(of_fold == number)
            found[test] = self._said(contender, self._part(train, test)).probability
        return OutOfFold(found, of_fold)

    def tune(self) -> Ready:
        """Have all tuners learn what they can, innermost first; give the contender with the parameters that were found.

        Raises
        ------
        ValueError
            If what one gives is none of the things that can be learnt.
        """
        for tuner in self.contender.tuners:
            found = Learnt.of(tuner.made(self.seed)(self))
            self.learnt.append(found)
            self.contender = self.contender.over(found.params)
        return self.contender

    def _folds(self, folds: int) -> np.ndarray:
        protocol = chosen("protocol", FOLDS.format(folds=folds, seed=self.seed))
        training = self.training
        found = np.empty(len(training.y_train), dtype=np.intp)
        X, y = training.X_train, pd.Series(training.y_train)
        for number in range(folds):
            found[split(protocol, X, y, number, Tied(groups=training.tied_groups))[1]] = number
        return found

    def _part(self, train: np.ndarray, test: np.ndarray) -> Fold:
        whole = self.training
        table = whole.X_train
        return Fold(
            X_train=table.iloc[train].reset_index(drop=True),
            X_test=table.iloc[test].reset_index(drop=True),
            y_train=whole.y_train[train],
            y_test=whole.y_train[test],
            encoder=whole.encoder,
            encoded_train=whole.encoded_train[train],
            encoded_test=whole.encoded_train[test],
            encode_s=0.0,
        )

    def _said(self, contender: Ready, fold: Fold) -> Predicted:
        asked = self.n_requested
        if asked is not None:
            asked = round(asked * len(fold.y_train) / len(self.training.y_train))
        strategy = asked_strategy(contender.params, fold.y_train, asked)
        rows = examine(ask(contender, fold, self.seed, strategy), fold, strategy, contender.declared.cleans)
        if rows.n_requested and not len(rows.synthetic):
            raise ValueError(f"{rows.n_requested} rows were asked for and none came")
        encoding = self.learner.entry.declared().encoding
        classifier = contender.changed(made(self.learner, self.seed))
        self.fits += 1
        classifier.fit(training_rows(encoding, rows.X, fold), rows.y.copy())
        said = predictions(classifier, test_rows(encoding, fold, fold))
        return mended(said, self.learnt, shares(contender.declared.prior, fold.y_train, rows.y))


def made(learner: Choice, seed: int) -> Classifier:
    """Make a learner; `seed` is its random state, unless its parameters fix one."""
    found: Classifier = learner.entry.load().make(**{"random_state": seed} | learner.params)
    return found


def shares(believed: float | None, before: np.ndarray, after: np.ndarray) -> Shares:
    """Give the shares of positives, by the labels; `believed` is what a contender declares its learner to believe."""
    return Shares(float(before.mean()), float(after.mean()) if believed is None else believed)


def mended(said: Predicted, learnt: Sequence[Learnt], share: Shares) -> Predicted:
    """Do to predictions what was learnt, in its order.

    Raises
    ------
    ValueError
        If the learner has no probabilities that could be mended.
    """
    predicted, probability = said.predicted, said.probability
    for one in learnt:
        if said.ranked and one.mends:
            raise ValueError("the learner ranks, and has no probabilities that could be recalibrated")
        if one.mends:
            probability = _mended(probability, one, share)
            predicted = (probability > 0.5).astype(np.int64)
        if one.threshold is not None:
            predicted = (probability >= one.threshold).astype(np.int64)
    return replace(said, predicted=predicted, probability=probability)


def _mended(probability: np.ndarray, one: Learnt, share: Shares) -> np.ndarray:
    slope, shift = one.log_odds or (1.0, 0.0)
    if one.prior:
        # Elkan 2001, The Foundations of Cost-Sensitive Learning; Saerens, Latinne & Decaestecker 2002,
        # doi 10.1162/089976602753284446: the odds that were learnt, less those of the rows that were learnt from.
        shift += float(logit(share.before) - logit(share.after))
    if one.log_odds is not None:
        probability = probability.clip(SUREST, 1 - SUREST)  # a slope or a shift of infinite log-odds says nothing
    if one.prior or one.log_odds is not None:
        with np.errstate(divide="ignore"):  # what is certain stays so
            probability = expit(slope * logit(probability) + shift)
    if one.isotonic is not None:
        known, mended_to = one.isotonic
        probability = np.interp(probability, known, mended_to)
    return np.asarray(probability)
