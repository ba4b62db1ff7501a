"""How pictures look: readable in grey and by colour-blind eyes, since shapes and dashes carry what colours do."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
NEGATIVE, POSITIVE = "#b8c4d0", "#1f4e79"

# Okabe & Ito's colours, made for colour-blind readers, with dashes; past the colours' number, other pairs of the two.
_COLOURS = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#666666"]
_DASHES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2, 1, 2))]
LINES: list[tuple[str, Any]] = [(_COLOURS[i % 8], _DASHES[(i + i // 8 * 3) % 8]) for i in range(24)]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "p", "h"]


def save(figure: Figure, path: Path) -> None:
    """Write a PNG; without the software's version in the file, the same cells give the same bytes."""
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def width_beside(names: Iterable[str]) -> float:
    """Give the width, in inches, of a picture with a legend of these names beside it."""
    return max(9.0, 6.5 + 0.08 * max(map(len, names)))


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
