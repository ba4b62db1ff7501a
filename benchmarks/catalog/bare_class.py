"""A class of somebody's package: a sampler, a classifier or a splitter.

``imblearn.over_sampling:ADASYN``, ``sklearn.svm:SVC``, ``sklearn.model_selection:RepeatedKFold``: the package is
imported where its cells run. What there is to know before that, a process of its own finds out.
"""

import inspect
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ..errors import how_to_install, one_line, plain
from . import estimator

Of = Literal["contender", "classifier", "protocol"]

PATIENCE_S = 120.0
"""Seconds that an import may take; after that, nothing is known of a class before its cells run."""

LONGEST = 100_000
"""Bytes of an answer that are read at most."""

ABOUT = ("ADASYN", "SVMSMOTE", "KMeansSMOTE")
"""imbalanced-learn's samplers that make about as many rows as asked."""

_PROGRAM = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {__name__} import _say; _say(*sys.argv[2:])"


class Seen(BaseModel):
    """What a class declares, and why it cannot be used, if so."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    role: Literal["oversampler", "control"] | None = None
    cleans: bool | None = None
    approximate: bool | None = None
    deterministic: bool | None = None
    takes_weights: bool | None = None
    problem: str = ""


def as_module(name: str, of: Of) -> ModuleType:
    """Make a contender of a class with imbalanced-learn's `fit_resample`, a learner or a protocol of scikit-learn's.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    TypeError
        If it is no such class.
    """
    cls, made = _class(name, of), ModuleType(name)
    match of:
        case "contender":
            functions = {"make": _sampler(cls)}
        case "classifier":
            functions = {"make": estimator.of_class(cls)}
        case "protocol":
            functions = {"split": _splitter(cls)}
    vars(made).update(functions | {key.upper(): value for key, value in _declarations(cls, of).items()})
    return made


def _sampler(cls: Any) -> Callable[..., Any]:
    accepted = inspect.signature(cls).parameters

    def make(random_state: int, sampling_strategy: Any = "auto", **params: Any) -> Any:
        given = {"random_state": random_state, "sampling_strategy": sampling_strategy}
        return cls(**{key: value for key, value in given.items() if key in accepted}, **params)

    return make


def _splitter(cls: Any) -> Callable[..., Any]:
    """Give the function `split` of a splitter: the seed says which of its splits.

    Raises
    ------
    TypeError
        From `split`, if it would draw others the next time.
    """
    accepted = inspect.signature(cls).parameters

    def split(X: Any, y: Any, seed: int, **params: Any) -> Any:
        groups = params.pop("groups", None)
        draws = "random_state" in accepted and ("shuffle" not in accepted or params.get("shuffle"))
        if draws and params.get("random_state") is None:
            raise TypeError(f"{cls.__name__} would draw other splits each time: give random_state")
        found = next(islice(cls(**params).split(X, y, groups), seed, None), None)
        if found is None:
            raise ValueError(f"{cls.__name__} has fewer than {seed + 1} splits; seeds count from 0")
        return found

    def split_groups(X: Any, y: Any, seed: int, groups: Any = None, **params: Any) -> Any:
        return split(X, y, seed, groups=groups, **params)

    # Others take groups, too, and pay them no heed.
    return split_groups if "Group" in cls.__name__ else split


def declarations(name: str, of: Of = "contender") -> dict[str, Any]:
    """Give what can be told of a class: imbalanced-learn's samplers say what they are; its combined ones drop rows too.

    One that only drops rows is a control, as `undersample` is. What cannot be imported declares nothing.
    """
    return _seen(name, of).model_dump(exclude={"problem"}, exclude_none=True)


def problem(name: str, of: Of = "contender") -> str:
    """Say why a class cannot be used; nothing if it can.

    Of a contender whose package is missing, its cells will say so; without its learner, no cell would be left.
    """
    return _seen(name, of).problem


def _declarations(cls: Any, of: Of) -> dict[str, Any]:
    if of == "protocol":
        return {}
    if of == "classifier":
        return {"takes_weights": estimator.takes_weights(cls)}
    adds = getattr(cls, "_sampling_type", "over-sampling") in ("over-sampling", "bypass")
    return {
        "role": "oversampler" if adds else "control",
        "cleans": not adds or ".combine" in cls.__module__,
        "approximate": any(cls.__module__.startswith("imblearn.") and each.__name__ in ABOUT for each in cls.__mro__),
        "deterministic": "random_state" not in inspect.signature(cls).parameters,
    }


def _seen(name: str, of: Of) -> Seen:
    # What this process holds already, as a class that `run` was given, can be asked here.
    return _look(name, of) if name.partition(":")[0] in sys.modules else _look_apart(name, of)


def _look(name: str, of: Of) -> Seen:
    try:
        return Seen(**_declarations(_class(name, of), of))
    except (AttributeError, TypeError) as error:
        return Seen(problem=plain(f"{of} '{name}': {error}"))
    except Exception as error:  # a contender's cells will say what
        return Seen(problem=plain(f"{of} '{name}': {_missing(error)}") if of != "contender" else "")


def _missing(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"there is no module {error.name}; {how_to_install(error.name)}"
    return f"cannot be imported ({one_line(error)})"


@cache
def _look_apart(name: str, of: Of) -> Seen:
    command = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), name, of]
    with tempfile.TemporaryFile() as answer:
        # In a file and not through a pipe, which something that the import has started could hold open for ever.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            return Seen()
        finally:
            with suppress(AttributeError, OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
        answer.seek(0)
        try:
            return Seen.model_validate_json(answer.read(LONGEST))
        except ValueError:  # the import ended the process, or wrote into its answer: its cells will say what
            return Seen()


def _say(name: str, of: Of) -> None:
    """Look at a class in this process, which is here for nothing else, and write down what is seen."""
    out = os.dup(1)
    os.dup2(2, 1)  # what the import prints is no answer
    os.write(out, _look(name, of).model_dump_json().encode())
    os._exit(0)


def _class(name: str, of: Of) -> Any:
    path, _, attribute = name.partition(":")
    cls = getattr(import_module(path), attribute)
    if of == "contender" and not (inspect.isclass(cls) and hasattr(cls, "fit_resample")):
        raise TypeError(f"{name} is no class with a method fit_resample")
    if of == "protocol" and not (inspect.isclass(cls) and hasattr(cls, "split") and hasattr(cls, "get_n_splits")):
        raise TypeError(f"{name} is no class with methods split and get_n_splits")
    if of == "classifier":
        why = estimator.why_no_classifier(cls) if inspect.isclass(cls) else f"{attribute} is no class"
        if why:
            raise TypeError(why)
    return cls
