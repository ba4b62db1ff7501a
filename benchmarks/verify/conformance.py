"""Is a contender, a data set, a learner or a protocol sound? One suite for all.

Tests of outside packages can call it: `assert_sound`.
"""

import os
import pickle
import threading
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ..catalog import label, wrapping
from ..catalog.entry import Choice, Kind
from ..catalog.registry import TABLES, find, installed
from ..catalog.resolve import is_built_in
from ..errors import UsageError, one_line, plain
from ..parallel import preload
from ..parallel.start import begin, join, one_thread_each, start_context, starting, taking_turns, unstoppable, warm_up
from ..parallel.step.memory import BadMessageError, Memory, Message
from ..parallel.step.worker import let_go_of_helpers
from ..parallel.tree import Tree
from . import contender_checks, dataset_checks, inner_checks, learner_checks, protocol_checks
from .dataset_checks import Loaded
from .learner_checks import Learning
from .protocol_checks import Splitting
from .subject import Broken, Subject

PATIENCE_S = 300.0
"""Seconds that one check may take."""

DYING_S = 5.0
"""Seconds to wait for the end of a process that has closed what it speaks through."""

LONGEST = 1000
"""Characters of what a check says that are shown at most, of each of its parts."""

OF_CONTENDERS = contender_checks.CHECKS | inner_checks.CHECKS
CHECKS: dict[Kind, Collection[str]] = {
    "contender": OF_CONTENDERS,
    "dataset": dataset_checks.CHECKS,
    "classifier": learner_checks.CHECKS,
    "protocol": protocol_checks.CHECKS,
}
"""Titles of the checks of each kind."""

THEIRS = "imbalanced-learn: "

NEVER_MET = {"check_samplers_sparse", "check_samplers_pandas_sparse", "check_samplers_string", "check_samplers_nan"}
"""Checks of imbalanced-learn with input that no contender gets here: encoded rows are dense, numeric and complete."""


@dataclass(frozen=True)
class Verdict:
    """What became of one check. `known` is a failure that the contender declares, with its reason."""

    check: str
    status: Literal["ok", "failed", "known"]
    expected: str = ""
    came: str = ""
    mend: str = ""
    reason: str = ""

    def lines(self) -> list[str]:
        """Give the lines that `check` prints."""
        if self.status == "ok":
            return [f"  ok      {self.check}" + (f" ({self.reason})" if self.reason else "")]
        if self.status == "known":
            return [f"  known   {self.check}: {self.reason}"]
        details = (("expected", self.expected), ("came", self.came), ("to mend", self.mend))
        return [f"  FAILED  {self.check}", *(f"          {word + ':':<10}{text}" for word, text in details if text)]


def check(name: str, only: Collection[str] = ()) -> Iterator[Verdict]:
    """Check a contender, a data set, a learner or a protocol, by its name, its file, or ``package.module:Class``.

    Each check of somebody else's code runs in a process of its own, so that one that hangs or dies is a failed check.

    Parameters
    ----------
    only : collection of str
        Titles of the checks to run; all if left out.

    Raises
    ------
    UsageError
        If there is no such thing, or it cannot be used at all.
    """
    choice = locate(name)
    if choice.entry.how == "file" and choice.entry.kind in ("contender", "classifier"):
        # Both files have a function `make`; and one whose name another contender has, is said to be no contender.
        kind: Kind = "classifier" if _apart(_makes_a_learner, choice) is True else "contender"
        choice = choice if kind == choice.entry.kind else Choice(find(kind, label.parse(name)[0]), choice.params)
    entry, declared = choice.entry, choice.entry.declared().expected_failures
    outcome = _apart(_loads, choice)
    if isinstance(outcome, Broken):
        yield Verdict("can be loaded", "failed", *outcome.args)
        return
    yield Verdict("can be loaded", "ok")
    jobs: dict[str, Callable[[Choice], None]] = {}
    makes_rows = entry.kind == "contender" and outcome
    if makes_rows or entry.kind != "contender":
        jobs |= {title: partial(_one, title) for title in CHECKS[entry.kind]}
    if makes_rows:
        jobs["pickles"] = _unpickled
    if entry.kind == "contender":
        jobs["learner changed soundly"] = _learner
    if entry.tunes():
        jobs["learns soundly"] = _tunes
    jobs = {title: job for title, job in jobs.items() if not only or title in only}
    together = _apart(_all_of, choice, jobs) if is_built_in(choice) else None
    for title, job in jobs.items():
        # Ours share a process, which is quicker; where that hangs or dies, it is found out whose doing it was.
        found = together[title] if isinstance(together, dict) else _apart(job, choice)
        yield _verdict(title, found, declared)
    if makes_rows and (not only or any(title.startswith(THEIRS) for title in only)):
        results = _apart(_theirs, choice)
        for title, result in results.items() if isinstance(results, dict) else [("check_samplers", results)]:
            yield _verdict(f"{THEIRS}{title}", result, declared)


