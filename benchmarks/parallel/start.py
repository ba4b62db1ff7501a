"""How processes are started for cells and for checks: quickly, on one thread each, and so that none gets lost."""

import atexit
import errno
import multiprocessing
import os
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from threading import Event, RLock, Thread
from time import monotonic, sleep
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import psutil

from ..errors import UsageError
from .guardian import Guardian
from .tree import Tree, unreadable

Begun = TypeVar("Begun")

SERVER = f"{__package__}.server"
"""What a forkserver imports in any case."""

HOLDS = "OVERSAMPLING_BENCH_HOLDS"
"""Variable that tells a forkserver, as it starts, what else to import."""

_server: Any = forkserver.ForkServer()
"""The run's forkserver: one of its own, for that of the program that runs it is none of ours, nor are its children."""

STOPPED_S = 0.5
"""Seconds between two looks whether the forkserver was stopped."""

_held: list[str] = []
"""What the forkserver holds beside that."""

_warm: list[int] = []
"""The forkserver that has imported all of it."""

_ending: list[util.Finalize] = []
"""What ends the resource tracker as this process ends, once there is anything to end."""

_turn = RLock()
"""Held by the thread that runs cells, or looks at plugins."""

_waits: list[None] = []
"""One for each wait for the forkserver, at this moment."""

THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
]
"""Variables that libraries read when they start, and never again: they are set before a cell's process starts."""


def start_context(preloaded: Collection[str] = ()) -> multiprocessing.context.BaseContext:
    """Give what starts processes quickly: where there is one, a forkserver that holds what nearly all import.

    It begins to import at once, while this process goes on.

    Parameters
    ----------
    preloaded : collection of str
        What it is to hold beside that, see `preload`. One that lacks any of it makes way for another.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    _check_room_for_sockets()
    context = multiprocessing.get_context("forkserver")
    lacking = [name for name in preloaded if name not in _held]
    if _server._forkserver_pid is not None and lacking:
        _end_server()
    if _server._forkserver_pid is None:
        _held.extend(lacking)
        if not _ending:
            # The tracker last: what else this program has in it is let go of before, as the program ends.
            _ending.append(util.Finalize(None, _end_tracker, exitpriority=-200))
            atexit.register(_end_server)
        _begin_server()
    return context


def _begin_server() -> None:
    _server.set_forkserver_preload([SERVER])
    folder = multiprocessing.current_process()._config.get("tempdir")  # type: ignore[attr-defined]
    with starting(), one_thread_each():
        if folder and not os.path.isdir(folder):  # noqa: PTH112 - somebody has cleaned up
            os.mkdir(folder, 0o700)  # noqa: PTH102
        _server.ensure_running()


def _check_room_for_sockets() -> None:
    folder, most = tempfile.gettempdir(), 107 if sys.platform == "linux" else 103
    if len(os.fsencode(os.path.join(folder, "pymp-........", "listener-........"))) > most:  # noqa: PTH118 - as it is
        raise UsageError(f"TMPDIR {folder} is too long a path to make sockets in; name a folder with a shorter one")


# Both would end by themselves, a moment after this process; better before, so that nothing is left when it is gone.


def _end_tracker() -> None:
    """End multiprocessing's resource tracker; while a process that was forked from here holds it, do not wait."""
    tracker: Any = resource_tracker._resource_tracker
    with suppress(Exception):
        fd, pid, tracker._fd, tracker._pid = tracker._fd, tracker._pid, None, None
        os.close(fd)
        end = monotonic() + STOPPED_S
        while os.waitpid(pid, os.WNOHANG) == (0, 0) and monotonic() < end:
            sleep(0.005)


def _end_server() -> None:
    """End the forkserver; one that has started nothing need not be waited for until it has imported everything."""
    with suppress(psutil.Error):
        if _server._forkserver_pid:
            process = psutil.Process(_server._forkserver_pid)
            if process.status() == psutil.STATUS_STOPPED or not process.children():
                process.kill()
    _let_go()


def _let_go() -> None:
    """Let go of a forkserver that ends; its socket may be gone, or somebody else have waited for it already."""
    global _server
    with suppress(OSError, TypeError):
        _server._stop()
    if _server._forkserver_pid is not None:
        _server = forkserver.ForkServer()


def _forget_server() -> None:
    """Let go of it, in a process that was forked: it would neither end with the run, nor start anything for another."""
    global _server, _turn
    _turn = RLock()
    with suppress(OSError, TypeError):
        os.close(_server._forkserver_alive_fd)
    _server = forkserver.ForkServer()
    for each in (_held, _warm, _waits, _ending):
        each.clear()
    atexit.unregister(_end_server)


os.register_at_fork(after_in_child=_forget_server)


def warm_up(context: multiprocessing.context.BaseContext) -> None:
    """Start a first process, which waits until the forkserver has imported what it preloads: that is no cell's time.

    One that has answered before is not asked again.
    """
    if context.get_start_method() != "forkserver":
        return
    if _warm == [_server._forkserver_pid] and _is_running():
        return

    def first() -> None:
        process = context.Process()  # type: ignore[attr-defined]
        with starting():
            process.start()
        join(process)
        if process.exitcode:
            raise EOFError("what starts them has died")

    begin(context, first, lambda error: f"no process can be started ({error})")
    _warm[:] = [_server._forkserver_pid]


def _is_running() -> bool:
    with suppress(psutil.Error):
        return psutil.Process(_server._forkserver_pid).status() not in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    return False


def renew(context: multiprocessing.context.BaseContext) -> None:
    """Let another forkserver be started, where the one that was there is dead, cannot be reached or does not answer."""
    if context.get_start_method() != "forkserver":
        return
    with suppress(OSError, TypeError):
        os.kill(_server._forkserver_pid, signal.SIGKILL)
    _let_go()
    with suppress(OSError):  # whoever needs it will say
        _begin_server()


