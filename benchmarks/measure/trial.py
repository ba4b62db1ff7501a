"""The steps of a cell: load and encode, sample, fit and predict, score. Each may run in a process of its own.

Foreign code runs in three of them, and none sees more than it must: `prepare` runs the data set's, `sample` the
contender's, with training rows alone, `learn` the learner's (and a control's `classifier`), with test rows but without
their labels. `score` runs ours alone: it has the labels, and looks at everything that the others returned.
"""

import random
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from scipy.stats import rankdata

from ..catalog import wrapping
from ..catalog.contract import Classifier
from ..design.cell import Cell
from ..errors import one_line, plain
from .encodings import test_rows, training_rows
from .folds import ChangedError, Judged, Training, Unlabelled, prepare
from .outcome import Outcome, Phase, Record, Status, blank
from .resample import InvalidOutputError, Resampled, Sampled, ask, asked_strategy, examine, whole_labels
from .scores import Predictions, scores
from .synthetic import judge

Enter = Callable[[Phase], None]
"""Called with the name of each phase as it begins."""

SLIGHTLY = 1e-6
"""By so much a probability may leave [0, 1]: rounding, and not another quantity."""


@dataclass(frozen=True)
class Predicted:
    """What a learner said of the test rows: decisions, probabilities of the positive class, each (n_test,).

    `ranked` says that it gives no probabilities: these say which rows are more likely to be positive, and no more.
    """

    predicted: np.ndarray
    probability: np.ndarray
    fit_s: float
    predict_s: float
    ranked: bool = False


def run(cell: Cell) -> Outcome:
    """Take all steps of a cell in this process, one after the other: for a debugger, or an engine of one's own.

    Nothing keeps a contender from the labels here, nor from anything else. Whatever it raises is in the record.
    """
    outcome, start = Outcome(blank(cell)), perf_counter()
    record = outcome.record

    def enter(phase: Phase) -> None:
        record["phase"] = phase

    try:
        fold = prepare(cell.dataset_choice, cell.protocol_choice, cell.split, enter)
        training = Training.of(fold)
        record |= {"n_train": len(fold.y_train), "n_test": len(fold.y_test), "encode_s": fold.encode_s}
        sampled = sample(cell, training, enter)
        record |= {"sample_s": sampled.sample_s, "encode_s": fold.encode_s + sampled.encode_s}
        predicted = learn(cell, training, sampled, Unlabelled.of(fold), enter)
        if predicted is not None:
            record |= {"fit_s": predicted.fit_s, "predict_s": predicted.predict_s}
            outcome.y_test, outcome.predicted = fold.y_test, predicted.predicted
            outcome.probability = predicted.probability
        record |= score(cell, Judged(training, fold.encoded_test, fold.y_test), sampled, predicted, enter)
        record["phase"] = "" if predicted is not None else "sample"
    except BaseException as error:
        record["status"], record["reason"], outcome.traceback = failure(error)
    outcome.work_s = perf_counter() - start
    return outcome


def sample(cell: Cell, training: Training, enter: Enter) -> Sampled:
    """Ask a cell's contender for rows."""
    enter("load")
    if wrapping.fingerprint(cell.contender_choice) != cell.inputs.contender:
        raise ChangedError(f"the code of contender '{cell.contender}' has changed since the run began")
    _seed_globals(cell.seed)
    contender = wrapping.load(cell.contender_choice)
    enter("sample")
    return ask(contender, training, cell.seed, _strategy(cell, training))


def learn(cell: Cell, training: Training, sampled: Sampled, test: Unlabelled, enter: Enter) -> Predicted | None:
    """Fit a cell's learner on what its contender returned, and predict; None where no rows came that were asked for.

    Raises
    ------
    InvalidOutputError
        If the rows, or what is predicted, cannot be.
    """
    enter("sample")
    rows = _examined(cell, training, sampled)
    if _verdict(cell, rows)[0] == "no_op":
        return None
    enter("fit")
    learner = cell.classifier_choice
    if learner.entry.fingerprint() != cell.inputs.learner:
        raise ChangedError(f"the code of classifier '{cell.classifier}' has changed since the run began")
    _seed_globals(cell.seed)
    classifier = learner.entry.load().make(random_state=cell.seed, **learner.params)
    if cell.contender_choice.entry.changes_learner():
        classifier = wrapping.load(cell.contender_choice).changed(classifier)
    encoding = learner.entry.declared().encoding
    X, y = training_rows(encoding, rows.X, training), rows.y.copy()
    start = perf_counter()
    classifier.fit(X, y)
    fit_s = perf_counter() - start

    enter("predict")
    X_test = test_rows(encoding, test, training)
    start = perf_counter()
    predicted = classifier.predict(X_test)
    predict_s = perf_counter() - start
    probability, ranked = _of_positives(classifier, X_test)
    return Predicted(whole_labels(predicted), probability, fit_s, predict_s, ranked)


