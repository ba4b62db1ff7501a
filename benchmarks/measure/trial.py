"""The steps of a cell: load and encode, sample, fit and predict, score. Each may run in a process of its own.

Foreign code runs in three of them, and none sees more than it must: `prepare` runs the data set's, `sample` the
contender's, with training rows alone, `learn` the learner's (and a control's `classifier`), with test rows but without
their labels. `score` runs ours alone: it has the labels, and looks at everything that the others returned.
"""

import random
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from time import perf_counter

import numpy as np

from ..catalog import wrapping
from ..design.cell import Cell
from ..errors import one_line, plain
from .inner import Inner, made, mended, shares
from .learning import Predicted, checked, predictions
from .outcome import Outcome, Phase, Record, Status, blank
from .resample import InvalidOutputError, Resampled, Sampled, asked_strategy, examine
from .rows.encodings import test_rows, training_rows
from .rows.folds import ChangedError, Judged, Training, Unlabelled, prepare
from .scores import scores
from .synthetic import judge

Enter = Callable[[Phase], None]
"""Called with the name of each phase as it begins."""


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
        record |= noted(sampled) | {"encode_s": fold.encode_s + sampled.encode_s}
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


def noted(sampled: Sampled) -> Record:
    """Give the columns of the record that say what a contender's process said."""
    return {
        "sample_s": sampled.sample_s,
        "tune_s": sampled.tune_s,
        "tune_fits": sampled.tune_fits,
        "chosen": sampled.chosen,
    }


def sample(cell: Cell, training: Training, enter: Enter) -> Sampled:
    """Ask a cell's contender for rows, after its tuners have learnt what they can."""
    enter("load")
    if wrapping.fingerprint(cell.contender_choice) != cell.inputs.contender:
        raise ChangedError(f"the code of contender '{cell.contender}' has changed since the run began")
    _seed_globals(cell.seed)
    contender, asked = wrapping.load(cell.contender_choice), cell.inputs.n_requested
    if "torch" in sys.modules:  # its optimisers import this when they are first used: no contender's time
        import_module("torch._dynamo")
    inner, tune_s = Inner(contender, cell.classifier_choice, training, cell.seed, asked), None
    fits = bool(contender.tuners) or contender.declared.takes_learner
    if fits:
        _same_learner(cell)
    if contender.tuners:
        enter("tune")
        start = perf_counter()
        inner.tune()
        tune_s = perf_counter() - start
    enter("sample")
    _seed_globals(cell.seed)
    sampled = inner.sampled()
    return replace(sampled, learnt=tuple(inner.learnt), tune_fits=inner.fits if fits else None, tune_s=tune_s)


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
    _same_learner(cell)
    _seed_globals(cell.seed)
    learner, contender = cell.classifier_choice, wrapping.base(cell.contender_choice)
    classifier = made(learner, cell.seed)
    declared = learner.entry.declared()
    argmax = declared.argmax
    if contender.entry.changes_learner():
        classifier, argmax = wrapping.load(contender).changed(classifier), False
    encoding = declared.encoding
    X, y = training_rows(encoding, rows.X, training), rows.y.copy()
    start = perf_counter()
    classifier.fit(X, y)
    fit_s = perf_counter() - start

    enter("predict")
    X_test = test_rows(encoding, test, training)
    said = predictions(classifier, X_test, fit_s, argmax)
    return mended(said, sampled.learnt, shares(cell.inputs.declared["prior"], training.y_train, rows.y))


def _same_learner(cell: Cell) -> None:
    if cell.classifier_choice.entry.fingerprint() != cell.inputs.learner:
        raise ChangedError(f"the code of classifier '{cell.classifier}' has changed since the run began")


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


def _examined(cell: Cell, training: Training, sampled: Sampled) -> Resampled:
    params = wrapping.base(cell.contender_choice).params | sampled.params
    strategy = asked_strategy(params, training.y_train, cell.inputs.n_requested)
    return examine(sampled, training, strategy, cell.inputs.declared["cleans"])


def _verdict(cell: Cell, rows: Resampled) -> tuple[Status, str]:
    declared = cell.inputs.declared
    return rows.verdict(declared["approximate"], declared["cleans"], declared["declines"])


def _seed_globals(seed: int) -> None:
    # Nothing of ours draws from global state. A contender that does, against the rules, at least repeats itself.
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
