"""From the labels of a suite to what they stand for. What the user mistyped is found here, before anything runs."""

import inspect
from collections import Counter
from typing import Any

from . import label
from .classifiers import CLASSIFIERS
from .errors import UsageError, one_line, unknown
from .registry import Entry, Kind, find, installed

Resolved = dict[str, tuple[Entry, dict[str, Any]]]
"""By canonical label: the entry and its parameters."""


def resolve(kind: Kind, labels: list[str]) -> Resolved:
    """Find contenders or data sets and check their parameters; ``*`` stands for everything that is installed.

    Raises
    ------
    UsageError
        If one is unknown, stands twice, or has a parameter that it does not take.
    """
    everything = list(installed(kind))
    check = {"contender": _check_contender, "dataset": _check_dataset}[kind]
    found: Resolved = {}
    for text in [each for given in labels for each in (everything if given == "*" else [given])]:
        name, params = label.parse(text)
        entry = find(kind, name)
        entry.constants()
        if params:
            check(entry, params)
        canonical = label.format_label(entry.name, params)
        refuse_twice(kind, [*found, canonical])
        found[canonical] = (entry, params)
    return found


def check_classifiers(names: list[str]) -> None:
    """Refuse learners that are unknown or stand twice."""
    for name in names:
        if name not in CLASSIFIERS:
            raise UsageError(unknown("classifier", name, CLASSIFIERS))
    refuse_twice("classifier", names)


def refuse_twice(what: str, names: list[Any]) -> None:
    """Refuse a list in which a name stands twice."""
    for name, count in Counter(names).items():
        if count > 1:
            raise UsageError(f"{what} {name} stands twice")


def _check_dataset(entry: Entry, params: dict[str, Any]) -> None:
    for name, value in params.items():
        if name != "positives":
            raise UsageError(unknown(f"parameter of data set '{entry.name}':", name, ["positives"]))
        if not isinstance(value, float) or not 0 < value < 1:
            raise UsageError(f"data set '{entry.name}': positives is the share to keep, between 0 and 1, got {value!r}")


def _check_contender(entry: Entry, params: dict[str, Any]) -> None:
    try:
        module = entry.load()
    except Exception as error:
        raise UsageError(f"contender '{entry.name}' cannot be imported ({one_line(error)})") from error
    if not hasattr(module, "make"):
        raise UsageError(f"contender '{entry.name}' takes no parameters")
    accepted = inspect.signature(module.make).parameters
    valid = {name for name, parameter in accepted.items() if parameter.kind is not parameter.VAR_KEYWORD}
    open_ended = len(valid) < len(accepted)
    if open_ended and hasattr(plain := module.make(random_state=0), "get_params"):
        valid |= set(plain.get_params(deep=False))
        open_ended = False
    valid.discard("random_state")  # the seed's
    for name in params:
        if name not in valid and not open_ended:
            raise UsageError(unknown(f"parameter of contender '{entry.name}':", name, valid))
    try:
        sampler = module.make(random_state=0, **params)
        # scikit-learn's own check of types and ranges, which would otherwise fail every cell
        getattr(sampler, "_validate_params", lambda: None)()
    except Exception as error:
        raise UsageError(f"contender '{entry.name}': {one_line(error)}") from error
