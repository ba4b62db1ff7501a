"""From the labels of a suite to what they stand for. What the user mistyped is found here, before anything runs."""

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ..errors import UsageError, how_to_install, one_line, unknown
from . import label, wrapping
from .contract import TIES
from .entry import Choice, Entry, Kind
from .estimator import why_no_classifier
from .registry import BUILT_IN, find, installed


@dataclass
class Resolved:
    """What labels stand for, by canonical label; `left_out` says why what ``*`` stood for cannot be used.

    `asked` are the labels as they were given, but for those of files, which name no folder of this machine.
    """

    choices: dict[str, Choice] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


Check = Callable[[Choice], None]
"""Checks the parameters of a contender, a learner or a protocol; see `check_parameters`."""


def check_parameters(choice: Choice) -> None:
    """Check that a contender, a learner or a protocol takes the parameters it is given; its code runs here.

    Raises
    ------
    UsageError
        If it cannot be imported or made, or does not take one.
    """
    CHECKS[choice.entry.kind](choice)


def is_built_in(choice: Choice) -> bool:
    """Tell whether no code but ours is behind a choice."""
    wrapped = wrapping.inner(choice) if choice.entry.kind == "contender" else None
    return (choice.entry.how, choice.entry.source) == ("module", BUILT_IN) and (
        wrapped is None or is_built_in(wrapped.choice)
    )


def resolve(kind: Kind, labels: list[str], check: Check = check_parameters) -> Resolved:
    """Find contenders, data sets, learners or protocols and check their parameters.

    ``*`` stands for everything that is installed, ``value|value`` in brackets for a label each, and the name in a data
    set of many tables may be a pattern like those of file names.

    Parameters
    ----------
    check : callable
        Checks parameters as `check_parameters` does, which runs other people's code in this process; others leave that
        to another one.

    Raises
    ------
    UsageError
        If one is unknown, cannot be used, stands twice, or has a parameter that it does not take.
    """
    found = Resolved()
    for given, text in ((one, each) for one in labels for each in _expand(kind, one, found.left_out)):
        name, params = label.parse(text)
        choice = Choice(find(kind, name), params)
        entry = choice.entry
        for other in (each.entry for each in found.choices.values()):
            if other.name == entry.name and other.path != entry.path:
                raise UsageError(f"{kind} '{entry.name}' comes from both {other.source} and {entry.source}; rename one")
        if kind == "dataset":
            _check_dataset(choice)
        elif params or (kind == "classifier" and not is_built_in(choice)):
            check(choice)  # one that is no classifier would fail every cell
        if kind == "classifier" and entry.source == BUILT_IN and (absent := entry.absent()):
            raise UsageError(
                f"classifier '{entry.name}' needs {', '.join(absent)}, which is not installed: "
                f"{how_to_install(absent[0])}"
            )
        canonical = label.format_label(entry.name, _named(choice))
        refuse_twice(kind, [*found.choices, canonical])
        found.choices[canonical] = choice
        found.asked.append(label.renamed(given, entry.name) if entry.by_path else given)
    found.asked = list(dict.fromkeys(found.asked))
    return found


def _named(choice: Choice) -> dict[str, Any]:
    # Of a table of one's own, the target is no part of the name: one run has one target.
    named = ("positives",) if choice.entry.how == "table" else choice.params
    return {name: value for name, value in choice.params.items() if name in named}


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
    return [name for one in label.alternatives(text) for name in (_tables(one) if kind == "dataset" else [one])]


def _tables(text: str) -> list[str]:
    """Give the labels of the tables that a pattern in place of a table's name stands for."""
    name, params = label.parse(text)
    pattern = params.get("name")
    if not isinstance(pattern, str) or not set(pattern) & set("*?"):
        return [text]
    if not (there := find("dataset", name).declared().names):
        return [text]
    if not (matching := [each for each in there if fnmatchcase(each, pattern)]):
        raise UsageError(unknown(f"table of data set '{name}':", pattern, there))
    return [label.format_label(name, params | {"name": each}) for each in matching]


def _needs(name: str) -> bool:
    return bool(installed("dataset")[name].parameters())


