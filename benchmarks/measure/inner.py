"""What a contender learns of itself inside the training rows: parameters, a threshold, how to mend its probabilities.

A tuner, see `contract.Tunes`, tries the contender that it wraps together with the cell's learner on inner folds. It
runs where contenders run, with training rows alone, and what it finds is plain numbers: the learner's process, which
has the test rows, holds none of its code. A contender that takes the learner, see `Declared`, runs there as well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.contract import ChangesLearner, Classifier, Encoding, Space
from ..catalog.data import Tied
from ..catalog.entry import Choice
from ..catalog.inner import Learnt, OutOfFold
from ..catalog.registry import chosen
from ..catalog.wrapping import INNER, Ready
from ..design.splits import hold_both_classes, split
from .calibration import SUREST
from .learning import Predicted, predictions
from .resample import Resampled, Sampled, TrainingRows, ask, asked_strategy, examine
from .rows.encoder import Fold, encode
from .rows.encodings import test_rows, training_rows
from .rows.folds import Training


@dataclass(frozen=True)
class Shares:
    """The share of positives among the training rows, and among those that the learner learnt from."""

    before: float
    after: float


@dataclass
class Pupil:
    """A cell's learner over rows of a contender's space; what `inner.InnerLearner` of the catalog promises."""

    choice: Choice
    training: Training
    space: Space
    seed: int
    fits: int = 0

    @property
    def ranked(self) -> bool:
        """Tell whether it has no probabilities."""
        return not hasattr(made(self.choice, self.seed), "predict_proba")

    def folds(self, number: int = 3) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the row numbers of inner folds, to be trained and to be tested on.

        Raises
        ------
        ValueError
            If there are too few positives for so many folds.
        """
        yield from inner_folds(self.training, number, self.seed)

    def fitted(self, X: Any, y: np.ndarray) -> Callable[[Any], np.ndarray]:
        """Fit it to rows (m, d) and labels (m,); give what tells the probability of the positive class of others."""
        classifier = made(self.choice, self.seed)
        declared = self.choice.entry.declared()  # of a class that is imported by now: it can be asked here
        self.fits += 1
        classifier.fit(self._wanted(declared.encoding, X), np.array(y))
        return lambda rows: (
            predictions(classifier, self._wanted(declared.encoding, rows), argmax=declared.argmax).values
        )

    def _wanted(self, encoding: Encoding, X: Any) -> Any:
        rows = encode(self.training.encoder, X) if self.space == "table" else X
        return training_rows(encoding, rows, self.training)


