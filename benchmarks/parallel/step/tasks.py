"""The steps of a cell as tasks for processes of their own, and how their answers are read.

A task goes to its process with the run's own words; what comes back is JSON and arrays, and is checked before it is
believed. Nothing in an answer says whose it is: the run knows which process it started for which cell.
"""

import errno
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...catalog.entry import Choice
from ...catalog.inner import Learnt
from ...design.cell import Cell, Split
from ...errors import plain
from ...measure import trial
from ...measure.learning import Predicted
from ...measure.outcome import COLUMNS, Record
from ...measure.resample import MAX_HISTORY, InvalidOutputError, Sampled
from ...measure.rows.folds import ChangedError, Judged, Training, Unlabelled, prepare
from ...measure.trial import Enter
from .memory import BadMessageError, Memory, Message

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
"""Errors of the surroundings, if it is true what a process says of them."""


class Task(Protocol):
    """Something to be done in a process of its own."""

    @property
    def writes(self) -> list[Memory]:
        """What it fills beside its answer: nothing, unless it says so."""
        return []

    def run(self, enter: Enter) -> Message:
        """Do it, and give the answer."""


class Words(BaseModel):
    """What a process says, strictly read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    work_s: float = Field(default=0.0, ge=0)


class Failure(Words):
    """Why there is no answer; `number` and `path` are those of an error of the system."""

    status: Literal["failed", "invalid_output", "out_of_memory", "not_installed", "changed"]
    reason: str
    traceback: str = ""
    number: int = 0
    path: str = ""


class PreparedWords(Words):
    """What is said of a split."""

    encode_s: float = Field(ge=0)


class SampledWords(Words):
    """What a contender's process says beside the rows."""

    owes_rows: bool
    sample_s: float = Field(ge=0)
    encode_s: float = Field(ge=0)
    learnt: list[Learnt] = []
    tune_fits: int | None = Field(default=None, ge=0, le=10**9)
    tune_s: float | None = Field(default=None, ge=0)
    chose: str = Field(default="", max_length=300)
    declined: str = Field(default="", max_length=300)
    history: dict[str, list[float | None]]


class LearnedWords(Words):
    """What a learner's process says beside the predictions."""

    fit_s: float = Field(default=0.0, ge=0)
    predict_s: float = Field(default=0.0, ge=0)
    ranked: bool = False


@dataclass(frozen=True)
class Prepare(Task):
    """Load and encode a split: into `training` what contenders may see, into `test` the rows without labels."""

    choice: Choice
    protocol: Choice
    split: Split
    training: Memory
    test: Memory

    @property
    def writes(self) -> list[Memory]:
        """What it fills beside its answer."""
        return [self.training, self.test]

    def run(self, enter: Enter) -> Message:
        """Answer with the test labels."""
        fold = prepare(self.choice, self.protocol, self.split, enter)
        training = Training.of(fold)
        arrays = {
            "encoded_train": training.encoded_train,
            "y_train": training.y_train.astype("<i8"),
            "packed": np.frombuffer(training.packed, np.uint8),
        }
        self.training.write(Message({"bounds": training.bounds}, arrays))
        unlabelled = Unlabelled.of(fold)
        self.test.write(
            Message({}, {"encoded_test": unlabelled.encoded_test, "packed": np.frombuffer(unlabelled.packed, np.uint8)})
        )
        return Message({"encode_s": fold.encode_s}, {"y_test": fold.y_test.astype("<i8")})


@dataclass(frozen=True)
class Sample(Task):
    """Ask a contender for rows. This process holds training rows, and nothing else of the data."""

    cell: Cell
    training: Memory

    def run(self, enter: Enter) -> Message:
        """Answer with the rows."""
        sampled = trial.sample(self.cell, training_in(self.training), enter)
        arrays = {} if sampled.X is None or sampled.y is None else {"X": sampled.X, "y": sampled.y}
        history = {
            name: [value if np.isfinite(value) else None for value in values]
            for name, values in (sampled.history or {}).items()
        }
        words = {
            "owes_rows": sampled.owes_rows,
            "sample_s": sampled.sample_s,
            "encode_s": sampled.encode_s,
            "learnt": [one.model_dump() for one in sampled.learnt],
            "tune_fits": sampled.tune_fits,
            "tune_s": sampled.tune_s,
            "chose": sampled.chose,
            "declined": sampled.declined,
            "history": history,
        }
        return Message(words, arrays)


