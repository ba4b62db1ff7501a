"""What a section of the leaderboard is. One file each, in `sections`: a new file there is a new section."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import pandas as pd

from ..design.cell import CellId
from ..measure.outcome import Details
from ..record.provenance import Provenance
from .groups import Group, group_cells
from .lift import Roc

FOLDER = Path(__file__).with_name("sections")
MANY = 12
"""More data sets than this are shown together, not one by one."""

Place = Literal["top", "data set", "group", "bottom"]
"""Once, first; once for each data set; once for each data set and learner; once, last."""


@dataclass(frozen=True)
class Report:
    """What there is to say: records, what they ran on, and the names of the pictures that were drawn."""

    cells: pd.DataFrame
    provenance: Provenance
    figures: Sequence[str] = ()

    @cached_property
    def groups(self) -> list[Group]:
        """The cells, by data set and learner."""
        return list(group_cells(self.cells, self.provenance))

    @property
    def datasets(self) -> list[str]:
        """Name the data sets, in their order."""
        return list(dict.fromkeys(group.dataset for group in self.groups))

    @property
    def classifiers(self) -> list[str]:
        """Name the learners, in their order."""
        return list(dict.fromkeys(group.classifier for group in self.groups))

    @property
    def together(self) -> bool:
        """Tell whether the data sets are too many to be shown one by one."""
        return len(self.datasets) > MANY


@dataclass(frozen=True)
class Drawable:
    """What only the store has and pictures need: the baseline's ROC curves, and what cells left for pictures."""

    curves: dict[CellId, Roc]
    details: dict[CellId, Details]


@runtime_checkable
class Section(Protocol):
    """A section: a module with these names."""

    PLACE: Place
    ORDER: int
    """Where it stands among those of its place: lower is earlier."""

    def render(self, report: Report, groups: list[Group]) -> str:
        """Write it in markdown; nothing where there is nothing to say.

        `groups` are those that it is about: all, those of one data set, or one alone.
        """


@runtime_checkable
class Draws(Protocol):
    """A section that has pictures, too."""

    def draw(self, report: Report, drawable: Drawable, folder: Path) -> None:
        """Write them into a folder."""


@cache
def all_sections() -> list[Section]:
    """Import the sections, in their order."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    modules = [import_module(f"{__package__}.sections.{name}") for name in names]
    for module in modules:
        assert isinstance(module, Section), f"{module.__name__} lacks PLACE, ORDER or render"
    return sorted(modules, key=lambda section: section.ORDER)


def sections_of(place: Place) -> list[Section]:
    """Give the sections of a place, in their order."""
    return [section for section in all_sections() if place == section.PLACE]
