"""Things to do where cells are scored."""

import os
import signal
import time
import warnings
from pathlib import Path

from oversampling_bench.benchmarks.parallel.step.memory import Message
from oversampling_bench.benchmarks.parallel.step.tasks import Score


class Deed(Score):
    """One of them, and what it does it with."""

    def __init__(self, what, rows=None):
        vars(self).update(what=what, rows=rows)

    def run(self, enter):
        enter("score")
        return getattr(self, f"_{self.what}")()

    def _adds_up(self):
        return Message({"pid": os.getpid(), "sum": float(self.rows.read().arrays["X"].sum())})

    def _counts_files(self):
        return Message({"pid": os.getpid(), "files": len(list(Path("/proc/self/fd").iterdir()))})

    def _warns(self):
        print("printed")
        warnings.warn("as it always does", stacklevel=1)
        return Message({"pid": os.getpid()})

    def _fails(self):
        raise ValueError("not these rows")

    def _never_ends(self):
        time.sleep(600)

    def _says_no_more(self):
        os.closerange(3, 256)
        time.sleep(600)

    def _dies(self):
        os.kill(os.getpid(), signal.SIGKILL)


def waits(said):
    time.sleep(600)
