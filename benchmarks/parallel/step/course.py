"""The course of a cell: sample, learn, score, one process after the other; and of a split, which its cells share."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import numpy as np

from ...design.audit import unmarked
from ...design.cell import Cell, Split
from ...errors import plain
from ...measure.outcome import SCORED, WELL, Outcome, blank
from ...measure.resample import InvalidOutputError
from ...measure.trial import noted
from ..engine import Limits
from .memory import BadMessageError, Memory
from .process import Ended, Running
from .tasks import (
    Learn,
    LearnedWords,
    Prepare,
    PreparedWords,
    Sample,
    Score,
    Task,
    record_in,
    sampled_in,
    words_of,
)

ROOM = 16 * 2**20
"""Bytes that must be free where a process says that there is no room; else it was its own limit that it met."""

Start = Callable[[Task, float], Running]
"""Starts a process for a task that may take so many seconds."""


@dataclass
class Rows:
    """The rows of a split: those for contenders, those for learners, and the labels, which go where is scored alone.

    `class_balance` counts the negatives and the positives among the training rows.
    """

    training: Memory
    test: Memory
    y_test: np.ndarray
    class_balance: list[int]
    encode_s: float

    def close(self) -> None:
        """Let go of them."""
        self.training.close()
        self.test.close()


@dataclass(frozen=True)
class Lost:
    """Something that did not end by its own doing, as far as can be told; `put_off` says what stands in its way."""

    outcome: Outcome
    put_off: str = ""


class Preparing:
    """The rows of a split on their way."""

    def __init__(self, cell: Cell, limits: Limits, start: Start):
        self.cell = cell
        self.memories = [Memory.make(), Memory.make()]
        try:
            self.running = start(
                Prepare(cell.dataset_choice, cell.protocol_choice, cell.split, *self.memories), limits.timeout_s
            )
        except BaseException:
            self._close()
            raise

    @property
    def split(self) -> Split:
        """The split that is prepared."""
        return self.cell.split

    def look(self, ticked: float) -> "Rows | Outcome | Lost | None":
        """Give the rows, or what becomes of the cells that need them; None while it goes on."""
        ended = self.running.look(ticked)
        if ended is None:
            return None
        printed = self.running.output.text()
        self.running.end()
        try:
            if ended.message is not None:
                return self._rows(ended)
        except (BadMessageError, KeyError, ValueError, OSError) as error:
            ended = Ended(None, "crashed", ended.phase or "encode", f"its answer cannot be read ({error})")
        finally:
            self.running.forget()
        self._close()
        return verdict(self.cell, ended, printed)

    def give_up(self) -> None:
        """End it."""
        self.running.end()
        self.running.forget()
        self._close()

    def _rows(self, ended: Ended) -> Rows:
        assert ended.message is not None
        words: PreparedWords = words_of(ended.message, PreparedWords)
        training, test = (memory.freeze() for memory in self.memories)
        y_test = np.array(ended.message.arrays["y_test"])
        return Rows(training, test, y_test, _counts(training.read().arrays["y_train"]), words.encode_s)

    def _close(self) -> None:
        for memory in self.memories:
            memory.close()


@dataclass
class Course:
    """A cell on its way through its steps.

    Attributes
    ----------
    rows : Rows
        Of its split.
    start : callable
        Starts the process of a step.
    """

    cell: Cell
    rows: Rows
    limits: Limits
    start: Start
    running: Running = field(init=False)
    began: float = field(init=False)
    outcome: Outcome = field(init=False)
    sampled: Memory | None = None
    learned: Memory | None = None
    bad: Ended | None = None
    ran_s: float = 0.0
    printed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = monotonic()
        self.outcome = Outcome(blank(self.cell), work_s=0.0)
        self.outcome.record |= {
            "n_train": sum(self.rows.class_balance),
            "n_test": len(self.rows.y_test),
            "encode_s": self.rows.encode_s,
        }
        self.running = self._next(Sample(unmarked(self.cell), self.rows.training))

    def look(self, ticked: float) -> Outcome | Lost | None:
        """Tell what became of it; None while it goes on."""
        ended = self.running.look(ticked)
        if ended is None:
            return None
        task = self.running.task
        self._note()
        try:
            if (answer := ended.message) is not None:
                ended = self._answered(task, ended)
                self._spent(answer.words.get("work_s", 0.0))
        except InvalidOutputError as error:
            ended = Ended(None, "invalid_output", self.running.phase, str(error))
        except (BadMessageError, KeyError, ValueError) as error:
            ended = Ended(None, "crashed", self.running.phase, plain(f"its answer cannot be read ({error})"))
        if ended is None:  # there is another step
            return None
        return self._failed(task, ended) if ended.message is None else self._finished()

    def give_up(self) -> None:
        """End it."""
        self.running.end()
        self.running.forget()
        self._close()

    def _next(self, task: Task) -> Running:
        of_contender = not isinstance(task, Score)  # what our own code takes is no matter of the contender's
        return self.start(task, self.limits.timeout_s - (self.ran_s if of_contender else 0.0))

    def _note(self) -> None:
        running, record = self.running, self.outcome.record
        self.printed.append(running.output.text())
        self.ran_s += running.ran_s
        running.end()
        running.output.memory.close()
        if not isinstance(running.task, Score):
            known = [mb for mb in (record["peak_mb"], running.peak_mb) if mb is not None and mb == mb]
            record["peak_mb"] = max(known, default=None)

    def _answered(self, task: Task, ended: Ended) -> Ended | None:
        """Take an answer in, and begin the next step; give how it ended where that was the last."""
        assert ended.message is not None
        record, details = self.outcome.record, self.outcome.details
        match task:
            case Sample():
                self.sampled, sampled = self.running.answer, sampled_in(ended.message)
                record |= noted(sampled) | {"encode_s": record["encode_s"] + sampled.encode_s}
                before = self.rows.class_balance
                details["class_balance"] = {
                    "before": before,
                    "after": before if sampled.y is None else _counts(sampled.y),
                }
                details["history"] = dict(sampled.history or {})
                self.running = self._next(Learn(unmarked(self.cell), self.rows.training, self.sampled, self.rows.test))
                return None
            case Learn():
                self.learned = self.running.answer
                learned: LearnedWords = words_of(ended.message, LearnedWords)
                if ended.message.arrays:
                    record |= {"fit_s": learned.fit_s, "predict_s": learned.predict_s}
                self._score(self.learned if ended.message.arrays else None)
                return None
        record |= record_in(ended.message)
        if self.bad is None and record["status"] in SCORED:
            if record["balanced_error"] is None:
                return Ended(None, "crashed", "predict", "its process said nothing of the test rows")
            self.outcome.y_test = self.rows.y_test
            self.outcome.predicted = np.array(ended.message.arrays["predicted"])
            self.outcome.probability = np.array(ended.message.arrays["probability"])
        return ended

    def _score(self, learned: Memory | None) -> None:
        assert self.sampled is not None
        rows = self.rows
        self.running = self._next(Score(self.cell, rows.training, self.sampled, rows.test, rows.y_test, learned))

    def _failed(self, task: Task, ended: Ended) -> Outcome | Lost | None:
        self._spent(ended.work_s)
        if isinstance(task, Learn) and not ended.unexplained and self.bad is None:
            self.running.forget()
            self.bad = ended  # its rows are judged all the same
            self._score(None)
            return None
        # What came first counts: a learner may well fail on rows that cannot be.
        if isinstance(task, Score) and self.bad is not None and ended.status != "invalid_output":
            ended = self.bad
        self._close()
        return verdict(self.cell, ended, "".join(self.printed), self.outcome, ours=isinstance(task, Score))

    def _finished(self) -> Outcome | Lost:
        self._close()
        if self.bad is not None:
            return verdict(self.cell, self.bad, "".join(self.printed), self.outcome)
        record = self.outcome.record
        record["phase"] = "" if record["status"] in SCORED else "sample"
        self.outcome.log = log(self.cell, self.outcome, "".join(self.printed))
        return self.outcome

    def _spent(self, seconds: float) -> None:
        self.outcome.work_s = (self.outcome.work_s or 0.0) + seconds

    def _close(self) -> None:
        self.outcome.elapsed_s = monotonic() - self.began
        for memory in (self.sampled, self.learned, self.running.answer):
            if memory is not None:
                memory.close()
        self.running.output.memory.close()


def verdict(
    cell: Cell, ended: Ended, printed: str, outcome: Outcome | None = None, ours: bool = False
) -> Outcome | Lost:
    """Make an outcome of how a step ended badly, or say that it was lost.

    Parameters
    ----------
    outcome : Outcome, optional
        What is known of the cell already.
    ours : bool
        Whether none but our own code ran, so that its end is nobody's doing in any case.
    """
    found = outcome or Outcome(blank(cell))
    found.record |= {"status": ended.status, "phase": ended.phase, "reason": ended.reason}
    found.traceback = ended.traceback
    found.log = log(cell, found, printed)
    if ended.changed:
        return Lost(found, f"{ended.reason}; the same command goes on with the code as it is now")
    if ended.no_room is not None and (where := without_room(ended.no_room)):
        return Lost(found, f"there is no room left in {where}")
    if ours and ended.unexplained:
        return Lost(found, f"what scores it was ended from outside ({ended.reason})")
    return Lost(found) if ended.unexplained else found


def without_room(named: Path) -> str:
    """Name the folder that has no room, of the one that a process named and the one for temporary files."""
    for folder in (named, Path(tempfile.gettempdir())):
        with suppress(OSError, ValueError):  # anything may have been named
            system = os.statvfs(folder)
            written_to = system.f_blocks and not system.f_flag & os.ST_RDONLY  # else it never has room: /proc, an image
            if written_to and (system.f_bavail * system.f_frsize < ROOM or (system.f_files and not system.f_favail)):
                return str(folder)
    return ""


def log(cell: Cell, outcome: Outcome, printed: str) -> str:
    """Write down what is worth reading of a cell: where it went wrong, or printed something."""
    record = outcome.record
    if record["status"] in WELL and not printed:
        return ""
    said = f"{cell}\nstatus: {record['status']}\nphase: {record['phase']}\nreason: {record['reason']}\n"
    return f"{said}\n{outcome.traceback}\n--- printed ---\n{printed}"


def _counts(y: np.ndarray) -> list[int]:
    return [int((y == 0).sum()), int((y == 1).sum())]
