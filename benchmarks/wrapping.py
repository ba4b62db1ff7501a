"""Contenders that wrap another one: ``filtered[of=smotenc]``. The harness finds the inner one, by the one door.

A wrapper declares ``WRAPS = {"of": "smote"}``: the parameter that names what it wraps, and what that is if left out.
Its `make` gets no label there but a function like the inner one's own `make`. Rows are in the inner one's space.
"""

import hashlib
from functools import partial
from types import ModuleType
from typing import Any

from . import label
from .entry import Entry
from .errors import UsageError
from .registry import find, here

INHERITED = ("SPACE", "MEANT_FOR")


def inner(entry: Entry, params: dict[str, Any]) -> tuple[str, Entry, dict[str, Any]] | None:
    """Find what a contender wraps: the parameter that names it, its entry and its own parameters; None if nothing.

    Raises
    ------
    UsageError
        If it is unknown or cannot be used.
    """
    for parameter, default in entry.constants().get("WRAPS", {}).items():
        wanted = params.get(parameter, default)
        wanted = "none" if wanted is None else wanted  # the grammar's word for None, and a contender's name
        if not isinstance(wanted, str):
            raise UsageError(f"contender '{entry.name}': {parameter} is the name of a contender, got {wanted!r}")
        name, own = label.parse(wanted)
        found = find("contender", name)
        if wanted == default and found.module == entry.module:
            raise UsageError(f"contender '{entry.name}' wraps itself; name another one in WRAPS")
        return parameter, found, own
    return None


def load(entry: Entry, params: dict[str, Any]) -> tuple[ModuleType, dict[str, Any]]:
    """Import a contender, and what it wraps. What either raises is left to the caller.

    Returns
    -------
    module, params
        The module itself and its parameters; of a wrapper, one whose `make` is bound to the inner one, and the others.
    """
    module = entry.load()
    wrapped = inner(entry, params)
    if wrapped is None:
        return module, params
    parameter, within, own = wrapped
    inside, own = load(here(within), own)
    bound: Any = ModuleType(module.__name__, module.__doc__)
    vars(bound).update(vars(module))
    bound.make = partial(module.make, **{parameter: partial(inside.make, **own)})
    for name in INHERITED:
        setattr(bound, name, constant(within, own, name))
    return bound, {name: value for name, value in params.items() if name != parameter}


def constant(entry: Entry, params: dict[str, Any], name: str) -> Any:
    """Give a declaration of a contender; of a wrapper, the inner one's where that decides."""
    wrapped = inner(entry, params) if name in INHERITED else None
    return entry.constants()[name] if wrapped is None else constant(*wrapped[1:], name)


def fingerprint(entry: Entry, params: dict[str, Any]) -> str:
    """Hash a contender's code, and that of what it wraps."""
    wrapped = inner(entry, params)
    if wrapped is None:
        return entry.fingerprint()
    both = f"{entry.fingerprint()} {fingerprint(here(wrapped[1]), wrapped[2])}"
    return hashlib.sha256(both.encode()).hexdigest()[:16]
