"""Files that a database consists of: how they are read without touching them, and whether they lie on a network."""

import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import UsageError

JOURNALS = ("-wal", "-journal")
"""What a database's file may have beside it that belongs to its content."""
BESIDE = (*JOURNALS, "-shm")

NETWORK = (
    *("nfs", "cifs", "smb", "9p", "lustre", "gpfs", "beegfs", "ceph", "afs", "glusterfs", "ocfs2", "gfs2", "pvfs"),
    *("orangefs", "panfs", "davfs", "virtiofs", "fuse.sshfs", "fuse.ceph", "fuse.gluster", "fuse.rclone", "fuse.s3fs"),
)
"""How the types of file systems begin that several machines may see, or that lie on another one."""

TRIES = 5


@dataclass
class Reading:
    """A database that is read: its own file, or a copy in a folder that goes with this object."""

    connection: sqlite3.Connection
    file: Path
    uri: str
    before: tuple[int, ...]
    copy: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Let go of it."""
        self.connection.close()
        if self.copy:
            self.copy.cleanup()


def beside(path: Path, suffix: str) -> Path:
    """Give the path of a file that belongs to a database."""
    return path.with_name(path.name + suffix)


def state(path: Path) -> tuple[int, ...]:
    """Give what changes when somebody writes a database: its file, that file's size and time, what is not yet in it."""
    stat = path.stat()
    return (*identity(path), stat.st_size, stat.st_mtime_ns, *map(int, _pending(path)))


def identity(path: Path) -> tuple[int, int]:
    """Give what is the same as long as a path leads to the same file; zeros where there is none."""
    with suppress(OSError):
        stat = path.stat()
        return stat.st_dev, stat.st_ino
    return 0, 0


def read_only(path: Path) -> Reading:
    """Open a database without writing anything beside it: as it lies there, or as a copy while a journal lies beside.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        with path.open("rb"):
            before = state(path)
        if not any(_pending(path)):
            uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            return Reading(sqlite3.connect(uri, uri=True), path, uri, before)
        copy = TemporaryDirectory(prefix="oversampling-bench-store-", ignore_cleanup_errors=True)
        file = copy_of(path, Path(copy.name))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error})") from error
    connection = sqlite3.connect(file)
    with suppress(sqlite3.Error):  # whoever reads on will meet it again
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Reading(connection, file, file.resolve().as_uri(), before, copy)


def copy_of(path: Path, folder: Path) -> Path:
    """Copy a database with what belongs to it, all of one moment, though a run may be at work there."""
    file = folder / path.name
    for _ in range(TRIES):
        before = state(path)
        shutil.copyfile(path, file)
        for suffix in JOURNALS:
            beside(file, suffix).unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copyfile(beside(path, suffix), beside(file, suffix))
        if state(path) == before:
            return file
    raise UsageError(f"{path} is being written; try again in a moment")


def network(folder: Path) -> str:
    """Give the type of the file system that a folder is on, where that is one of a network, else nothing."""
    import psutil

    where = folder.resolve()
    mounts = [each for each in psutil.disk_partitions(all=True) if where.is_relative_to(each.mountpoint)]
    nearest = max(mounts, key=lambda each: len(each.mountpoint), default=None)
    return nearest.fstype if nearest and nearest.fstype.lower().startswith(NETWORK) else ""


def _pending(path: Path) -> list[bool]:
    found = [beside(path, suffix) for suffix in JOURNALS]
    return [each.is_file() and each.stat().st_size > 0 for each in found]
