"""Results of shards put together: several stores into one, and its leaderboard."""

from pathlib import Path

from .errors import UsageError
from .record.folder import STORE, locked
from .record.provenance import Provenance
from .record.store import Store
from .report.write import write


def merge(folders: list[Path], out: Path) -> Path:
    """Put the stores of several folders into one, and write its leaderboard; give its path.

    Raises
    ------
    UsageError
        If a folder has no store, or they are of different suites, or what they ran differs in code, data or versions.
    """
    for folder in folders:
        if not (folder / STORE).exists():
            raise UsageError(f"{folder} holds no {STORE} to merge")
        if folder.resolve() == out.resolve():
            raise UsageError(f"--out {out} is one of the folders to merge; choose another")
    with locked(out), Store.open(out) as store:
        whole = store.provenance()
        for folder in folders:
            with Store.open(folder) as part:
                whole = _joined(whole, part, folder)
                if problem := store.absorb(part):
                    raise UsageError(f"{folder} cannot be merged: {problem}")
        if whole:
            store.keep_provenance(whole)
        return write(store)


def _joined(whole: Provenance | None, part: Store, folder: Path) -> Provenance:
    new = part.provenance()
    if new is None:
        raise UsageError(f"{folder} holds no run")
    if whole is None:
        return new.model_copy(update={"last_run": None})
    if new.suite.name != whole.suite.name:
        raise UsageError(
            f"{folder} holds suite '{new.suite.name}', the others '{whole.suite.name}'; merge shards of one suite"
        )
    return whole.joined_with(new)