def assert_sound(name: str) -> None:
    """Raise AssertionError with all that is wrong with a contender, a data set and so on; for anyone's own tests.

    Examples
    --------
    In a file of tests of your own::

        def test_it_is_sound():
            assert_sound("my_sampler")
    """
    failed = [line for verdict in check(name) if verdict.status == "failed" for line in verdict.lines()]
    assert not failed, "\n".join([f"{name} is not sound:", *failed])


def locate(name: str) -> Choice:
    """Find what a name stands for: among contenders first, then data sets, learners and protocols.

    Raises
    ------
    UsageError
        If it is none of them.
    """
    plain, params = label.parse(name)
    for kind in CHECKS:
        if plain in installed(kind):
            return Choice(find(kind, plain), params)
    if plain.lower().endswith(TABLES):
        return Choice(find("dataset", plain), params)
    first: UsageError | None = None
    for kind in CHECKS:
        try:
            if kind != "dataset" or ":" not in plain:
                return Choice(find(kind, plain), params)
        except UsageError as error:
            first = first or error
    assert first is not None
    raise first


def _verdict(title: str, outcome: Any, declared: Mapping[str, str]) -> Verdict:
    reason = declared.get(title.removeprefix(THEIRS))
    if not isinstance(outcome, Broken):
        passes = "declared as an expected failure, but it passes: take it out" if reason else ""
        return Verdict(title, "ok", reason=passes)
    expected, came, mend = (*outcome.args, "", "", "")[:3]
    return Verdict(title, "known" if reason else "failed", expected, came, mend, reason or "")


@taking_turns()
@unstoppable()
def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    context: Any = start_context(preload.of_choices([each for each in arguments if isinstance(each, Choice)]))
    mine, theirs = context.Pipe(duplex=False)
    answer = Memory.make()

    def start() -> Any:
        warm_up(context)
        process = context.Process(target=_answer, args=(theirs, answer, work, arguments))
        with starting():
            process.start()
        return process

    with one_thread_each():
        process = begin(context, start, lambda error: f"no process can be started ({error})")
    theirs.close()
    try:
        if not mine.poll(PATIENCE_S):
            return Broken(f"an end within {PATIENCE_S:g} s", "none", "find the endless loop")
        if not os.read(mine.fileno(), 1):
            process.join(DYING_S)
            came = "it says nothing" if process.exitcode is None else f"it died with exit code {process.exitcode}"
            return Broken("a process that lives", came, "find what kills it")
        _end(process)  # before its answer is read: nobody changes that any more
        return _read(answer)
    finally:
        _end(process)
        answer.close()
        mine.close()


def _end(process: Any) -> None:
    if process.is_alive():
        Tree(process.pid).kill()
    join(process)


def _read(answer: Memory) -> Any:
    try:
        found = Answer.model_validate(answer.freeze().read().words)
    except (ValueError, OSError) as error:  # what is checked may have written into it
        came = plain(str(error)) if isinstance(error, BadMessageError) else "something else"
        return Broken("an answer that can be read", came, "leave file descriptors of others alone")
    if found.broken is not None:
        return _broken(found.broken)
    if found.each is not None:
        return {plain(title): parts and _broken(parts) for title, parts in found.each.items()}
    return found.done


def _broken(parts: list[str]) -> Broken:
    return Broken(*(plain(part, LONGEST) for part in parts[:3]))


