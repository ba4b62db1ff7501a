"""The pictures of a results folder for a paper: SVG or PDF, as wide as its column."""

from pathlib import Path

from ...errors import UsageError
from ...record.folder import CURVES, Results
from ...report.curves import Curves
from ...report.page import Report
from ...report.style import Form, for_paper
from ...report.write import draw_all


def draw(results: Results, form: Form, folder: Path, width: float) -> Path:
    """Draw them into a folder, in place of those of the same format that are there; give it.

    Parameters
    ----------
    width : float
        Width in inches.

    Raises
    ------
    UsageError
        If the results lack `curves.json`, which holds what pictures show.
    """
    place = results.folder / CURVES
    if not place.is_file():
        raise UsageError(
            f"{results.folder} has no {CURVES}, which younger results have: render it again where its store is, with "
            f"'oversampling-bench report {results.folder}'"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with for_paper(form, width):
        draw_all(Report(results.cells, results.provenance), Curves.read(place), folder)
    return folder