@dataclass
class Inner:
    """A contender and a learner on inner folds of training rows; what `inner.Trial` of the catalog promises to tuners.

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
    def defaults(self) -> Mapping[str, Any]:
        """The wrapped contender's parameters as they are, as far as its sampler says."""
        made: Any = self.contender.sampler(self.seed) if self.contender.makes_rows else None
        return made.get_params(deep=False) if hasattr(made, "get_params") else {}

    @property
    def takes_ratio(self) -> bool:
        """Tell whether the wrapped contender makes or drops as many rows as its `sampling_strategy` says.

        A suite that asks for a number of rows asks all contenders for the same.
        """
        if not (self.contender.makes_rows and self.contender.declared.ratio) or self.n_requested is not None:
            return False
        return getattr(self.contender.sampler(self.seed), "_sampling_type", "over-sampling") != "bypass"

    def out_of_fold(self, folds: int = 3, params: Mapping[str, Any] | None = None) -> OutOfFold:
        """Fit `folds` times, and give what is said of rows by who had not seen them.

        Folds are stratified, with copies and groups together; of rows with times, each is tested on after all before it
        were trained on, so that nothing is said of the first stretch.

        Parameters
        ----------
        params : dict, optional
            Parameters of the wrapped contender, over its own.

        Raises
        ------
        ValueError
            If there are too few positives for so many folds, or the contender makes no rows that it was asked for.
        """
        contender, parts = self.contender.over(params or {}), []
        for number, (train, test) in enumerate(inner_folds(self.training, folds, self.seed)):
            said = self._said(contender, self._part(train, test))
            parts.append((test, said, np.full(len(test), number)))
        rows = np.concatenate([test for test, _, _ in parts])
        order = np.argsort(rows)
        values, predicted = (
            np.concatenate([getattr(said, name) for _, said, _ in parts])[order] for name in ("values", "predicted")
        )
        fold = np.concatenate([number for _, _, number in parts])[order]
        return OutOfFold(self.training.y_train[rows[order]], values, predicted, fold, parts[0][1].ranked)

    def tune(self) -> Ready:
        """Have all tuners learn what they can, innermost first; give the contender with the parameters that were found.

        Raises
        ------
        ValueError
            If what one gives is none of the things that can be learnt.
        """
        for tuner in self.contender.tuners:
            found = Learnt.of(tuner.made(self.seed)(self))
            if found.params and any(one.mends or one.threshold is not None for one in self.learnt):
                raise ValueError(
                    "parameters are chosen after a threshold or a curve was learnt for others: put what tunes inside, "
                    "as in threshold[of=tuned[of=smote]]"
                )
            self.learnt.append(found)
            self.contender = self.contender.over(found.params)
        return self.contender

    def sampled(self) -> Sampled:
        """Ask the contender, as it has been tuned, for rows."""
        return self._asked(self.contender, self.training)[0]

    def resampled(self) -> Resampled:
        """Ask for rows, and look at what comes."""
        return self._resampled(self.contender, self.training)

    def _asked(self, contender: Ready, rows: TrainingRows) -> tuple[Sampled, Any]:
        asked = self.n_requested
        if asked is not None and rows is not self.training:
            asked = round(asked * len(rows.y_train) / len(self.training.y_train))
        strategy = asked_strategy(contender.params, rows.y_train, asked)
        if not contender.declared.takes_learner:
            return ask(contender, rows, self.seed, strategy), strategy
        # Of the rows that are tested on inside, a contender is shown nothing.
        own = Training.of(rows) if isinstance(rows, Fold) else rows
        pupil = Pupil(self.learner, own, contender.declared.space, self.seed)
        found = ask(contender, rows, self.seed, strategy, pupil)
        self.fits += max(0, int(pupil.fits))
        return found, strategy

    def _resampled(self, contender: Ready, rows: TrainingRows) -> Resampled:
        sampled, strategy = self._asked(contender, rows)
        return examine(sampled, rows, strategy, contender.declared.cleans)

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
            tied=whole.tied.of(train),
        )

    def _said(self, contender: Ready, fold: Fold) -> Predicted:
        rows, declared = self._resampled(contender, fold), contender.declared
        status, why = rows.verdict(declared.approximate, declared.cleans, declared.declines)
        if status == "no_op":
            raise ValueError(why)
        classifier = contender.changed(made(self.learner, self.seed))
        learner = self.learner.entry.declared()  # of a class that is imported by now: it can be asked here
        self.fits += 1
        classifier.fit(training_rows(learner.encoding, rows.X, fold), rows.y.copy())
        argmax = learner.argmax and not isinstance(contender.module, ChangesLearner)
        said = predictions(classifier, test_rows(learner.encoding, fold, fold), argmax=argmax)
        return mended(said, self.learnt, shares(contender.declared.prior, fold.y_train, rows.y))


def inner_folds(training: TrainingRows, folds: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the row numbers of inner folds, to be trained and to be tested on; see `inner.InnerLearner`.

    Raises
    ------
    ValueError
        If there are too few positives for so many folds.
    """
    if training.tied.times is not None:
        yield from _forward(training, folds)
        return
    protocol = chosen("protocol", f"{INNER}[k={int(folds)},random_state={seed}]")
    X, y = training.X_train, pd.Series(training.y_train)
    for number in range(folds):
        yield split(protocol, X, y, number, Tied(groups=training.tied.groups))


def _forward(training: TrainingRows, folds: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut rows into stretches of time, and test on each but the first after all before it; a moment is in one."""
    times = training.tied.times
    assert times is not None
    moments = times.to_numpy()
    edges = np.unique(np.quantile(moments, np.arange(1, folds + 1) / (folds + 1), method="lower"))
    stretch = np.searchsorted(edges, moments, side="right")
    group = None if training.tied.groups is None else pd.factorize(training.tied.groups)[0]
    for number in range(1, len(edges) + 1):
        train, test = np.flatnonzero(stretch < number), np.flatnonzero(stretch == number)
        if group is not None:
            test = test[(group[test] < 0) | ~np.isin(group[test], group[train])]
        try:
            hold_both_classes("trained", training.y_train[train])
            hold_both_classes("tested", training.y_train[test])
        except ValueError as error:
            raise ValueError(f"{folds + 1} stretches of time: {error}") from error
        yield train, test


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
    predicted, probability, value = said.predicted, said.probability, said.values
    for one in learnt:
        if said.ranked and one.mends:
            raise ValueError("the learner ranks, and has no probabilities that could be recalibrated")
        if one.mends:
            probability = value = _mended(probability, one, share)
            share = Shares(share.before, share.before)  # mended, they are those of the share that there is
            predicted = (probability > 0.5).astype(np.int64)
        if one.threshold is not None:
            predicted = (value >= one.threshold).astype(np.int64)
    return replace(said, predicted=predicted, probability=probability, value=value)


def _mended(probability: np.ndarray, one: Learnt, share: Shares) -> np.ndarray:
    from scipy.special import expit, logit

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