def begin(
    context: multiprocessing.context.BaseContext,
    start: Callable[[], Begun],
    failed: Callable[[Exception], str],
    patience: Sequence[float] = (0.0,),
) -> Begun:
    """Start something; where that fails, let another forkserver be started, and try again.

    Parameters
    ----------
    failed : callable
        Puts what went wrong into words, in the end.
    patience : sequence of float
        Seconds to wait before each further try.

    Raises
    ------
    UsageError
        If the last try fails as well.
    """
    for seconds in patience:
        with suppress(OSError, EOFError):
            return start()
        sleep(seconds)
        renew(context)
    try:
        return start()
    except (OSError, EOFError) as error:
        raise UsageError(failed(error)) from error


@contextmanager
def taking_turns() -> Iterator[None]:
    """Have the runs of several threads take turns: forkserver, environment and orphans are those of the process."""
    with _turn:
        yield


@contextmanager
def unstoppable() -> Iterator[None]:
    """Kill the forkserver, meanwhile, where it was stopped by a signal while it is waited for: else without an end.

    The next process that is started begins another one. Who suspends a run stops both at once, and later has both go
    on; so one is killed that is found stopped twice, while this process runs.
    """
    over = Event()

    def watch() -> None:
        before: int | None = None
        while not over.wait(STOPPED_S):
            server, stopped = _server._forkserver_pid, False
            with suppress(psutil.Error, OSError):
                stopped = bool(server and _waits) and psutil.Process(server).status() == psutil.STATUS_STOPPED
                if stopped and server == before:
                    os.kill(server, signal.SIGKILL)
            before = server if stopped else None

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


@contextmanager
def _waiting() -> Iterator[None]:
    _waits.append(None)
    try:
        yield
    finally:
        _waits.pop()


def join(process: Any) -> None:
    """Wait for the end of a process, which the forkserver tells; see `unstoppable`."""
    with _waiting():
        process.join()


def end_strangers(before: set[int]) -> set[int]:
    """Kill the children of the forkserver that nobody here has started: they outlived the step that started them.

    Parameters
    ----------
    before : set of int
        Strangers of the last look. Only they are killed: another thread of this process may be about to note its own.

    Returns
    -------
    set of int
        Those of now.
    """
    server, strangers = _server._forkserver_pid, set[int]()
    with suppress(OSError):
        children = Path(f"/proc/{server}/task/{server}/children").read_text()
        strangers = set(map(int, children.split())) - {process.pid for process in multiprocessing.active_children()}
    for pid in strangers & before:
        Tree(pid).kill()
    return strangers


@contextmanager
def guarded() -> Iterator[Guardian]:
    """Run foreign code meanwhile: on one thread a process, one run at a time, and such that nothing is left of it."""
    with taking_turns(), one_thread_each(), Guardian() as guardian, unstoppable(), no_orphans(), unreadable():
        yield guardian


@contextmanager
def no_orphans() -> Iterator[None]:
    """Kill, at the end, processes that outlived their cell: on Linux the forkserver has adopted them (server.py)."""
    try:
        yield
    finally:
        with suppress(psutil.Error):
            if server := _server._forkserver_pid:
                for process in psutil.Process(server).children():
                    Tree(process.pid).kill()


@contextmanager
def starting() -> Iterator[None]:
    """Start processes without the running program, which multiprocessing would import anew in each of them.

    A forkserver that has died is started anew with the first of them: it is told what the last one held.
    """
    program, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    os.environ[HOLDS] = ",".join(_held)
    sockets, forkserver.socket = forkserver.socket, only_for(os.getpid())  # type: ignore[attr-defined]
    connect, forkserver.connect_to_new_process = forkserver.connect_to_new_process, _server.connect_to_new_process
    try:
        with _waiting():
            yield
    except RuntimeError as error:  # macOS: a forkserver died before it said that it has what it was sent
        raise ConnectionError(str(error)) from error
    finally:
        forkserver.socket, forkserver.connect_to_new_process = sockets, connect  # type: ignore[attr-defined]
        sys.modules["__main__"] = program
        del os.environ[HOLDS]


def only_for(run: int) -> Any:
    """Give sockets as the module `socket` has, but such that nobody else comes between a run and its forkserver.

    A forkserver obeys whoever finds its address. This one hangs up on all but the run; and the run on whoever answers
    there and is not the forkserver that it had listen itself (Linux; other systems do not tell who is there).
    """

    class Socket(socket.socket):
        def accept(self) -> tuple[socket.socket, Any]:
            accepted, address = super().accept()
            if _at_the_other_end(accepted) not in (run, os.getpid(), None):  # it never connects to itself
                accepted.close()
                raise ConnectionAbortedError(errno.ECONNABORTED, "somebody else asks")  # and the forkserver goes on
            return accepted, address

        def connect(self, address: Any) -> None:
            super().connect(address)
            if _at_the_other_end(self) not in (os.getpid(), None):  # who is connected to is who had it listen
                reason = "somebody else answers in the forkserver's place, as far as SO_PEERCRED tells"
                raise ConnectionRefusedError(errno.ECONNREFUSED, reason)

    return SimpleNamespace(**(vars(socket) | {"socket": Socket}))


def _at_the_other_end(of: socket.socket) -> int | None:
    """Give the process that connected, or that listened; None where the system does not tell.

    Some sandboxes (gVisor) know of no other process, and give the one that asks, or 0.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    pid, _, _ = struct.unpack("3i", of.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(pid) or None


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that start meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ |= dict.fromkeys(THREADS, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
