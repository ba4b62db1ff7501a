"""A run in parts that know nothing of each other, for those who have only a job array; and the parts put together."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cell import Cell
from .errors import UsageError
from .lock import locked
from .report import write
from .store import FILE, Store


@dataclass(frozen=True)
class Shard:
    """The `index`-th of `count` parts, counted from 1."""

    index: int
    count: int

    @property
    def suffix(self) -> str:
        """What its folder is called after the suite's name."""
        return f"shard-{self.index}-of-{self.count}"


def parse(text: str) -> Shard:
    """Read ``i/n``.

    >>> parse("2/8")
    Shard(index=2, count=8)
    """
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise UsageError(f"--shard {text}: give i/n with i from 1 to n, such as 2/8")
    return Shard(int(match[1]), int(match[2]))


def take(cells: list[Cell], shard: Shard) -> list[Cell]:
    """Give a shard's cells. A cell's name alone decides, whatever else was planned; contenders are spread evenly."""
    return [cell for cell in cells if int(_lot(cell), 16) % shard.count == shard.index - 1]


def _lot(cell: Cell) -> str:
    return hashlib.sha256(repr(cell.id).encode()).hexdigest()


def merge(folders: list[Path], out: Path) -> Path:
    """Put the stores of several folders into one, and write its leaderboard; give its path.

    Raises
    ------
    UsageError
        If a folder has no store, or they are of different suites, or what they ran differs in code, data or versions.
    """
    for folder in folders:
        if not (folder / FILE).exists():
            raise UsageError(f"{folder} holds no {FILE} to merge")
        if folder.resolve() == out.resolve():
            raise UsageError(f"--out {out} is one of the folders to merge; choose another")
    with locked(out), Store.open(out) as store:
        environment: dict[str, Any] = store.meta("environment", {})
        for folder in folders:
            with Store.open(folder) as part:
                environment = _joined(environment, part, folder)
                if problem := store.absorb(part):
                    raise UsageError(f"{folder} cannot be merged: {problem}")
        store.set_meta("environment", environment)
        return write(store)


def _joined(environment: dict[str, Any], part: Store, folder: Path) -> dict[str, Any]:
    new = part.meta("environment")
    if new is None:
        raise UsageError(f"{folder} holds no run")
    if not environment:
        return {**new, "last_run": None}
    if new["suite"]["name"] != environment["suite"]["name"]:
        raise UsageError(
            f"{folder} holds suite '{new['suite']['name']}', the others '{environment['suite']['name']}'; "
            "merge shards of one suite"
        )
    merged = environment | {
        "contenders": environment["contenders"] | new["contenders"],
        "data": environment["data"] | new["data"],
    }
    merged["suite"] = environment["suite"] | {
        key: list(dict.fromkeys([*environment["suite"][key], *new["suite"][key]]))
        for key in ("datasets", "contenders", "classifiers", "seeds")
    }
    return merged
