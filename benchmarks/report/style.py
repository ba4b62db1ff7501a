"""How pictures look: readable in grey and by colour-blind eyes, since shapes and dashes carry what colours do."""

from pathlib import Path
from typing import Any

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
