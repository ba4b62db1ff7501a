"""Stored cells in, markdown out, in two depths; the same cells give the same bytes.

`leaderboard.md` is what most read, a screen and a half; `details.md` is all else. Both are made of sections, one file
each in `sections`: a new file there is a new section.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import pandas as pd

from ..measure.scores import Measure
from ..record.folder import DETAILS, LEADERBOARD, absent_measures
from ..record.provenance import Provenance
from .curves import Curves
from .groups import OF_PROBABILITIES, Group, group_cells
from .markdown import SHOWN, contents, harmless, measure_of

FOLDER = Path(__file__).with_name("sections")
HOW_TO_READ = Path(__file__).with_name("how_to_read.md")
MEASURES_HERE = "<!-- measures -->"
MANY = 12
"""More data sets than this are shown together, not one by one."""

Place = Literal["front", "top", "data set", "group", "bottom"]
"""On the leaderboard; and in the details: once, first; once for each data set; for each data set and learner; last."""


@dataclass(frozen=True)
class Report:
    """What there is to say: records, what they ran on, the names of the pictures that were drawn; records of audits."""

    cells: pd.DataFrame
    provenance: Provenance
    figures: Sequence[str] = ()
    audits: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Make names harmless, which may be anybody's: in records, and wherever they are looked up."""
        known, names = self.provenance, ("contenders", "learners", "data", "submitted")
        shown = {each: {harmless(name): info for name, info in getattr(known, each).items()} for each in names}
        object.__setattr__(self, "cells", _harmless(self.cells))
        object.__setattr__(self, "audits", None if self.audits is None else _harmless(self.audits))
        if any(shown[each].keys() != getattr(known, each).keys() for each in names):
            object.__setattr__(self, "provenance", known.model_copy(update=shown))

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

    @cached_property
    def absent(self) -> list[str]:
        """Name the measures that are younger than all of the cells."""
        return absent_measures(self.cells)

    @cached_property
    def shown(self) -> dict[str, Measure]:
        """The measures that the cells have; one that is younger than all of them is not shown."""
        own = {
            each.name: replace(measure_of(each.name), reading=f"`{each.published}`.")
            for each in self.provenance.suite.own_measures
        }
        return {name: measure for name, measure in (SHOWN | own).items() if name not in self.absent}

    @property
    def together(self) -> bool:
        """Tell whether the data sets are too many to be shown one by one."""
        return len(self.datasets) > MANY


def _harmless(cells: pd.DataFrame) -> pd.DataFrame:
    changed = {}
    for column in ("dataset", "classifier", "contender"):
        names = {name: harmless(name) for name in cells[column].unique()}
        if any(name != shown for name, shown in names.items()):
            changed[column] = cells[column].map(names)
    return cells.assign(**changed) if changed else cells


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

    def draw(self, report: Report, curves: Curves, folder: Path) -> None:
        """Write them into a folder."""


@cache
def all_sections() -> list[Section]:
    """Import the sections, in their order."""
    paths = sorted(path.relative_to(FOLDER).with_suffix("") for path in FOLDER.rglob("*.py"))
    modules = [import_module(f"{__package__}.sections.{'.'.join(path.parts)}") for path in paths]
    for module in modules:
        assert isinstance(module, Section), f"{module.__name__} lacks PLACE, ORDER or render"
    return sorted(modules, key=lambda section: section.ORDER)


def sections_of(place: Place) -> list[Section]:
    """Give the sections of a place, in their order."""
    return [section for section in all_sections() if place == section.PLACE]


def pages(report: Report) -> dict[str, str]:
    """Render both, by the names of their files."""
    return {LEADERBOARD: leaderboard(report), DETAILS: details(report)}


def leaderboard(report: Report) -> str:
    """Render the front: what was found, one table, one picture, what to do."""
    suite = report.provenance.suite
    return _joined([f"# Leaderboard: {suite.name}", suite.description, *_rendered("front", report, report.groups)])


def details(report: Report) -> str:
    """Render all else, with a table of contents."""
    parts = _rendered("top", report, report.groups)
    if report.together:
        parts.append(f"The scores of each of the {len(report.datasets)} data sets are in `cells.csv`.")
    for dataset in [] if report.together else report.datasets:
        of_dataset = [group for group in report.groups if group.dataset == dataset]
        parts += _rendered("data set", report, of_dataset)
        for group in of_dataset:
            parts += [f"## {dataset} · {group.classifier}", *_rendered("group", report, [group])]
    text = _joined([*parts, *_rendered("bottom", report, report.groups), how_to_read(report)])
    back = f"What was found, in short: [{LEADERBOARD}]({LEADERBOARD})."
    return _joined([f"# Details: {report.provenance.suite.name}", back, contents(text), text.rstrip()])


def how_to_read(report: Report) -> str:
    """Give the words of `how_to_read.md`, with a line for each measure."""
    beside = {name: measure_of(name) for name in OF_PROBABILITIES if name not in report.absent}
    lines = [f"- *{each.heading}*: {each.reading} {each.goal}." for each in (report.shown | beside).values()]
    return HOW_TO_READ.read_text(encoding="utf-8").rstrip().replace(MEASURES_HERE, "\n".join(lines))


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _rendered(place: Place, report: Report, groups: list[Group]) -> list[str]:
    return [section.render(report, groups) for section in sections_of(place)]
