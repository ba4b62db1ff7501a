"""How to read the leaderboard: the words of `how_to_read.md`."""

from pathlib import Path

from ..groups import Group
from ..section import Report

PLACE, ORDER = "bottom", 40
TEXT = Path(__file__).with_suffix(".md")


def render(report: Report, groups: list[Group]) -> str:
    """Give them."""
    return TEXT.read_text(encoding="utf-8").rstrip()
