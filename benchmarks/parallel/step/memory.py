"""What goes between the processes of a cell: words as JSON and plain arrays, in files that have no name.

Nothing is unpickled that foreign code may have written. A file without a name cannot be opened, deleted or filled up by
whoever was not handed it; once frozen it cannot be changed either: sealed by the kernel where that can (Linux), else
checked against a hash that the run keeps.
"""

import fcntl
import hashlib
import json
import math
import mmap
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import reduction
from typing import Any, Self

import numpy as np

DTYPES = ("<f4", "<f8", "<i8", "|u1")
"""Types of arrays that pass; none of them can hold code."""

MAX_WORDS = 4_000_000
"""Bytes of JSON in a message at most."""

ALIGNED = 64
"""Arrays begin at multiples of so many bytes, as numpy's own do."""

_SEALS = sum(getattr(fcntl, name, 0) for name in ("F_SEAL_SEAL", "F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_WRITE"))


class BadMessageError(ValueError):
    """What a process left is no message, or is not what was left."""


@dataclass(frozen=True)
class Message:
    """Words, and arrays by name."""

    words: dict[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


class Memory:
    """A file without a name that holds one message; a process that starts, or takes an order, may be handed it.

    Parameters
    ----------
    fd : int
        Its file descriptor; this object closes it.
    digest : str
        Where the system cannot seal: the hash of what a frozen one holds.
    """

    def __init__(self, fd: int, digest: str = ""):
        self.fd, self.digest = fd, digest

    @classmethod
    def make(cls) -> Self:
        """Make an empty one."""
        if hasattr(os, "memfd_create"):
            return cls(os.memfd_create("oversampling-bench", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING))
        with tempfile.TemporaryFile() as file:  # has no name either
            return cls(os.dup(file.fileno()))

    def __reduce__(self) -> Any:
        # Only while a process is started: the descriptor goes along.
        return _received, (type(self), reduction.DupFd(self.fd), self.digest)

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return os.fstat(self.fd).st_size

    def close(self) -> None:
        """Let go of it; the memory is free when nobody holds it any more."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def write(self, message: Message) -> None:
        """Put a message into it."""
        arrays = {name: np.ascontiguousarray(array) for name, array in message.arrays.items()}
        listed = {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}
        words = json.dumps({"words": message.words, "arrays": listed}).encode()
        os.ftruncate(self.fd, 0)
        place = self.put(0, b"%16d" % len(words) + words)
        for array in arrays.values():
            place = self.put(_aligned(place), array.reshape(-1).view(np.uint8).data)
        os.ftruncate(self.fd, place)

    def put(self, place: int, data: Any) -> int:
        """Put all bytes of something at a place; give the place behind them."""
        left = memoryview(data)
        while left:
            written = os.pwrite(self.fd, left, place)
            left, place = left[written:], place + written
        return place

    def freeze(self) -> Self:
        """Make sure that nobody can change it any more; who wrote it must be gone, unless that was our own code.

        Raises
        ------
        OSError
            If there is no room for that.
        """
        if hasattr(os, "memfd_create"):
            for _ in range(2):
                try:
                    fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _SEALS)
                    return self
                except OSError:  # somebody still has it mapped for writing
                    self._become_a_copy()
        if self.size:
            with mmap.mmap(self.fd, self.size, prot=mmap.PROT_READ) as content:
                self.digest = hashlib.sha256(content).hexdigest()
        return self

    def _become_a_copy(self) -> None:
        copy = type(self).make()
        place = 0
        while chunk := os.pread(self.fd, 2**20, place):
            place = copy.put(place, chunk)
        os.close(self.fd)
        self.fd = copy.fd

    def read(self) -> Message:
        """Take the message out; arrays are views of it that cannot be written to.

        Raises
        ------
        BadMessageError
            If it holds none, or not the one that was frozen.
        """
        try:
            return self._read()
        except BadMessageError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError, MemoryError) as error:
            raise BadMessageError(f"it is no message ({error!r:.200})") from error

    def _read(self) -> Message:
        size = self.size
        if size < 16:
            raise BadMessageError("it is empty")
        content = mmap.mmap(self.fd, size, prot=mmap.PROT_READ)
        if self.digest and hashlib.sha256(content).hexdigest() != self.digest:
            raise BadMessageError("it was changed")
        length = int(content[:16])
        if not 0 < length <= min(MAX_WORDS, size - 16):
            raise BadMessageError("its words are longer than it may be")
        found = json.loads(content[16 : 16 + length])
        place, arrays = 16 + length, {}
        for name, (dtype, shape) in found["arrays"].items():
            if dtype not in DTYPES or not all(isinstance(n, int) and n >= 0 for n in shape) or len(shape) > 2:
                raise BadMessageError(f"array {name!r:.40} is none that may pass")
            place, count = _aligned(place), math.prod(shape)
            if count * np.dtype(dtype).itemsize > size - place:
                raise BadMessageError(f"array {name!r:.40} is longer than what came")
            arrays[name] = np.frombuffer(content, dtype, count, place).reshape(shape)
            place += arrays[name].nbytes
        if not isinstance(found["words"], dict):
            raise BadMessageError("its words have no names")
        return Message(found["words"], arrays)


def _received(cls: type[Memory], handle: Any, digest: str) -> Memory:
    return cls(handle.detach(), digest)


def _aligned(place: int) -> int:
    return -(-place // ALIGNED) * ALIGNED
