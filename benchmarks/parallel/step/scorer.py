"""Scoring in processes that stay: none but our own code runs there, so one cell has nothing to leave to the next.

To start a process, and to end it, takes longer than to score a small table. An order goes to one over a socket: the
task as a pickle that the run has made, in a file without a name, and with it whatever files the task has.
"""

import io
import os
import pickle
import socket
import warnings
from multiprocessing import reduction
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from .memory import Memory
from .process import Fresh, Place
from .tasks import Score, Task
from .worker import do, keep_apart, print_into, work

MOST_FILES = 16
"""Files that an order has at most."""


class Scorers:
    """The processes that score for an engine while it runs cells: as many as were ever busy at a time."""

    def __init__(self, context: BaseContext):
        self.context = context
        self.idle: list[Scorer] = []

    def take(self, task: Task, printed: Memory, answer: Memory) -> Place:
        """Take a task to a process: what is to be scored to one that stays, all else to one of its own."""
        if not isinstance(task, Score):
            return Fresh(self.context, work, task, printed, answer)
        unwell = [scorer for scorer in self.idle if not scorer.is_well()]
        self.idle = [scorer for scorer in self.idle if scorer not in unwell]
        for scorer in unwell:  # at once: the number of one that has died is another's some day
            scorer.end()
        while self.idle:
            scorer = self.idle.pop()
            try:
                scorer.order(task, printed, answer)
            except OSError:  # it has died since
                scorer.end()
            else:
                return scorer
        scorer = Scorer(self)
        try:
            scorer.order(task, printed, answer)
        except BaseException:
            scorer.end()
            raise
        return scorer

    def end(self) -> None:
        """End those that have nothing to do."""
        while self.idle:
            self.idle.pop().end()


class Scorer(Fresh):
    """One of them."""

    def __init__(self, scorers: Scorers):
        self.scorers = scorers
        self.orders, theirs = scorers.context.Pipe()
        try:
            super().__init__(scorers.context, serve, theirs)
        except BaseException:
            self.orders.close()
            raise
        finally:
            theirs.close()

    def is_well(self) -> bool:
        """Tell whether it can take an order: nobody has killed or stopped it."""
        return self.process.exitcode is None and not self.tree.stopped()

    def order(self, task: Task, printed: Memory, answer: Memory) -> None:
        """Let it do a task."""
        content = io.BytesIO()
        packing = _Packing(content)
        packing.dump((task, printed, answer))
        letter = Memory.make()
        try:
            letter.put(0, content.getbuffer())
            with _socket_of(self.orders) as line:
                reduction.sendfds(line, [letter.fd, *packing.fds])
        finally:
            letter.close()

    def end(self, well: bool = False) -> None:
        """Let it wait for another order, where it has done the last; else kill it."""
        if well:
            self.scorers.idle.append(self)
            return
        super().end()
        self.orders.close()


def serve(said: Connection, orders: Connection) -> None:
    """Do what is ordered, one task after the other, until nobody orders any more."""
    keep_apart()
    with _socket_of(orders) as line:
        while True:
            try:
                letter, *fds = reduction.recvfds(line, MOST_FILES)
            except EOFError:
                return
            with os.fdopen(letter, "rb") as content:
                task, printed, answer = _Unpacking(content, fds).load()
            print_into(printed.fd)
            with warnings.catch_warnings():  # one that was shown for a cell before is shown again
                do(task, said.fileno(), answer)
            del task, printed, answer
            for fd in fds:
                os.close(fd)


def _socket_of(connection: Connection) -> socket.socket:
    return socket.socket(fileno=os.dup(connection.fileno()))


class _Packing(pickle.Pickler):
    """Pickles all but files, which are named by their place in `fds`."""

    def __init__(self, file: io.BytesIO):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.fds: list[int] = []

    def persistent_id(self, obj: Any) -> tuple[int, str] | None:
        if not isinstance(obj, Memory):
            return None
        self.fds.append(obj.fd)
        return len(self.fds) - 1, obj.digest


class _Unpacking(pickle.Unpickler):
    def __init__(self, file: Any, fds: list[int]):
        super().__init__(file)
        self.fds = fds

    def persistent_load(self, pid: tuple[int, str]) -> Memory:
        place, digest = pid
        return Memory(self.fds[place], digest)
