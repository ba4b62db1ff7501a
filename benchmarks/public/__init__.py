"""Should I oversample, with what, at what cost? A benchmark of oversamplers for imbalanced tables.

>>> import oversampling_bench as ob
>>> result = ob.run("quick")  # doctest: +SKIP
>>> print(result.finding)  # doctest: +SKIP
"""

from typing import Any

from .benchmarks.advising import Advice, advise, evidence
from .benchmarks.api import Result, assert_sound, check, compare, read_results, run
from .benchmarks.errors import UsageError
from .benchmarks.table import OwnTable, read_table

__all__ = [
    "Advice",
    "Oversampled",
    "OwnTable",
    "Result",
    "UsageError",
    "__version__",
    "advise",
    "assert_sound",
    "check",
    "compare",
    "evidence",
    "read_results",
    "read_table",
    "run",
]


def __getattr__(name: str) -> Any:
    # Looking a version up takes longer than importing all of this, and an estimator needs scikit-learn.
    if name == "Oversampled":
        from .benchmarks.advise.estimator import Oversampled

        return Oversampled
    if name == "__version__":
        from importlib.metadata import version

        return version("oversampling-bench")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
