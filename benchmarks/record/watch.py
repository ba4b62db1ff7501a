"""Whether a store is still what a run has made of it; if not, what finished is brought to safety where it can be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ..design.cell import CellId
from ..errors import UsageError, a_few, plural
from .disk import BESIDE, beside, identity
from .schema import DamagedError, verify
from .store import Store


def check(store: Store) -> None:
    """See that the store is the file that the run has opened, and holds the rows that the run has read or written.

    Raises
    ------
    UsageError
        If it was removed, replaced or edited meanwhile: with what became of the cells that finished.
    """
    check_place(store)
    try:
        with suppress(sqlite3.Error):
            store.connection.execute("PRAGMA shrink_memory")  # else pages come from memory instead of the file
        now = verify(store.connection)
    except DamagedError as error:
        raise UsageError(
            f"{store.path} was edited or damaged while the run was at work ({error}); the same command keeps what is "
            "right in it and runs only the rest again"
        ) from error
    differ = {name for name in store.kept.keys() | now.keys() if store.kept.get(name) != now.get(name)}
    if differ:
        _forget(store, differ & now.keys())
        names = sorted({str(CellId(*name[1:5])) for name in differ if name[0] != "meta"})
        what = f"{plural(len(names), 'cell')} ({a_few(names)})" if names else "what they ran on"
        raise UsageError(
            f"{store.path} was edited while the run was at work: {what} not as this run had stored them; the same "
            "command runs only these again"
        )


def check_place(store: Store) -> None:
    """See that the store's path still leads to the file that the run has opened.

    Raises
    ------
    UsageError
        If not.
    """
    now = identity(store.path)
    if now == store.identity:
        return
    gone = not store.path.exists()
    what = f"{store.path} was {'removed' if gone else 'replaced by another file'} while the run was at work; "
    try:
        where = _write_back(store)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"{what}what had finished is lost ({error}); run the same command again") from error
    if where == store.path:
        raise UsageError(f"{what}it was written back with all that had finished; the same command goes on from there")
    raise UsageError(
        f"{what}all that this run had is in {where}: move it to {store.path.name}, and the same command goes on from "
        "there"
    )


@contextmanager
def still_writable(store: Store, n_done: int) -> Iterator[None]:
    """Say in one line what became of a store that cannot be written any more.

    Raises
    ------
    UsageError
        If what is done inside cannot write.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        check_place(store)
        raise UsageError(
            f"{store.folder} cannot be written any more ({error}); the cells that finished before are kept ({n_done} "
            "of this run), and once that is mended the same command goes on from here"
        ) from error


def _write_back(store: Store) -> Path:
    # The open connection still has a file that no path leads to.
    store.folder.mkdir(parents=True, exist_ok=True)
    rescued = beside(store.path, ".rescued")
    rescued.unlink(missing_ok=True)
    with closing(sqlite3.connect(rescued)) as target:
        store.connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    store.connection.close()
    for suffix in BESIDE:  # the old file's journal must not be applied to another one
        path = beside(store.path, suffix)
        if not store.path.exists() or identity(path) in store.journals:
            path.unlink(missing_ok=True)
    return rescued if store.path.exists() else rescued.rename(store.path)


def _forget(store: Store, names: set[tuple[object, ...]]) -> None:
    where = " AND ".join(f"{column} = ?" for column in CellId._fields)
    with suppress(sqlite3.Error), store.connection:
        for table in ("cells", "measured"):
            rows = [name[1:5] for name in names if name[0] == table]
            store.connection.executemany(f"DELETE FROM {table} WHERE {where}", rows)
