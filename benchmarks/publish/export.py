"""A results folder in another format: a page, a paper's tables, a notebook's data frame, a document for programs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..errors import UsageError, how_to_install
from ..record.folder import (
    AUDIT,
    CELLS,
    CURVES,
    DETAILS,
    ENVIRONMENT,
    FIGURES,
    LEADERBOARD,
    STORE,
    Results,
    read_results,
    replace_file,
)
from .damage import made
from .formats.document import json_text
from .formats.latex import tables
from .formats.summary import summarise

if TYPE_CHECKING:
    from ..report.style import Form

METADATA = b"oversampling-bench"
"""Where a Parquet file's schema holds what `environment.json` holds."""

WIDTH, NARROWEST, WIDEST = 5.5, 3.0, 20.0
"""Inches that pictures are wide: as a page of one column is, and what may be asked for."""

OWN = (AUDIT, CELLS, CURVES, DETAILS, ENVIRONMENT, LEADERBOARD, STORE)
"""Files that results are made of, and that an export must not take the place of."""


def export(folder: Path, form: str, out: Path | None = None, width: float = WIDTH) -> Path:
    """Write a results folder's cells, what is said of them, or its pictures, in another format; give the path.

    Parameters
    ----------
    form : {"html", "latex", "parquet", "json", "svg", "pdf"}
        The format.
    out : Path, optional
        The file; ``report.html``, ``export.tex``, ``export.parquet`` or ``export.json`` in the folder if left out. Of
        pictures, their folder; ``figures-svg`` or ``figures-pdf``.
    width : float
        Inches that pictures are wide.

    Raises
    ------
    UsageError
        If the folder holds no results, or damaged ones, or the file cannot be written.
    """
    if form in ("svg", "pdf"):
        return _pictures(folder, cast("Form", form), out or folder / f"{FIGURES}-{form}", width)
    name, write = FORMATS[form]
    path = out or folder / name
    results = read_results(folder)
    if path.exists() and not path.is_file():
        raise UsageError(f"--out {path} is no regular file; name a file that may be written")
    if path.name in OWN and path.resolve().parent == folder.resolve():
        raise UsageError(f"--out {path} is a file of the results themselves; name another")
    try:
        return write(results, path)
    except OSError as error:
        raise UsageError(f"--out {path} cannot be written ({error})") from error


def _pictures(folder: Path, form: "Form", out: Path, width: float) -> Path:
    from .formats.figures import draw

    if not NARROWEST <= width <= WIDEST:
        raise UsageError(f"--width {width:g}: give inches, from {NARROWEST:g} to {WIDEST:g}")
    results = read_results(folder)
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is no folder; pictures are written to a folder")
    try:
        return made(results, lambda found: draw(found, form, out, width))
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written ({error})") from error


def _latex(results: Results, path: Path) -> Path:
    return replace_file(path, made(results, tables))


def _html(results: Results, path: Path) -> Path:
    from .web.page import page

    return replace_file(path, made(results, page))


def _json(results: Results, path: Path) -> Path:
    document = made(results, summarise)
    return replace_file(path, json_text(document.model_dump(mode="json", by_alias=True)))


def _parquet(results: Results, path: Path) -> Path:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(f"--format parquet needs pyarrow: {how_to_install('pyarrow')}") from error
    table = pa.Table.from_pandas(results.cells, preserve_index=False)
    origin = {METADATA: results.provenance.text().encode("utf-8")}
    aside = path.with_name(f".{path.name}.new")
    parquet.write_table(table.replace_schema_metadata((table.schema.metadata or {}) | origin), aside)
    return aside.replace(path)


FORMATS: dict[str, tuple[str, Callable[[Results, Path], Path]]] = {
    "html": ("report.html", _html),
    "latex": ("export.tex", _latex),
    "parquet": ("export.parquet", _parquet),
    "json": ("export.json", _json),
}
"""What a file of each format is called, and what writes it."""
