"""A results folder as one page: leaderboard, pictures and cells in a single file that opens without a network.

What the page shows is packed into it as data, which the page's own script writes as text, never as markup; a content
security policy lets no other script run.
"""

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files
from typing import TYPE_CHECKING

from ...errors import DISTRIBUTION, UsageError, how_to_install, plural, visible
from ...record.folder import CELLS, CURVES, DETAILS, Results
from ...report.curves import Curves
from ...report.page import Report, how_to_read
from ...report.sections.front import advice, finding, more, origins
from ..cite import citation
from ..statement import statement
from .content import Content, gather

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

LARGEST = 3_000_000
"""Bytes of a page. Columns of cells, or cells, that would not fit are left to `cells.csv`."""


HERE = {"how-to-read-this": "how-to-read-this", "cells-that-did-not-end-ok": "failures"}
"""Sections of `details.md` that the page holds, and what they are called there."""


@dataclass(frozen=True)
class Link:
    """A link out of the page."""

    title: str
    target: str


def report_of(results: Results) -> Report:
    """Give the report that a page shows."""
    return Report(results.cells, results.provenance, audits=results.audits if len(results.audits) else None)


def page(results: Results, back: Link | None = None, report: Report | None = None) -> str:
    """Write the page of a results folder.

    Parameters
    ----------
    report : Report, optional
        Where that is made already.
    back : Link, optional
        Where the page belongs to a site: its index.

    Raises
    ------
    UsageError
        If what writes pages is not installed.
    """
    report = report or report_of(results)
    content = gather(results, report, Curves.read(results.folder / CURVES))
    for fewer in (content, content.with_scores_alone(), content.without_cells()):
        text = _rendered(results, report, fewer, back)
        if len(text.encode("utf-8")) <= LARGEST:
            break
    return text


def _rendered(results: Results, report: Report, content: Content, back: Link | None) -> str:
    suite, known = report.provenance.suite, report.provenance
    scripts = [library(), _file("page.js")]
    front = [
        origins.render(report, report.groups),
        finding.render(report, report.groups),
        advice.render(report, report.groups),
    ]
    return (
        environment()
        .get_template("report.html")
        .render(
            name=suite.name,
            description=suite.description,
            front="\n\n".join(part for part in front if part),
            failures=more.failures(report),
            how_to_read=how_to_read(report).partition("\n")[2],
            statement=statement(results),
            citation=citation().sentence,
            known=known,
            content=content,
            cells_file=CELLS,
            details_file=DETAILS,
            counted=plural(len(report.cells), "cell"),
            packed=packed({"content": content.model_dump(mode="json"), "charts": charts()}),
            scripts=scripts,
            hashes=[_hash(script) for script in scripts],
            style=style(),
            back=back,
            made_by=f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}",
        )
    )


def packed(content: object) -> str:
    """Pack JSON so that it can stand in a page: compressed, in letters that mean nothing to HTML."""
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


@cache
def environment() -> "Environment":
    """Give the templates; whatever is put into them is escaped.

    Raises
    ------
    UsageError
        If Jinja2, or what reads markdown, is not installed.
    """
    try:
        import jinja2
        from markdown_it import MarkdownIt
        from markupsafe import Markup
    except ImportError as error:
        raise _missing(error) from error
    reads = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

    def markdown(text: str) -> "Markup":
        for anchor, here in HERE.items():
            text = text.replace(f"({DETAILS}#{anchor})", f"(#{here})")
        return Markup(reads.render("\n".join(map(visible, text.split("\n")))))

    def shown(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    found = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, finalize=shown, lstrip_blocks=True,
    )  # fmt: skip
    found.filters["markdown"] = markdown
    return found


def style() -> str:
    """Give what pages look like."""
    return _file("page.css")


def _file(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


@cache
def library() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script, of the version that Altair writes for."""
    try:
        import altair
        import vl_convert
    except ImportError as error:
        raise _missing(error) from error
    version = "_".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)).replace("</script", "<\\/script")


@cache
def charts() -> dict[str, object]:
    """Give the pictures."""
    try:
        from .charts import charts as written
    except ImportError as error:
        raise _missing(error) from error
    return dict(written())


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _missing(error: ImportError) -> UsageError:
    return UsageError(f"a page needs {error.name}: {how_to_install(error.name or 'jinja2')}")
