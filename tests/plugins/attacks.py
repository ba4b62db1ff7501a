"""A contender for each way to harm, fool or cheat, by its parameter `kind`; it returns fair rows beside."""

import errno
import fcntl
import gc
import json
import mmap
import multiprocessing
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import forkserver, reduction
from pathlib import Path

import numpy as np
import psutil
from imblearn.over_sampling import RandomOverSampler

N_TEST = 60
"""Test rows of the table that it is tried on."""


class Bomb:
    """Unpickled, it leaves a file."""

    def __reduce__(self):
        return os.system, (f"touch {os.environ['PLANTED_PIDS']}/unpickled",)


class Attack(RandomOverSampler):
    def __init__(self, kind="none", random_state=None, sampling_strategy="auto"):
        super().__init__(random_state=random_state, sampling_strategy=sampling_strategy)
        self.kind = kind

    def fit_resample(self, X, y):
        X_new, y_new = super().fit_resample(X, y)
        return getattr(self, f"_{self.kind}")(X_new, y_new) or (X_new, y_new)

    # Others' rows, and the surroundings

    def _writes_into_everything(self, X, y):
        for fd in descriptors():
            for change in (lambda fd: os.pwrite(fd, b"\0" * 4096, 64), lambda fd: os.ftruncate(fd, 10)):
                attempt(change, fd)
            attempt(lambda fd: mmap.mmap(fd, 64).write(b"x" * 64), fd)

    def _writes_into_others(self, X, y):
        for process in relatives():
            for path in attempt(lambda p: list(Path(f"/proc/{p.pid}/fd").iterdir()), process) or []:
                attempt(lambda p: p.open("r+b").write(b"\0" * 4096), path)

    def _forges_the_answers_of_others(self, X, y):
        # From a program that it starts, too: what root executes, it could give back what was dropped.
        program = "import sys; sys.path.insert(0, sys.argv[1]); import attacks; attacks.forge(*sys.argv[2:])"
        pids = [str(process.pid) for process in relatives()]
        started = subprocess.Popen([sys.executable, "-c", program, str(Path(__file__).parent), *pids])
        until = time.monotonic() + 2
        while time.monotonic() < until:
            forge(*(process.pid for process in relatives()))
        assert started.wait() == 0

    def _deletes_temporary_files(self, X, y):
        for path in Path(tempfile.gettempdir()).rglob("*"):
            attempt(os.unlink, path)

    def _kills_relatives(self, X, y):
        for process in relatives():
            attempt(lambda p: p.send_signal(signal.SIGKILL), process)

    def _kills_the_forkserver(self, X, y):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1)

    def _interrupts_relatives(self, X, y):
        until = time.monotonic() + 1
        while time.monotonic() < until:
            for process in relatives():
                attempt(lambda p: p.send_signal(signal.SIGINT), process)

    def _stops_the_forkserver(self, X, y):
        os.kill(os.getppid(), signal.SIGSTOP)

    def _keeps_the_forkserver_stopped(self, X, y):
        forkserver, end = os.getppid(), time.monotonic() + 3
        while os.getppid() == forkserver and time.monotonic() < end:
            os.kill(forkserver, signal.SIGSTOP)
            time.sleep(0.01)

    def _orders_a_process(self, X, y):
        for _ in range(3):
            attempt(order, forkserver._forkserver._forkserver_address)

    def _answers_for_the_forkserver(self, X, y):
        address = forkserver._forkserver._forkserver_address
        started = attempt(order, address)
        Path(address).unlink()
        with socket.socket(socket.AF_UNIX) as line:
            line.bind(address)
            line.listen()
            line.settimeout(3)
            while answered := attempt(line.accept):
                got = attempt(reduction.recvfds, answered[0], 256)
                assert not got, f"{len(got)} files of the run came in"
        assert started is None

    def _leaves_a_child_that_forges(self, X, y):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                until = time.monotonic() + 5
                while time.monotonic() < until:
                    forge(*(process.pid for process in attempt(relatives) or []))
            os._exit(0)
        os.wait()

    def _starts_processes_as_anybody_may(self, X, y):
        for method in ("fork", "forkserver", "spawn"):
            process = multiprocessing.get_context(method).Process(target=time.sleep, args=(0.1,))
            process.start()
            process.join()
            assert process.exitcode == 0, method

    def _stops_relatives(self, X, y):
        for process in relatives():
            attempt(lambda p: p.send_signal(signal.SIGSTOP), process)

    def _kills_the_guardian(self, X, y):
        for process in psutil.process_iter(["cmdline"]):
            if any("guardian" in word for word in process.info["cmdline"] or []) and mine(process):
                attempt(lambda p: p.kill(), process)

    def _says_the_disk_is_full(self, X, y):
        raise OSError(errno.ENOSPC, "No space left on device")

    def _says_that_no_folder_is_full(self, X, y):
        raise OSError(errno.ENOSPC, "No space left on device", f"{tempfile.gettempdir()}/\0/x")

    def _says_that_proc_is_full(self, X, y):
        raise OSError(errno.ENOSPC, "No space left on device", "/proc/x")

    def _swaps_the_code_of_others(self, X, y):
        import imblearn.over_sampling._smote.base as base
        import oversampling_bench.benchmarks.measure.scores as scores

        base.SMOTE.fit_resample = base.SMOTE._fit_resample = None
        scores.Predictions.counts = {"tn": 48, "fp": 0, "fn": 0, "tp": 12}
        for name in list(sys.modules):
            if "measure" in name:
                vars(sys.modules[name]).update(scores=lambda tested: {}, judge=lambda *a: {}, examine=None)

    # What is said

    def _says_what_cannot_be_written(self, X, y):
        raise ValueError("caf\udce9.csv")

    def _paints_the_terminal(self, X, y):
        raise ValueError("\x1b[2J\x1b]0;owned\x07\rgone\x00\u202e")

    def _writes_html(self, X, y):
        raise ValueError("<script>alert(1)</script> | a | b |")

    def _is_a_formula(self, X, y):
        raise type("=cmd|' /C calc'!A0", (Exception,), {})("x")

    def _talks_for_ever(self, X, y):
        raise ValueError("x" * 50_000_000)

    def _exception_is_no_text(self, X, y):
        raise type("Odd\udcff\n", (BaseException,), {"__str__": lambda self: 3})

    def _history_is_a_bomb(self, X, y):
        self.history_ = {"\udcff" * 10: [float("nan")] * 10, "loss": range(10**9)}

    # Answers

    def _forges_an_answer(self, X, y):
        words = {"status": "ok", "contender": "smote", "balanced_error": 0.0, "work_s": 0.0}
        content = json.dumps({"words": words, "arrays": {}}).encode()
        for fd in descriptors():
            attempt(lambda fd: os.pwrite(fd, b"%16d" % len(content) + content, 0), fd)
        for fd in descriptors():
            attempt(lambda fd: os.write(fd, b"."), fd)
        time.sleep(60)

    def _answers_with_a_pickle(self, X, y):
        for fd in descriptors():
            attempt(lambda fd: os.pwrite(fd, pickle.dumps(Bomb()), 0), fd)
            attempt(lambda fd: os.write(fd, pickle.dumps(Bomb()) + b"."), fd)
        time.sleep(60)

    def _answers_with_a_huge_array(self, X, y):
        words = {"words": {}, "arrays": {"X": ["<f4", [10**12, 10**6]], "y": ["|O8", [1]]}}
        content = json.dumps(words).encode()
        for fd in descriptors():
            attempt(lambda fd: os.pwrite(fd, b"%16d" % len(content) + content, 0), fd)
        for fd in descriptors():
            attempt(lambda fd: os.write(fd, b"."), fd)
        time.sleep(60)

    def _answers_with_a_hole(self, X, y):
        for fd in descriptors():
            attempt(lambda fd: os.ftruncate(fd, 10**12), fd)
            attempt(lambda fd: fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL), fd)
        for fd in descriptors():
            attempt(lambda fd: os.write(fd, b"."), fd)
        time.sleep(60)

    def _half_a_message(self, X, y):
        for fd in descriptors():
            attempt(lambda fd: os.write(fd, b"\0\0\0\x10"), fd)
        time.sleep(60)

    def _floods_the_pipe(self, X, y):
        pipes = [fd for fd in descriptors() if not readable(fd)]  # what fills memory is another attack
        while True:
            for fd in pipes:
                attempt(lambda fd: os.set_blocking(fd, False) or os.write(fd, b"0" * 4096), fd)

    def _fills_the_answer(self, X, y):
        memories = [fd for fd in descriptors() if readable(fd)]
        for _ in range(1200):  # in turns: the one that is trimmed meanwhile could be written to until the time is over
            for fd in memories:
                attempt(lambda fd: os.write(fd, b"x" * 2**20), fd)

    def _returns_a_mask(self, X, y):
        return X, np.ma.masked_array(y, mask=y == 0)

    def _returns_complex_labels(self, X, y):
        return X, y + 1j

    def _returns_objects(self, X, y):
        return np.array(X, dtype=object), y

    # Cheating

    def _walks_frames(self, X, y):
        frame = sys._getframe()
        while frame:
            assert_no_labels(frame.f_locals.values())
            frame = frame.f_back
        assert_no_labels(gc.get_objects())
        for module in list(sys.modules.values()):
            assert_no_labels(list(vars(module).values()))

    def _reads_descriptors(self, X, y):
        found = {os.pread(fd, 10**7, 0) for fd in descriptors() if readable(fd)}
        assert len([each for each in found if b"encoded_train" in each]) == 1
        assert not any(b"y_test" in each or b"encoded_test" in each for each in found)

    def _reads_the_run(self, X, y):
        assert_closed(psutil.Process(os.getppid()).ppid())

    def _reads_others(self, X, y):
        assert_closed(os.getppid())
        for process in relatives():
            assert_closed(process.pid)


