"""A contender for each way to go wrong, by its parameter `kind`; healthy without it. It notes the processes it is."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from imblearn.over_sampling import RandomOverSampler


class UnpicklableError(Exception):
    def __init__(self, one, two):
        super().__init__(one, lambda: two)

    def __str__(self):
        raise RuntimeError("not even this works")


class Faulty(RandomOverSampler):
    def __init__(self, kind="healthy", random_state=None, sampling_strategy="auto"):
        super().__init__(random_state=random_state, sampling_strategy=sampling_strategy)
        self.kind = kind

    def fit_resample(self, X, y):
        note(os.getpid())
        X_new, y_new = super().fit_resample(X, y)
        kind = self.kind
        if kind == "chaos":
            kind = random.Random(self.random_state).choice(sorted(KINDS))
        changed = getattr(self, f"_{kind}")(X_new, y_new)
        return changed or (X_new, y_new)

    def _healthy(self, X, y): ...

    def _raises(self, X, y):
        print("about to raise")
        raise ValueError("planted")

    def _spins(self, X, y):
        while True:
            pass

    def _sleeps(self, X, y):
        time.sleep(3600)

    def _ignores_sigterm(self, X, y):
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        time.sleep(3600)

    def _stops_itself(self, X, y):
        os.kill(os.getpid(), signal.SIGSTOP)

    def _kills_itself(self, X, y):
        print("about to die")
        os.kill(os.getpid(), signal.SIGKILL)

    def _segfaults(self, X, y):
        ctypes.string_at(0)

    def _exits(self, X, y):
        os._exit(0)

    def _closes_everything(self, X, y):
        os.closerange(0, 256)

    def _allocates_at_once(self, X, y):
        np.ones(int(3e9), dtype=np.uint8)
        time.sleep(3600)

    def _allocates_slowly(self, X, y):
        kept = []
        while True:
            kept.append(np.ones(int(2e7), dtype=np.uint8))
            time.sleep(0.01)

    def _asks_for_too_much(self, X, y):
        np.ones((int(1e9), int(1e9)))

    def _returns_nan(self, X, y):
        X[-1, 0] = np.nan

    def _wrong_counts(self, X, y):
        return X[:-3], y[:-3]

    def _wrong_width(self, X, y):
        return X[:, 1:], y

    def _wrong_dtype(self, X, y):
        return X.astype(str), y

    def _wrong_labels(self, X, y):
        y[-1] = 2

    def _changes_originals(self, X, y):
        X[0] += 1

    def _unpicklable(self, X, y):
        self.history_ = {"what": lambda: None}
        raise UnpicklableError(1, 2)

    def _floods(self, X, y):
        for _ in range(2000):
            os.write(1, b"x" * 100_000)
        print("the end of the flood")

    def _starts_a_grandchild(self, X, y):
        grandchild()

    def _abandons_a_grandchild(self, X, y):
        if not os.fork():
            os.setsid()
            grandchild(start_new_session=True)
            os._exit(0)
        os.wait()

    def _grandchild_and_dies(self, X, y):
        grandchild(start_new_session=True)
        os.abort()

    def _poisons(self, X, y):
        np.random.seed(1)  # noqa: NPY002
        np.float32 = np.float64
        RandomOverSampler.fit_resample = None
        os.environ["OMP_NUM_THREADS"] = "64"
        sys.stdout.close()
        X.setflags(write=False)


KINDS = [name[1:] for name, value in vars(Faulty).items() if name[1:2].isalpha() and name[0] == "_" and callable(value)]


def grandchild(**options):
    note(subprocess.Popen(["sleep", "3600"], **options).pid)


def note(pid):
    if folder := os.environ.get("PLANTED_PIDS"):
        (Path(folder) / str(pid)).touch()


def make(random_state, sampling_strategy="auto", kind="healthy"):
    return Faulty(kind, random_state, sampling_strategy)
