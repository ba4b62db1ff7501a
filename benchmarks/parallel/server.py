"""What the forkserver does in any case, and all that it holds where data sets are looked at but no cells are run."""

import atexit
import gc
import os
import signal
import warnings
from contextlib import suppress
from importlib import import_module

from .interrupt import to_a_group
from .start import HOLDS
from .tree import Tree, adopt_orphans

# Nothing of what is imported is ever garbage: it is looked through neither now, which takes a seventh of the time, nor
# by the processes that start from here, which would copy all of it into their own memory.
gc.disable()

from . import describe  # noqa: E402
from .step import worker  # noqa: E402

__all__ = ["describe", "worker"]

for name in filter(None, os.environ.pop(HOLDS, "").split(",")):
    with suppress(Exception):  # what is wrong with it, the cells that need it will say, and no others
        import_module(name)
gc.freeze()
gc.enable()
# What a cell abandons becomes the forkserver's child, where the engine finds it and kills it.
adopt_orphans()
# A signal to a whole process group reaches the run as well, which then ends its cells and this process in order.
to_a_group(signal.SIG_IGN)
# The forkserver would warn whenever such an orphan ends, which it did not start itself.
warnings.filterwarnings("ignore", message="forkserver: waitpid returned unexpected pid")


def _end_all(pid: int = os.getpid()) -> None:
    # The forkserver ends when the run is gone. Whatever still lives then was left by a run that was killed.
    if os.getpid() == pid:
        for child in Tree(pid).look().members:
            if child.pid != pid:
                Tree(child.pid).kill()


atexit.register(_end_all)
