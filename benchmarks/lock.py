"""One run at a time in a results folder."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import UsageError

FILE = "cells.sqlite.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made where it is missing. A run that dies lets go of it.

    Raises
    ------
    UsageError
        If another run is at work there, or the folder cannot be written.
    """
    lock = FileLock(folder / FILE, blocking=False)
    holder = folder / f"{FILE}.holder"  # beside it: whoever tries for the lock empties its file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        holder.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
    except Timeout:
        who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
        raise UsageError(f"--out {folder} is in use by another run ({who}); wait for it, or choose another") from None
    except OSError as error:
        lock.release()
        raise UsageError(f"--out {folder} cannot be written ({error})") from error
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
