"""A sampler class of somebody's package as a contender: ``imblearn.over_sampling:ADASYN``."""

import inspect
from importlib import import_module
from types import ModuleType
from typing import Any


def as_contender(name: str) -> ModuleType:
    """Make a contender of a class with imbalanced-learn's `fit_resample`.

    It drops original rows if imbalanced-learn's own declaration says so, or if it is one of the combined samplers.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    TypeError
        If it is no sampler.
    """
    path, _, attribute = name.partition(":")
    cls = getattr(import_module(path), attribute)
    if not inspect.isclass(cls) or not hasattr(cls, "fit_resample"):
        raise TypeError(f"{name} is no class with a method fit_resample")
    accepted = inspect.signature(cls).parameters

    def make(random_state: int, sampling_strategy: Any = "auto", **params: Any) -> Any:
        given = {"random_state": random_state, "sampling_strategy": sampling_strategy}
        return cls(**{key: value for key, value in given.items() if key in accepted}, **params)

    contender: Any = ModuleType(name)
    contender.make = make
    contender.CLEANS = getattr(cls, "_sampling_type", "") != "over-sampling" or ".combine" in cls.__module__
    contender.DETERMINISTIC = "random_state" not in accepted
    made: ModuleType = contender
    return made
