"""How pictures look: readable in grey and by colour-blind eyes, since shapes and dashes carry what colours do."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
NEGATIVE, POSITIVE = "#b8c4d0", "#1f4e79"

# Okabe & Ito's colours, made for colour-blind readers, with dashes; past the colours' number, other pairs of the two.
COLOURS = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#666666"]
_DASHES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2, 1, 2))]
LINES: list[tuple[str, Any]] = [(COLOURS[i % 8], _DASHES[(i + i // 8 * 3) % 8]) for i in range(24)]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "p", "h"]


PAPER_SIZE = 8.0
"""Points of the letters in a paper's pictures, where those of a leaderboard have 10."""

Form = Literal["png", "svg", "pdf"]


@dataclass(frozen=True)
class Output:
    """What pictures are written as: their format, and their width in inches where it is not their own."""

    form: Form = "png"
    width: float | None = None


LEADERBOARD = Output()
_output: ContextVar[Output] = ContextVar("output", default=LEADERBOARD)


@contextmanager
def for_paper(form: Form, width: float) -> Iterator[None]:
    """Write pictures in another format, so wide, with smaller letters; nothing else about them changes."""
    before = _output.set(Output(form, width))
    try:
        yield
    finally:
        _output.reset(before)


def written_as(name: str) -> str:
    """Give the name of a picture's file in the format that is written now."""
    return f"{name.removesuffix('.png')}.{_output.get().form}"


def file_name(what: str, *shown: str) -> str:
    """Name a picture of something, of labels, as every file system and every link takes it.

    >>> file_name("cost", "adult[positives=0.1]", "forest"), file_name("cost", "sine[slope=-1]", "forest")
    ('cost_adult-positives-0.1_forest.png', 'cost_sine-slope--1_forest.png')
    """
    parts = (re.sub(r"[^A-Za-z0-9_.-]+", "-", label).strip("-") for label in shown)
    return "_".join([what, *parts]) + ".png"


def save(figure: Figure, path: Path) -> None:
    """Write a picture; without dates and versions in the file, the same cells give the same bytes."""
    path.parent.mkdir(exist_ok=True)
    output = _output.get()
    if output.width is not None:
        width, height = figure.get_size_inches()
        figure.set_size_inches(output.width, max(height * output.width / width, 0.6 * height))
        for text in figure.findobj(Text):
            text.set_fontsize(float(text.get_fontsize()) * PAPER_SIZE / STYLE["font.size"])
    unsaid: dict[str, None] = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[
        output.form
    ]
    with mpl.rc_context({"svg.hashsalt": "oversampling-bench", "pdf.fonttype": 42}):
        figure.savefig(path.with_name(written_as(path.name)), dpi=110, metadata=unsaid)


def size_beside(names: Sequence[str]) -> tuple[float, float]:
    """Give the size, in inches, of a picture with a legend of these names, and one more, beside it.

    >>> size_beside(["none", "smote"]), size_beside(["none"] * 30)
    ((9.0, 5.6), (9.0, 7.13))
    """
    return max(9.0, 6.5 + 0.08 * max(map(len, names))), round(max(5.6, 0.2 + 0.2236 * (len(names) + 1)), 2)


def number_points(axes: Axes, points: list[tuple[float, float]]) -> None:
    """Write numbers at points; those that would lie on each other are moved up, with a line back to their point."""
    logarithmic = axes.get_xscale() == "log"
    spread: Any = np.log10 if logarithmic else np.asarray
    width, height = (np.diff(ends).item() for ends in (spread(axes.get_xlim()), axes.get_ylim()))
    placed: list[tuple[float, float]] = []
    for number, (x, y) in sorted(enumerate(points, start=1), key=lambda item: item[1][1]):
        at = (float(spread(x)) + 0.012 * width, y + 0.012 * height)
        while any(abs(at[0] - a) < 0.025 * width and abs(at[1] - b) < 0.035 * height for a, b in placed):
            at = (at[0] + 0.004 * width, at[1] + 0.01 * height)
        placed.append(at)
        moved = at[1] - y > 0.03 * height
        line = {"arrowstyle": "-", "linewidth": 0.5, "color": "#888888"} if moved else None
        text_at = (10 ** at[0] if logarithmic else at[0], at[1])
        axes.annotate(str(number), (x, y), xytext=text_at, fontsize=9, arrowprops=line)