@dataclass(frozen=True)
class Learn(Task):
    """Fit a learner, and predict; test rows come without labels."""

    cell: Cell
    training: Memory
    sampled: Memory
    test: Memory

    def run(self, enter: Enter) -> Message:
        """Answer with the predictions; without any, where the contender made no rows that were asked for."""
        training, sampled = training_in(self.training), sampled_in(self.sampled.read())
        found = trial.learn(self.cell, training, sampled, unlabelled_in(self.test), enter)
        if found is None:
            return Message()
        arrays = {"predicted": found.predicted, "probability": found.probability}
        return Message({"fit_s": found.fit_s, "predict_s": found.predict_s, "ranked": found.ranked}, arrays)


@dataclass(frozen=True)
class Score(Task):
    """Judge and score; none but our own code runs here."""

    cell: Cell
    training: Memory
    sampled: Memory
    test: Memory
    y_test: np.ndarray
    learned: Memory | None

    def run(self, enter: Enter) -> Message:
        """Answer with the columns of the record that it fills, NaN as null, and the predictions that were scored."""
        whole = Judged(training_in(self.training), self.test.read().arrays["encoded_test"], self.y_test)
        predicted = predicted_in(self.learned) if self.learned else None
        record = trial.score(self.cell, whole, sampled_in(self.sampled.read()), predicted, enter)
        words = {name: None if value != value else value for name, value in record.items()}
        if predicted is None:
            return Message({"record": words})
        return Message({"record": words}, {"predicted": predicted.predicted, "probability": predicted.probability})


def failure_of(error: BaseException) -> dict[str, Any]:
    """Say what an exception makes of a step, in the words of `Failure`."""
    if isinstance(error, ChangedError):
        return {"status": "changed", "reason": str(error)}
    status, reason, traceback = trial.failure(error)
    found: dict[str, Any] = {"status": status, "reason": reason, "traceback": traceback[-100_000:]}
    if isinstance(error, OSError) and isinstance(error.errno, int):
        found |= {"number": error.errno, "path": str(error.filename or "")}
    return found


def words_of(message: Message, kind: type[Words]) -> Any:
    """Read the words of an answer.

    Raises
    ------
    BadMessageError
        If they are not such words.
    """
    try:
        return kind.model_validate(message.words)
    except ValueError as error:
        raise BadMessageError(f"its words are none of {kind.__name__} ({error!r:.200})") from error


def training_in(memory: Memory) -> Training:
    """Read training rows."""
    message = memory.read()
    bounds = tuple((int(start), int(stop)) for start, stop in message.words["bounds"])
    arrays = message.arrays
    return Training(arrays["encoded_train"], arrays["y_train"], bounds, arrays["packed"].tobytes())


def unlabelled_in(memory: Memory) -> Unlabelled:
    """Read test rows."""
    arrays = memory.read().arrays
    return Unlabelled(arrays["encoded_test"], arrays["packed"].tobytes())


def sampled_in(message: Message) -> Sampled:
    """Read what a contender returned.

    Raises
    ------
    BadMessageError
        If it is something else.
    InvalidOutputError
        If rows or labels are of another type.
    """
    words: SampledWords = words_of(message, SampledWords)
    if sum(map(len, words.history.values())) > MAX_HISTORY:
        raise BadMessageError("its history is too long")
    X, y = message.arrays.get("X"), message.arrays.get("y")
    if (X is None) != (y is None):
        raise BadMessageError("rows without labels, or labels without rows")
    if X is not None and y is not None and (X.dtype, y.dtype) != (np.dtype("<f4"), np.dtype("<i8")):
        raise InvalidOutputError(f"expected rows of type float32 and labels of int64, got {X.dtype} and {y.dtype}")
    history = {
        name: [float("nan") if value is None else value for value in values] for name, values in words.history.items()
    }
    tuned = tuple(words.learnt), words.tune_fits, words.tune_s, plain(words.chose), plain(words.declined)
    return Sampled(X, y, words.owes_rows, words.sample_s, words.encode_s, history, *tuned)


def predicted_in(memory: Memory) -> Predicted:
    """Read what a learner said.

    Raises
    ------
    BadMessageError
        If it is something else.
    """
    message = memory.read()
    words: LearnedWords = words_of(message, LearnedWords)
    predicted, probability = message.arrays.get("predicted"), message.arrays.get("probability")
    if predicted is None or probability is None or predicted.dtype.kind != "i" or probability.dtype != np.float64:
        raise BadMessageError("no predictions, or of other types than they must be")
    return Predicted(predicted, probability, words.fit_s, words.predict_s, words.ranked)


def record_in(message: Message) -> Record:
    """Read what scoring found."""
    record = dict(message.words["record"])
    if not record.keys() <= set(COLUMNS):
        raise BadMessageError("columns that a record does not have")
    return record
