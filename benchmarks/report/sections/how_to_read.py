"""How to read the leaderboard: the words of `how_to_read.md`, with a line for each measure."""

from pathlib import Path

from ..groups import Group
from ..markdown import SHOWN
from ..section import Report

PLACE, ORDER = "bottom", 40
TEXT = Path(__file__).with_suffix(".md")
MARK = "<!-- measures -->"


def render(report: Report, groups: list[Group]) -> str:
    """Give the words."""
    lines = [f"- *{each.heading}*: {each.reading} {each.better.capitalize()} is better." for each in SHOWN.values()]
    return TEXT.read_text(encoding="utf-8").rstrip().replace(MARK, "\n".join(lines))
