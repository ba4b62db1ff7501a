"""What the forkserver does in any case, and all that it holds where data sets are looked at but no cells are run."""

import atexit
import gc
import os
import signal
import warnings
from contextlib import suppress
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path

from .interrupt import to_a_group
from .tree import Tree, adopt_orphans, close_to_others

_PID, _RUN = os.getpid(), os.getppid()

_MARK = Path("/proc/self/oom_score_adj")


def _taken_first() -> None:
    """Let the system, short of memory, take processes that start from here first, but not this one before others."""
    try:
        before, mark = _MARK.read_bytes(), os.open(_MARK, os.O_WRONLY)
    except OSError:  # another system, or a container that does not let it be written
        return

    def put(value: bytes) -> None:
        if os.getpid() == _PID:
            with suppress(OSError):
                os.pwrite(mark, value, 0)

    def let_go() -> None:
        if os.getppid() == _PID:
            with suppress(OSError):
                os.close(mark)

    os.register_at_fork(before=lambda: put(b"1000"), after_in_parent=lambda: put(before), after_in_child=let_go)


# Whoever sends it to a process that starts from here kills from outside, as with any other signal.
signal.signal(signal.SIGINT, signal.SIG_DFL)
_taken_first()
# No process that starts from here gets at another's rows and answers, nor at this one: from its first moment on.
close_to_others()

# Nothing of what is imported is ever garbage: it is looked through neither now, which takes a seventh of the time, nor
# by the processes that start from here, which would copy all of it into their own memory.
gc.disable()

from . import describe  # noqa: E402
from .start import HOLDS, only_for  # noqa: E402
from .step import scorer, worker  # noqa: E402

__all__ = ["describe", "scorer", "worker"]

for name in filter(None, os.environ.pop(HOLDS, "").split(",")):
    with suppress(Exception):  # what is wrong with it, the cells that need it will say, and no others
        import_module(name)
gc.freeze()
gc.enable()
# Whoever else finds its address asks it for nothing.
forkserver.socket = only_for(_RUN)  # type: ignore[attr-defined]
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
