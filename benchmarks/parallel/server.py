"""What the forkserver does in any case, and all that it holds where data sets are looked at but no cells are run."""

import atexit
import gc
import os
import signal
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from .interrupt import to_a_group
from .start import HOLDS
from .tree import Tree, adopt_orphans, close_to_others

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
# Short of memory, the system takes a process that started from here first: of them, the one that has most.
with suppress(OSError):  # some containers do not let it be written
    Path("/proc/self/oom_score_adj").write_text("1000")
# None of them gets at another's rows and answers, nor at this process. From now on: there is no moment before.
close_to_others()
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