def _check_dataset(choice: Choice) -> None:
    entry = choice.entry
    if "positives" in choice.params:
        value = choice.params["positives"]
        if not isinstance(value, float) or not 0 < value < 1:
            raise UsageError(f"data set '{entry.name}': positives is the share to keep, between 0 and 1, got {value!r}")
    if "audit" in choice.params:
        raise UsageError(f"data set '{entry.name}': audit is what run --audit N adds, and no parameter")
    own = choice.without("positives").params
    names = entry.declared().names
    if names and own.get("name") is not None and own["name"] not in names:
        raise UsageError(unknown(f"table of data set '{entry.name}':", str(own["name"]), names))
    if not own and not names and entry.how == "module" and entry.source == BUILT_IN and not _needs(entry.name):
        return  # nothing to check, so nothing to import
    if (accepted := _of_load(entry)) is None:
        return  # the source does not say; loading it, in a process of its own, will
    for name in own:
        if name not in accepted:
            raise UsageError(unknown(f"parameter of data set '{entry.name}':", name, [*accepted, "positives"]))
    for name, parameter in accepted.items():
        if parameter.default is parameter.empty and name not in own:
            raise UsageError(f"data set '{entry.name}' needs {entry.name}[{name}=…]")


def _of_load(entry: Entry) -> Mapping[str, inspect.Parameter] | None:
    if entry.how in ("table", "frame"):  # our own code
        return inspect.signature(entry.load().load).parameters
    found = entry.signature()
    return None if found is None else found.parameters


def _check_contender(choice: Choice) -> None:
    wrapping.declared(choice)
    if (wrapped := wrapping.inner(choice)) and wrapped.choice.params:
        _check_contender(wrapped.choice)
    try:
        ready = wrapping.load(choice)
    except Exception as error:
        raise UsageError(f"contender '{choice.entry.name}' cannot be imported ({one_line(error)})") from error
    if choice.entry.tunes():
        own = ready.tuners[-1]
        _check_parameters(choice.entry, own.module.tuner, own.params)
        return
    if not ready.makes_rows:
        raise UsageError(f"contender '{choice.entry.name}' takes no parameters")
    _check_parameters(choice.entry, ready.module.make, ready.params)


def _check_classifier(choice: Choice) -> None:
    try:
        make = choice.entry.load().make
    except Exception as error:
        raise UsageError(f"classifier '{choice.entry.name}' cannot be imported ({one_line(error)})") from error
    if why := why_no_classifier(_check_parameters(choice.entry, make, choice.params)):
        raise UsageError(f"classifier '{choice.entry.name}': {why}")


def _check_parameters(entry: Entry, make: Callable[..., Any], params: dict[str, Any]) -> Any:
    whose = f"{entry.kind} '{entry.name}'"
    accepted = inspect.signature(make).parameters
    valid = {name for name, parameter in accepted.items() if parameter.kind is not parameter.VAR_KEYWORD}
    open_ended = len(valid) < len(accepted)
    try:
        if open_ended and hasattr(plain := make(random_state=0), "get_params"):
            valid |= set(plain.get_params(deep=False))
            open_ended = False
    except Exception as error:
        raise UsageError(f"{whose}: {one_line(error)}") from error
    if entry.kind != "classifier":  # a learner may be given one, as those whose numbers are checked have it
        valid.discard("random_state")  # the seed's
    if entry.kind == "contender" and entry.declared().takes_learner:
        valid.discard("learner")  # the cell's
    for name in params:
        if name not in valid and not open_ended:
            raise UsageError(unknown(f"parameter of {whose}:", name, valid))
    try:
        made = make(**{"random_state": 0} | params)
        # scikit-learn's own check of types and ranges, which would otherwise fail every cell
        getattr(made, "_validate_params", lambda: None)()
    except Exception as error:
        raise UsageError(f"{whose}: {one_line(error)}") from error
    return made


def _check_protocol(choice: Choice) -> None:
    whose = f"protocol '{choice.entry.name}'"
    try:
        accepted = inspect.signature(choice.entry.load().split).parameters
    except Exception as error:
        raise UsageError(f"{whose} cannot be imported ({one_line(error)})") from error
    open_ended = any(each.kind is each.VAR_KEYWORD for each in accepted.values())
    own = [name for name, each in accepted.items() if each.kind is not each.VAR_KEYWORD]
    own = [name for name in own if name not in ("X", "y", "seed", *TIES)]
    for name in choice.params:
        if name not in own and not open_ended:
            raise UsageError(unknown(f"parameter of {whose}:", name, own))


CHECKS: dict[Kind, Check] = {
    "contender": _check_contender,
    "classifier": _check_classifier,
    "protocol": _check_protocol,
}