class Answer(BaseModel):
    """What a check's process says: an end, what is broken, or what is, for each of several checks."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    done: bool | None = None
    broken: list[str] | None = None
    each: dict[str, list[str] | None] | None = None


def _answer(said: Connection, answer: Memory, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    let_go_of_helpers()
    warnings.simplefilter("ignore")
    try:
        found = work(*arguments)
    except Broken as error:
        found = error
    except BaseException as error:
        found = Broken("no error", one_line(error), "see the message")
    answer.write(Message(_said_of(found).model_dump()))
    os.write(said.fileno(), b".")
    threading.Event().wait()  # to be killed, with all that was started


def _said_of(found: Any) -> Answer:
    if isinstance(found, Broken):
        return Answer(broken=[str(part) for part in found.args])
    if isinstance(found, dict):
        each = {title: None if one is None else [str(part) for part in one.args] for title, one in found.items()}
        return Answer(each=each)
    return Answer(done=found)


def _subject(choice: Choice) -> Subject:
    return Subject(choice.entry, wrapping.load(choice))


def _makes_a_learner(choice: Choice) -> bool:
    """Tell whether what a file makes is a classifier and no sampler."""
    try:
        made = choice.entry.load().make(random_state=0, **choice.params)
    except Exception:  # whatever it is, checking it will say what is wrong
        return False
    return not hasattr(made, "fit_resample") and (hasattr(made, "fit") or hasattr(made, "predict"))


def _loads(choice: Choice) -> bool:
    """Tell whether there are rows to be checked."""
    is_contender = choice.entry.kind == "contender"
    try:
        loaded: Any = wrapping.load(choice) if is_contender else choice.entry.load()
    except ModuleNotFoundError as error:
        raise Broken("a module that can be imported", one_line(error), f"pip install {error.name}") from error
    except Exception as error:
        raise Broken("a module that can be imported", one_line(error), "see the message") from error
    if is_contender:
        return bool(loaded.makes_rows)
    if choice.entry.kind != "dataset":
        return False
    try:
        loaded.load(**choice.params)
    except Exception as error:
        raise Broken("a table from load()", one_line(error), "see the message") from error
    return True


def _all_of(choice: Choice, jobs: Mapping[str, Callable[[Choice], None]]) -> dict[str, Broken | None]:
    found: dict[str, Broken | None] = {}
    for title, job in jobs.items():
        try:
            job(choice)
        except Broken as error:
            found[title] = error
        except BaseException as error:
            found[title] = Broken("no error", one_line(error), "see the message")
        else:
            found[title] = None
    return found


def _one(title: str, choice: Choice) -> None:
    loaded: Any
    match choice.entry.kind:
        case "contender":
            OF_CONTENDERS[title](_subject(choice))
        case "dataset":
            loaded = choice.entry.load()
            dataset_checks.CHECKS[title](Loaded(choice.entry, loaded, choice.params))
        case "classifier":
            loaded = choice.entry.load()
            learner_checks.CHECKS[title](Learning(choice.entry, loaded.make, choice.params))
        case "protocol":
            protocol_checks.CHECKS[title](Splitting(choice))


def _learner(choice: Choice) -> None:
    inner_checks.learner_changed_soundly(_subject(choice))


def _tunes(choice: Choice) -> None:
    inner_checks.learns_soundly(_subject(choice))


def _unpickled(choice: Choice) -> None:
    subject = _subject(choice)
    try:
        sampler = pickle.loads(pickle.dumps(subject.sampler()))
    except Exception as error:
        raise Broken(
            "a sampler that can be pickled",
            one_line(error),
            "no lambdas, open files or local classes in its attributes",
        ) from error
    sampler.fit_resample(*subject.rows(subject.fold()))


def _theirs(choice: Choice) -> dict[str, Any]:
    """Run imbalanced-learn's own checks on a sampler of its kind, in the space that they are made for."""
    from imblearn.base import BaseSampler
    from imblearn.utils.estimator_checks import estimator_checks_generator

    subject = _subject(choice)
    sampler = subject.sampler()
    if not isinstance(sampler, BaseSampler) or subject.contender.declared.space == "table":
        return {}
    found: dict[str, Any] = {}
    for one, checked in estimator_checks_generator(sampler):
        title = getattr(checked, "func", checked).__name__
        if title in NEVER_MET:
            continue
        try:
            checked(one)
        except BaseException as error:
            found[title] = Broken("what imbalanced-learn expects", one_line(error), f"see {title} in imbalanced-learn")
        else:
            found.setdefault(title, None)
    return found
