"""All results of a folder as a static site: an index, and a page a suite, ready for any web server."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from ...errors import UsageError
from ...record.folder import AUDIT, CELLS, CURVES, DETAILS, ENVIRONMENT, LEADERBOARD, read_results, replace_file
from ...report.page import Report
from ..damage import made
from ..index import answer, found_in, made_of, ran_on
from .page import Link, environment, page, style

INDEX = "index.html"
BESIDE = (CELLS, AUDIT, CURVES, ENVIRONMENT, LEADERBOARD, DETAILS)
"""Files that a page has links to, and that others may want to take."""

UNREAD = ".nojekyll"
"""Tells GitHub Pages to serve the files as they are."""


@dataclass(frozen=True)
class Entry:
    """A row of the index."""

    name: str
    description: str
    ran_on: str
    answer: str
    made: str


def site(folder: Path, out: Path) -> Path:
    """Write the site of all results in a folder; give the path of its index.

    Whatever else lies in `out` stays there.

    Raises
    ------
    UsageError
        If there are no results, or some are damaged, or `out` cannot be written.
    """
    folders = found_in(folder)
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is no folder; a site is written to a folder")
    if out.resolve() == folder.resolve():
        raise UsageError(f"--out {out} holds the results themselves; name another folder")
    try:
        entries = [_suite(each, out / each.name) for each in folders]
        text = environment().get_template("index.html").render(entries=entries, style=style())
        (out / UNREAD).write_text("", encoding="utf-8")
        return replace_file(out / INDEX, text)
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written ({error})") from error


def _suite(folder: Path, out: Path) -> Entry:
    results = read_results(folder)
    out.mkdir(parents=True, exist_ok=True)
    back = Link("All suites", f"../{INDEX}")
    replace_file(out / INDEX, made(results, lambda found: page(found, back)))
    for name in BESIDE:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)
    suite, report = results.provenance.suite, Report(results.cells, results.provenance)
    return Entry(folder.name, suite.description or suite.name, ran_on(report), answer(report), made_of(report))
