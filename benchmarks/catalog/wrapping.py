"""Contenders, ready to be used; and those that wrap another one: ``filtered[of=smotenc]``.

A wrapper declares ``WRAPS = {"of": "smote"}``: the parameter that names what it wraps, and what that is if left out.
Its `make` gets no label there but a function like the inner one's own `make`. Rows are in the inner one's space. One
that has no `make` but a `tuner` leaves the rows to the inner one, and learns something of it: ``tuned[of=smote]``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import UsageError
from . import bare_class, label
from .contract import ChangesLearner, Classifier, Contender, Declared, Sampler
from .entry import Choice
from .fingerprint import file_hash, short_hash
from .inner import InnerLearner, Trial
from .registry import find, here

INNER = "kfold"
"""The protocol of inner folds: its code is part of what a tuner is, or a contender that takes the learner."""


@dataclass(frozen=True)
class Wrapped:
    """What a wrapper wraps: the parameter that names it, and what is named."""

    parameter: str
    choice: Choice


@dataclass(frozen=True)
class Tuner:
    """A contender that learns something of the one that it wraps: its module, and its own parameters."""

    module: ModuleType
    params: dict[str, Any]

    def made(self, random_state: int) -> Callable[[Trial], Any]:
        """Make what does it."""
        made: Callable[[Trial], Any] = self.module.tuner(random_state=random_state, **self.params)
        return made


@dataclass(frozen=True)
class Ready:
    """A contender that is imported: its module, what that declares, the parameters for its `make`, and its tuners.

    `inside` is what it wraps, by the parameter that names it, unless that is a tuner's.
    """

    module: ModuleType
    declared: Declared
    params: dict[str, Any]
    tuners: tuple[Tuner, ...] = ()
    inside: "Mapping[str, Ready]" = field(default_factory=dict)

    @property
    def makes_rows(self) -> bool:
        """Tell whether it makes a sampler; a control may change the learner alone."""
        return isinstance(self.module, Contender)

    def sampler(self, random_state: int, *, learner: InnerLearner | None = None, **params: Any) -> Sampler:
        """Make a sampler, with these parameters over its own. It, and what it wraps, get a learner if they take it."""
        given = {**self.params, **params}
        if learner is not None:
            given |= {name: partial(inside.sampler, learner=learner) for name, inside in self.inside.items()}
            if Declared.of(self.module).takes_learner:
                given["learner"] = learner
        made: Sampler = self.module.make(random_state=random_state, **given)
        return made

    def over(self, params: Mapping[str, Any]) -> "Ready":
        """Give the same with these parameters over its own."""
        return replace(self, params=self.params | dict(params))

    def changed(self, estimator: Classifier) -> Classifier:
        """Give the learner as the contender changes it; as it is, where it does not."""
        return self.module.classifier(estimator) if isinstance(self.module, ChangesLearner) else estimator


def inner(choice: Choice) -> Wrapped | None:
    """Find what a contender wraps; None if nothing.

    Raises
    ------
    UsageError
        If it is unknown or cannot be used.
    """
    entry = choice.entry
    for parameter, default in entry.declared().wraps.items():
        wanted = choice.params.get(parameter, default)
        wanted = "none" if wanted is None else wanted  # the grammar's word for None, and a contender's name
        if not isinstance(wanted, str):
            raise UsageError(f"contender '{entry.name}': {parameter} is the name of a contender, got {wanted!r}")
        name, own = label.parse(wanted)
        found = find("contender", name)
        if wanted == default and found.module == entry.module:
            raise UsageError(f"contender '{entry.name}' wraps itself; name another one in WRAPS")
        return Wrapped(parameter, Choice(found, own))
    return None


def load(choice: Choice) -> Ready:
    """Import a contender, and what it wraps. What either raises is left to the caller.

    Of a wrapper, `make` comes bound to the inner one, and the parameter that names that is gone.
    """
    module = choice.entry.load()
    wrapped = inner(choice)
    if wrapped is None:
        return Ready(module, Declared.of(module), choice.params)
    inside = load(Choice(here(wrapped.choice.entry), wrapped.choice.params))
    if choice.entry.tunes():
        own = Tuner(module, choice.without(wrapped.parameter).params)
        return replace(inside, declared=_of_tuner(Declared.of(module), inside.declared), tuners=(*inside.tuners, own))
    bound: Any = ModuleType(module.__name__, module.__doc__)
    vars(bound).update(vars(module))
    bound.make = partial(module.make, **{wrapped.parameter: partial(inside.module.make, **inside.params)})
    both = _of_both(Declared.of(module), inside.declared)
    return Ready(bound, both, choice.without(wrapped.parameter).params, inside={wrapped.parameter: inside})


def declared(choice: Choice) -> Declared:
    """Give the declarations of a contender, without importing it; of a wrapper, the inner one's where that decides.

    Raises
    ------
    UsageError
        If one is set to something that it cannot be.
    """
    own, wrapped = choice.entry.declared(), inner(choice)
    if wrapped is None:
        return own
    if choice.entry.tunes():
        return _of_tuner(own, declared(wrapped.choice))
    if wrapped.choice.entry.tunes():
        raise UsageError(
            f"contender '{choice.entry.name}' wraps what makes rows, and '{wrapped.choice.entry.name}' makes none: put "
            f"it outside, {wrapped.choice.entry.name}[of={choice.entry.name}[…]]"
        )
    return _of_both(own, declared(wrapped.choice))


def base(choice: Choice) -> Choice:
    """Give what makes the rows, or changes the learner: a tuner's innermost contender, others as they are."""
    while choice.entry.tunes():
        wrapped = inner(choice)
        assert wrapped is not None
        choice = Choice(here(wrapped.choice.entry), wrapped.choice.params)
    return choice


def _of_tuner(own: Declared, inside: Declared) -> Declared:
    return replace(inside, wraps=own.wraps, expected_failures=own.expected_failures)


def _of_both(own: Declared, inside: Declared) -> Declared:
    takes_learner = own.takes_learner or inside.takes_learner
    return replace(own, space=inside.space, meant_for=inside.meant_for, takes_learner=takes_learner)


def fingerprint(choice: Choice) -> str:
    """Hash a contender's code, that of what it wraps, and that which makes a contender of a class or a wrapper."""
    code, wrapped = choice.entry.fingerprint(), inner(choice)
    if choice.entry.how == "class":
        code = short_hash(f"{code} {file_hash(Path(bare_class.__file__))}")
    if choice.entry.tunes() or choice.entry.declared().takes_learner:
        code = short_hash(f"{code} {find('protocol', INNER).fingerprint()}")
    if wrapped is None:
        return code
    inside = fingerprint(Choice(here(wrapped.choice.entry), wrapped.choice.params))
    return short_hash(f"{code} {inside}")
