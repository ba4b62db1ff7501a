"""Data sets are looked at in processes of their own: what a file blows up to, or a plugin's code does, stays there.

The run's process holds test labels later on, and must live until the end: it never loads a data set itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import BaseContext
from time import monotonic
from typing import Any

from ..catalog.data import Table, describe_data
from ..catalog.entry import Choice
from ..errors import UsageError, plain
from ..measure.trial import Enter
from .engine import MOST_S, TICK_S, Limits
from .guardian import Guardian
from .start import no_orphans, one_thread_each, start_context, warm_up
from .step.memory import BadMessageError, Message
from .step.process import Ended, Running
from .step.tasks import Task, Words, words_of
from .tree import unreadable

LONGEST = 1000
"""Characters of a problem or a note that are shown at most."""

Describe = Callable[[Choice, str], Table]
"""Looks at the data set that a label stands for; what `make_plan` takes."""


class DescribedWords(Words):
    """What is said of a data set: a `Table`, or why there is none."""

    table: dict[str, Any] | None = None
    problem: str = ""


@dataclass(frozen=True)
class Description(Task):
    """Load a data set and look at it."""

    choice: Choice
    label: str

    def run(self, enter: Enter) -> Message:
        """Answer with what it is, or with what is wrong with it."""
        enter("load")
        try:
            return Message({"table": describe_data(self.choice, self.label).model_dump()})
        except UsageError as error:
            return Message({"problem": str(error)})


@contextmanager
def describing(limits: Limits, light: bool = False) -> Iterator[Describe]:
    """Give what looks at a data set as `describe_data` does, in a process of its own and under limits.

    Parameters
    ----------
    light : bool
        Whether no cells are run afterwards, so that nothing need be imported for them.
    """
    with one_thread_each(), Guardian() as guardian, no_orphans(), unreadable():
        context = start_context(light)
        yield lambda choice, label: _described(Description(choice, label), limits, context, guardian)


def _described(task: Description, limits: Limits, context: BaseContext, guardian: Guardian) -> Table:
    try:
        warm_up(context)  # what the forkserver imports when it is asked for the first time is not the data set's time
        running = Running(task, limits, limits.timeout_s, context)
    except (OSError, EOFError) as error:
        raise UsageError(f"data set '{task.label}' cannot be loaded: no process can be started ({error})") from error
    pid = running.process.pid
    guardian.started(pid)
    try:
        return _answer(task.label, _wait(running), limits)
    finally:
        running.end()
        running.forget()
        guardian.ended(pid)


def _wait(running: Running) -> Ended:
    ticked, passed = monotonic(), 0.0
    while (ended := running.look(passed)) is None:
        connection.wait(running.waits_on(), TICK_S)
        now = monotonic()
        passed, ticked = min(now - ticked, MOST_S), now
    return ended


def _answer(label: str, ended: Ended, limits: Limits) -> Table:
    whose = f"data set '{label}'"
    if ended.message is None:
        match ended.status:
            case "out_of_memory" if not ended.unexplained:
                raise UsageError(f"{whose} takes more than {limits.bytes / 1e9:.3g} GB to read (--memory)")
            case "timeout":
                raise UsageError(f"{whose} takes longer than {limits.timeout_s:g} s to read (--timeout)")
        raise UsageError(f"{whose} cannot be loaded: {ended.reason}")
    try:
        words: DescribedWords = words_of(ended.message, DescribedWords)
        if words.problem:
            raise UsageError(plain(words.problem, LONGEST))
        table = Table.model_validate(words.table)
    except ValueError as error:  # a data set's code may have written into the answer
        wrong = error if isinstance(error, BadMessageError) else "it describes no table"
        raise UsageError(f"{whose} cannot be loaded: {plain(f'its answer cannot be read ({wrong})')}") from error
    return table.model_copy(update={"notes": tuple(plain(note, LONGEST) for note in table.notes)})
