"""A sampler class of somebody's package as a contender: ``imblearn.over_sampling:ADASYN``."""

import inspect
from importlib import import_module
from types import ModuleType
from typing import Any


def as_contender(name: str) -> ModuleType:
    """Make a contender of a class with imbalanced-learn's `fit_resample`.

    Raises
    ------
    ImportError, AttributeError
        If there is no such module or class.
    TypeError
        If it is no sampler.
    """
    cls = _class(name)
    accepted = inspect.signature(cls).parameters

    def make(random_state: int, sampling_strategy: Any = "auto", **params: Any) -> Any:
        given = {"random_state": random_state, "sampling_strategy": sampling_strategy}
        return cls(**{key: value for key, value in given.items() if key in accepted}, **params)

    contender: Any = ModuleType(name)
    contender.make = make
    for key, value in declarations(name).items():
        setattr(contender, key.upper(), value)
    made: ModuleType = contender
    return made


def declarations(name: str) -> dict[str, Any]:
    """Give what can be told of a class: imbalanced-learn's samplers say what they are; its combined ones drop rows too.

    One that only drops rows is a control, as `undersample` is. What cannot be imported declares nothing.
    """
    try:
        cls = _class(name)
    except Exception:  # its cells will say what
        return {}
    adds = getattr(cls, "_sampling_type", "over-sampling") in ("over-sampling", "bypass")
    return {
        "role": "oversampler" if adds else "control",
        "cleans": not adds or ".combine" in cls.__module__,
        "deterministic": "random_state" not in inspect.signature(cls).parameters,
    }


def problem(name: str) -> str:
    """Say why a class cannot be used; nothing if it can, or if its package is missing, which its cells will say."""
    try:
        _class(name)
    except (AttributeError, TypeError) as error:
        return f"contender '{name}': {error}"
    except Exception:
        return ""
    return ""


def _class(name: str) -> Any:
    path, _, attribute = name.partition(":")
    cls = getattr(import_module(path), attribute)
    if not inspect.isclass(cls) or not hasattr(cls, "fit_resample"):
        raise TypeError(f"{name} is no class with a method fit_resample")
    return cls
