"""Data sets and plugins are looked at in processes of their own: what a file blows up to, or code does, stays there.

The run's process holds test labels later on, and must live until the end: it never loads a data set itself, nor anybody
else's contender or learner.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import BaseContext
from time import monotonic
from typing import Any, Protocol, TypeVar

from ..catalog.data import Table
from ..catalog.entry import Choice
from ..catalog.resolve import check_parameters, is_built_in
from ..design.plan import Look
from ..design.suite import Suite
from ..design.tables import describe_split
from ..errors import UsageError, plain
from ..measure.trial import Enter
from .engine import MOST_S, TICK_S, Limits
from .guardian import Guardian
from .start import begin, guarded, start_context, warm_up
from .step.memory import BadMessageError, Message
from .step.process import Ended, Running, fresh
from .step.tasks import Task, Words, words_of

LONGEST = 1000
"""Characters of a problem or a note that are shown at most."""


class SaidWords(Words):
    """What is said of a data set, or of a plugin: a `Table` of the former, or what is wrong."""

    table: dict[str, Any] | None = None
    problem: str = ""


W = TypeVar("W", bound=Words)


class Ask(Protocol):
    """Has a task done in a process of its own, under limits."""

    def __call__(self, task: Task, about: "About", words: type[W], times: int = 1) -> W:
        """Give what the process says, in such words; it has as many `times` the limit of a cell.

        Raises
        ------
        UsageError
            If it comes to nothing: `about` has the words for it.
        """


@dataclass(frozen=True)
class Description(Task):
    """Load a data set and look at it, and at its splits."""

    choice: Choice
    label: str
    protocol: Choice
    suite: Suite

    def run(self, enter: Enter) -> Message:
        """Answer with what it is, or with what is wrong with it."""
        enter("load")
        try:
            return Message({"table": describe_split(self.choice, self.label, self.protocol, self.suite).model_dump()})
        except UsageError as error:
            return Message({"problem": str(error)})


@dataclass(frozen=True)
class Checking(Task):
    """Import a contender, a learner or a protocol, and check its parameters."""

    choice: Choice

    def run(self, enter: Enter) -> Message:
        """Answer with what is wrong, if anything is."""
        enter("load")
        try:
            check_parameters(self.choice)
        except UsageError as error:
            return Message({"problem": str(error)})
        return Message({})


@contextmanager
def asking(
    limits: Limits, preloaded: Collection[str] = (), meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Ask]:
    """Give what has foreign code run in processes of its own, and under limits.

    Parameters
    ----------
    preloaded : collection of str
        What cells need that are run afterwards, see `start.start_context`.
    meanwhile : callable
        Something to do before the first question, while the forkserver imports: nobody can answer that early.
    """
    with guarded() as guardian:
        yield _Apart(limits, start_context(preloaded), guardian, meanwhile).ask


def looking(ask: Ask) -> Look:
    """Give what looks at data sets and plugins in processes of their own."""

    def describe(choice: Choice, label: str, protocol: Choice, suite: Suite) -> Table:
        how = "" if is_built_in(protocol) else f" under protocol '{protocol.entry.name}'"
        about = About(f"data set '{label}'{how}", "read", "cannot be loaded")
        return _table(_said(ask(Description(choice, label, protocol, suite), about, SaidWords)), about)

    def check(choice: Choice) -> None:
        if is_built_in(choice):
            check_parameters(choice)
        else:
            about = About(f"{choice.entry.kind} '{choice.entry.name}'", "import", "cannot be imported")
            _said(ask(Checking(choice), about, SaidWords))

    return Look(describe, check)


@contextmanager
def describing(limits: Limits, preloaded: Collection[str] = ()) -> Iterator[Look]:
    """Give what looks at data sets and plugins in processes of their own, see `asking`."""
    with asking(limits, preloaded) as ask:
        yield looking(ask)


@dataclass(frozen=True)
class About:
    """Words for whatever goes wrong: what is looked at, what is done with it, and how not having done it is said."""

    what: str
    doing: str
    failed: str


@dataclass(frozen=True)
class _Apart:
    limits: Limits
    context: BaseContext
    guardian: Guardian
    meanwhile: Callable[[], None]

    def ask(self, task: Task, about: About, words: type[W], times: int = 1) -> W:
        self.meanwhile()

        def start() -> Running:
            warm_up(self.context)  # what the forkserver imports when it is first asked is not the plugin's time
            return Running(task, self.limits, self.limits.timeout_s * times, fresh(self.context))

        running = begin(
            self.context, start, lambda error: f"{about.what} {about.failed}: no process can be started ({error})"
        )
        pid = running.place.process.pid
        self.guardian.started(pid)
        try:
            return _answer(_wait(running), about, self.limits, words)
        finally:
            running.end()
            running.forget()
            self.guardian.ended(pid)


def _wait(running: Running) -> Ended:
    ticked, passed = monotonic(), 0.0
    while (ended := running.look(passed)) is None:
        connection.wait(running.waits_on(), TICK_S)
        now = monotonic()
        passed, ticked = min(now - ticked, MOST_S), now
    return ended


def _answer(ended: Ended, about: About, limits: Limits, words: type[W]) -> W:
    if ended.message is None:
        match ended.status:
            case "out_of_memory" if not ended.unexplained:
                raise UsageError(
                    f"{about.what} takes more than {limits.bytes / 1e9:.3g} GB to {about.doing} (--memory)"
                )
            case "timeout":
                raise UsageError(f"{about.what} takes longer than {limits.timeout_s:g} s to {about.doing} (--timeout)")
        raise UsageError(f"{about.what} {about.failed}: {ended.reason}")
    try:
        found: W = words_of(ended.message, words)
    except BadMessageError as error:
        raise _unreadable(about, str(error)) from error
    return found


def _said(words: SaidWords) -> SaidWords:
    if words.problem:
        raise UsageError(plain(words.problem, LONGEST))
    return words


def _table(words: SaidWords, about: About) -> Table:
    try:
        table = Table.model_validate(words.table)
    except ValueError as error:  # a data set's code may have written into the answer
        raise _unreadable(about, "it describes no table") from error
    return table.model_copy(update={"notes": tuple(plain(note, LONGEST) for note in table.notes)})


def _unreadable(about: About, why: str) -> UsageError:
    return UsageError(f"{about.what} {about.failed}: {plain(f'its answer cannot be read ({why})')}")
