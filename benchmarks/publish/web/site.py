"""All results of a folder as a static site: an index, and a page a suite, ready for any web server."""

import shutil
from pathlib import Path

from ...errors import UsageError
from ...record.folder import (
    AUDIT,
    CELLS,
    CURVES,
    DETAILS,
    ENVIRONMENT,
    LEADERBOARD,
    Results,
    read_results,
    replace_file,
)
from ..damage import made
from ..index import Entry, entry, found_in
from .page import Link, environment, page, report_of, style

INDEX = "index.html"
BESIDE = (CELLS, AUDIT, CURVES, ENVIRONMENT, LEADERBOARD, DETAILS)
"""Files that a page has links to, and that others may want to take."""

UNREAD = ".nojekyll"
"""Tells GitHub Pages to serve the files as they are."""


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

    def both(found: Results) -> tuple[str, Entry]:
        report = report_of(found)
        return page(found, back, report), entry(folder.name, report)

    text, found = made(results, both)
    replace_file(out / INDEX, text)
    for name in BESIDE:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)
    return found
