"""What the forkserver imports before the first cell, so that a cell starts in hundredths of a second.

Torch is among it although few contenders use it: so the memory of all cells starts from the same level. `_dynamo` is
what torch's optimisers import when they are first used, for most of a second; that is no contender's time.
"""

import imblearn.over_sampling
import sklearn.ensemble
import sklearn.linear_model
import torch._dynamo

from . import server

__all__ = ["imblearn", "server", "sklearn", "torch"]