def forge(*pids):
    """Leave the best of answers where processes have theirs, as far as their files can be opened."""
    words = {"record": {"status": "ok", "phase": "", "reason": "", "balanced_error": 0.0, "overall_error": 0.0}}
    content = json.dumps({"words": words, "arrays": {}}).encode()
    for path in [
        path for pid in pids for path in attempt(lambda pid: list(Path(f"/proc/{pid}/fd").iterdir()), pid) or []
    ]:
        with suppress(OSError), path.open("r+b", buffering=0) as file:
            attempt(file.write, b"%16d" % len(content) + content)
            attempt(file.write, b".")


def order(address):
    """Have the forkserver start a process, as the run does; give its number."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        line.connect(address)
        (status, child_w), (child_r, data) = os.pipe(), os.pipe()
        reduction.sendfds(line, [child_r, child_w, os.open(os.devnull, os.O_RDWR), os.open(os.devnull, os.O_RDWR)])
        os.close(child_w)
        os.write(data, pickle.dumps({}) + pickle.dumps(Bomb()))
        return forkserver.read_signed(status)


def descriptors():
    return [int(path.name) for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2]


def readable(fd):
    return str(attempt(Path(f"/proc/self/fd/{fd}").readlink)).startswith("/memfd")


def attempt(work, *arguments):
    try:
        return work(*arguments)
    except Exception:
        return None


def relatives():
    """Other processes of the same run: whatever else the forkserver has started."""
    return [each for each in psutil.Process(os.getppid()).children() if each.pid != os.getpid()]


def mine(process):
    run = psutil.Process(os.getppid()).ppid()
    return attempt(lambda: process.ppid()) == run


def assert_closed(pid):
    files = [Path(f"/proc/{pid}/mem"), *(attempt(lambda: list(Path(f"/proc/{pid}/fd").iterdir())) or [])]
    if os.geteuid() != 0:  # root sees the variables, and where memory lies, but not what lies there
        files += [Path(f"/proc/{pid}/environ"), Path(f"/proc/{pid}/maps")]
    for file in files:
        with suppress(OSError), file.open("rb", buffering=0):
            raise AssertionError(f"{file} can be read")


def assert_no_labels(values):
    for value in values:
        if isinstance(value, np.ndarray) and value.ndim and len(value) == N_TEST:
            raise AssertionError(f"an array of as many values as there are test rows: {value[:5]}")


def make(random_state, sampling_strategy="auto", kind="none"):
    return Attack(kind, random_state, sampling_strategy)
