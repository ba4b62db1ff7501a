"""Measures of the user's own, by their labels: ``package.module:function[param=value]`` or ``file.py:function``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..catalog import label
from ..errors import UsageError

Better = Literal["lower", "higher"]
On = Literal["decisions", "probabilities"]

_BETTER: dict[str, Better] = {"_score": "higher", "_error": "lower", "_loss": "lower", "_deviance": "lower"}
"""What the end of a function's name says, as in `sklearn.metrics`."""


@dataclass(frozen=True)
class OwnMeasure:
    """A function ``package.module:function`` or ``file.py:function``, and what stands in its brackets.

    Attributes
    ----------
    better : {"lower", "higher"}
        Which way is better.
    on : {"decisions", "probabilities"}, optional
        What it is given beside the labels; None where the name of its second argument says.
    params : dict
        What it is called with beside.
    """

    module: str
    function: str
    better: Better
    on: On | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "OwnMeasure":
        """Read a label, such as ``sklearn.metrics:fbeta_score[beta=2]``; nothing is imported.

        Raises
        ------
        UsageError
            If it is none, or does not say which way is better.
        """
        name, params = label.parse(text)
        module, colon, function = name.rpartition(":")
        if not colon or not module or not label.NAME.fullmatch(function):
            raise UsageError(
                f"measure '{text}': give package.module:function or file.py:function, such as "
                "sklearn.metrics:fbeta_score[beta=2]"
            )
        said = params.pop("better", None)
        better = said or next((way for end, way in _BETTER.items() if function.endswith(end)), None)
        if better not in ("lower", "higher"):
            raise UsageError(
                f"measure '{text}': say which way is better, {name}[better=lower] or {name}[better=higher]"
                + ("" if said is None else f", not {said}")
            )
        on = params.pop("on", None)
        if on not in (None, "decisions", "probabilities"):
            raise UsageError(f"measure '{text}': on is decisions or probabilities, not {on}")
        return cls(module, function, better, on, params)

    @classmethod
    def of_column(cls, name: str) -> "OwnMeasure":
        """Read the name of a column back, which says all but where the function is from."""
        return cls.read(f"any:{name}")

    @property
    def name(self) -> str:
        """Its column: the label without the module, in its canonical form."""
        unsaid = any(self.function.endswith(end) and way == self.better for end, way in _BETTER.items())
        said: dict[str, Any] = {} if unsaid else {"better": self.better}
        said |= {"on": self.on} if self.on else {}
        return label.format_label(self.function, dict(self.params) | said)

    @property
    def is_file(self) -> bool:
        """Tell whether it is a function of a file that the user named."""
        return self.module.endswith(".py")

    @property
    def published(self) -> str:
        """The label, without a folder of this machine."""
        return f"{Path(self.module).name if self.is_file else self.module}:{self.name}"
