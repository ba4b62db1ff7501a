"""From the labels of a suite to what they stand for. What the user mistyped is found here, before anything runs."""

import inspect
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from . import label, wrapping
from .classifiers import CLASSIFIERS
from .entry import Entry, Kind
from .errors import UsageError, one_line, unknown
from .registry import find, installed


@dataclass
class Resolved:
    """Entries and parameters by canonical label; `left_out` says why what ``*`` stood for cannot be used."""

    entries: dict[str, tuple[Entry, dict[str, Any]]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def resolve(kind: Kind, labels: list[str]) -> Resolved:
    """Find contenders or data sets and check their parameters.

    ``*`` stands for everything that is installed, and as the name in a data set of many tables for all of them.

    Raises
    ------
    UsageError
        If one is unknown, cannot be used, stands twice, or has a parameter that it does not take.
    """
    check = {"contender": _check_contender, "dataset": _check_dataset}[kind]
    found = Resolved()
    for text in (each for given in labels for each in _expand(kind, given, found.left_out)):
        name, params = label.parse(text)
        entry = find(kind, name)
        for other, _ in found.entries.values():
            if other.name == entry.name and other.path != entry.path:
                raise UsageError(f"{kind} '{entry.name}' comes from both {other.source} and {entry.source}; rename one")
        if params or kind == "dataset":
            check(entry, params)
        canonical = label.format_label(entry.name, params)
        refuse_twice(kind, [*found.entries, canonical])
        found.entries[canonical] = (entry, params)
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


def _expand(kind: Kind, text: str, left_out: dict[str, str]) -> list[str]:
    if text == "*":
        everything = installed(kind)
        left_out |= {name: problem for name, entry in everything.items() if (problem := entry.problem())}
        # A data set of many tables, or one to be fetched, is asked for by name.
        return [name for name in everything if name not in left_out and not (kind == "dataset" and _needs(name))]
    name, params = label.parse(text)
    if kind == "dataset" and params.get("name") == "*":
        names = find(kind, name).constants()["NAMES"]
        return [label.format_label(name, params | {"name": each}) for each in names]
    return [text]


def _needs(name: str) -> bool:
    return bool(installed("dataset")[name].parameters())


def _check_dataset(entry: Entry, params: dict[str, Any]) -> None:
    if "positives" in params:
        value = params["positives"]
        if not isinstance(value, float) or not 0 < value < 1:
            raise UsageError(f"data set '{entry.name}': positives is the share to keep, between 0 and 1, got {value!r}")
    own = {name: value for name, value in params.items() if name != "positives"}
    names = entry.constants()["NAMES"]
    if names and own.get("name") is not None and own["name"] not in names:
        raise UsageError(unknown(f"table of data set '{entry.name}':", str(own["name"]), names))
    if not own and not names and entry.how == "module" and entry.source == "built-in" and not _needs(entry.name):
        return  # nothing to check, so nothing to import
    try:
        accepted = inspect.signature(entry.load().load).parameters
    except Exception as error:
        raise UsageError(f"data set '{entry.name}' cannot be imported ({one_line(error)})") from error
    for name in own:
        if name not in accepted:
            raise UsageError(unknown(f"parameter of data set '{entry.name}':", name, [*accepted, "positives"]))
    for name, parameter in accepted.items():
        if parameter.default is parameter.empty and name not in own:
            how = (
                {"target": "--target COLUMN", "positive": "--positive VALUE"}.get(name)
                if entry.how == "table"
                else None
            )
            raise UsageError(f"data set '{entry.name}' needs {how or f'{entry.name}[{name}=…]'}")


def _check_contender(entry: Entry, params: dict[str, Any]) -> None:
    if (wrapped := wrapping.inner(entry, params)) and wrapped[2]:
        _check_contender(*wrapped[1:])
    try:
        module, params = wrapping.load(entry, params)
    except Exception as error:
        raise UsageError(f"contender '{entry.name}' cannot be imported ({one_line(error)})") from error
    if not hasattr(module, "make"):
        raise UsageError(f"contender '{entry.name}' takes no parameters")
    accepted = inspect.signature(module.make).parameters
    valid = {name for name, parameter in accepted.items() if parameter.kind is not parameter.VAR_KEYWORD}
    open_ended = len(valid) < len(accepted)
    try:
        if open_ended and hasattr(plain := module.make(random_state=0), "get_params"):
            valid |= set(plain.get_params(deep=False))
            open_ended = False
    except Exception as error:
        raise UsageError(f"contender '{entry.name}': {one_line(error)}") from error
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