def _of_positives(classifier: Classifier, X: Any) -> tuple[np.ndarray, bool]:
    """Give the probability of the positive class, (m,); of a learner without any, ranks in its place, and say so."""
    positive = list(classifier.classes_).index(1)
    # Asked of the object: a class may have the method for those of its objects that can do it.
    if hasattr(classifier, "predict_proba"):
        return real(classifier.predict_proba(X)[:, positive]), False
    if hasattr(classifier, "decision_function"):
        score = real(classifier.decision_function(X)) * (1 if positive else -1)
        if score.ndim != 1 or not np.isfinite(score).all():
            raise InvalidOutputError(f"expected a finite number a row from decision_function, got shape {score.shape}")
        return (rankdata(score) - 0.5) / len(score), True
    raise InvalidOutputError("the learner has neither predict_proba nor decision_function")


def score(cell: Cell, whole: Judged, sampled: Sampled, predicted: Predicted | None, enter: Enter) -> Record:
    """Judge what a contender returned, and score what a learner made of it; give the columns of the record.

    Raises
    ------
    InvalidOutputError
        If either cannot be.
    """
    enter("sample")
    rows = _examined(cell, whole.training, sampled)
    status, reason = _verdict(cell, rows)
    record: Record = {"n_requested": rows.n_requested, "n_synthetic": len(rows.synthetic)}
    record |= {"status": status, "reason": reason}
    # A contender may add negatives too; what is asked of synthetic rows is whether they look like positives.
    positives = rows.synthetic[rows.synthetic_y == 1]
    if len(positives):
        record |= judge(positives, whole, cell.seed)
    if status == "no_op" or predicted is None:
        return record
    enter("predict")
    tested = checked(predicted, whole.y_test)
    enter("score")
    return record | scores(tested)


def checked(predicted: Predicted, y_test: np.ndarray) -> Predictions:
    """Look at what a learner said before it is scored.

    Raises
    ------
    InvalidOutputError
        If there is not one decision and one probability a test row, or one is none.
    """
    n = len(y_test)
    for what, array in (("decisions", predicted.predicted), ("probabilities", predicted.probability)):
        if array.shape != (n,):
            raise InvalidOutputError(f"expected {n} {what}, one a test row, got an array of shape {array.shape}")
    decisions, probability = whole_labels(predicted.predicted), predicted.probability
    if bad := int(np.count_nonzero(~np.isfinite(probability))):
        raise InvalidOutputError(f"{bad} probabilities are not finite")
    if bad := int(np.count_nonzero((probability < -SLIGHTLY) | (probability > 1 + SLIGHTLY))):
        raise InvalidOutputError(f"{bad} probabilities outside of [0, 1]")
    return Predictions(y_test, decisions, np.clip(probability, 0.0, 1.0), predicted.ranked)


def real(values: object) -> np.ndarray:
    """Give probabilities as real numbers.

    Raises
    ------
    InvalidOutputError
        If they are masked, complex, or words.
    """
    found = np.asarray(values)
    if isinstance(values, np.ma.MaskedArray) or found.dtype.kind not in "fiub":
        kind = "masked" if isinstance(values, np.ma.MaskedArray) else f"of type {found.dtype}"
        raise InvalidOutputError(f"expected probabilities that are real numbers, got them {kind}")
    return found.astype(np.float64)


def failure(error: BaseException) -> tuple[Status, str, str]:
    """Say what an exception makes of a cell: status, reason, traceback."""
    reason = plain(str(error)) if isinstance(error, InvalidOutputError) else one_line(error)
    return _status(error), reason, "".join(traceback.format_exception(error))


def _status(error: BaseException) -> Status:
    match error:
        case ModuleNotFoundError():
            return "not_installed"
        case InvalidOutputError():
            return "invalid_output"
        case MemoryError():
            return "out_of_memory"
        case RuntimeError() if "can't allocate memory" in str(error):  # torch's way to say it
            return "out_of_memory"
    return "failed"


def _strategy(cell: Cell, training: Training) -> object:
    return asked_strategy(cell.contender_choice.params, training.y_train, cell.inputs.n_requested)


def _examined(cell: Cell, training: Training, sampled: Sampled) -> Resampled:
    return examine(sampled, training, _strategy(cell, training), cell.inputs.declared["cleans"])


def _verdict(cell: Cell, rows: Resampled) -> tuple[Status, str]:
    return rows.verdict(cell.inputs.declared["approximate"], cell.inputs.declared["cleans"])


def _seed_globals(seed: int) -> None:
    # Nothing of ours draws from global state. A contender that does, against the rules, at least repeats itself.
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
