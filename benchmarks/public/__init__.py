"""Should I oversample, with what, at what cost? A benchmark of oversamplers for imbalanced tables.

>>> import oversampling_bench as ob
>>> result = ob.run("quick")  # doctest: +SKIP
>>> print(result.finding)  # doctest: +SKIP
"""

from .benchmarks.api import Result, assert_sound, check, compare, read_results, run
from .benchmarks.errors import UsageError

__all__ = ["Result", "UsageError", "__version__", "assert_sound", "check", "compare", "read_results", "run"]


def __getattr__(name: str) -> str:
    # Looking a version up takes longer than importing all of this.
    if name == "__version__":
        from importlib.metadata import version

        return version("oversampling-bench")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
