"""The commands that read results folders: render, compare, check, and take along."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .parallel.engine import Limits
    from .publish.reproduce import Files

commands = typer.Typer(rich_markup_mode=None)


Contenders = Annotated[
    list[str] | None, typer.Option(help="Where a contender is a file: its path. Repeatable.", metavar="FILE")
]
Datasets = Annotated[
    list[str] | None, typer.Option(help="Where a data set is a file: its path. Repeatable.", metavar="FILE")
]
Classifiers = Annotated[
    list[str] | None, typer.Option(help="Where a learner is a file: its path. Repeatable.", metavar="FILE")
]
Protocols = Annotated[list[str] | None, typer.Option(help="Where the protocol is a file: its path.", metavar="FILE")]
Timeout = Annotated[float, typer.Option(help="Seconds that a cell may take.", metavar="S")]


def _again(
    contender: list[str] | None,
    dataset: list[str] | None,
    classifier: list[str] | None,
    protocol: list[str] | None,
    timeout: float,
) -> "tuple[Files, Limits]":
    """Say where files lie, and what a cell that is run again may take."""
    from .options import limits
    from .publish.reproduce import Files

    return Files(contender or [], dataset or [], classifier or [], protocol or []), limits(timeout, None)


class Keep(StrEnum):
    """Which of two outcomes of a cell `merge` keeps."""

    first = "first"
    last = "last"


@commands.command("merge")
def merge_folders(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders that runs with --shard wrote.")],
    out: Annotated[Path, typer.Option(help="Folder of the whole.", metavar="DIR")],
    keep: Annotated[
        Keep | None,
        typer.Option(help="Where folders have other scores of the same cell: those of the first or of the last one."),
    ] = None,
) -> None:
    """Put the results of shards together and write their leaderboard.

    Folders that hold no stores any more, but what is published of them, are put together where each has whole data sets
    and learners.
    """
    from .publish.join import join, published
    from .record.merge import merge
    from .report.write import write

    typer.echo(join(folders, out) if published(folders) else merge(folders, out, write, keep))


@commands.command("reproduce")
def reproduce_cell(
    cell: Annotated[
        str,
        typer.Argument(help="suite/dataset/classifier/contender/seed, as in cells.csv."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; results/SUITE if left out.", metavar="DIR")
    ] = None,
    contender: Contenders = None,
    dataset: Datasets = None,
    classifier: Classifiers = None,
    protocol: Protocols = None,
    timeout: Timeout = 3600.0,
) -> None:
    """Run one stored cell again and say whether it got the same scores."""
    from .publish.reproduce import reproduce

    same, lines = reproduce(cell, out, *_again(contender, dataset, classifier, protocol, timeout))
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if same else 1)


class Form(StrEnum):
    """What `export` writes."""

    html = "html"
    latex = "latex"
    parquet = "parquet"
    json = "json"
    svg = "svg"
    pdf = "pdf"


@commands.command("export")
def export_results(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that a run wrote.")],
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="A page for a browser, tables or pictures for a paper, a data frame of cells, JSON for programs.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file, or the folder of pictures; in DIR if left out.", metavar="PATH")
    ] = None,
    width: Annotated[float, typer.Option(help="Inches that pictures are wide.", metavar="INCHES")] = 5.5,
) -> None:
    """Write results in another format: HTML, LaTeX, SVG or PDF, Parquet or JSON."""
    from .publish.export import export

    typer.echo(export(folder, form.value, out, width))


@commands.command("cite")
def cite_software(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A folder that a run wrote.")] = None,
) -> None:
    """Say how to cite the software and, of results, with what they were made."""
    from .publish.cite import citation

    said = [citation().sentence, citation().bibtex]
    if folder:
        from .publish.statement import statement
        from .record.folder import read_results

        said.append(statement(read_results(folder)))
    typer.echo("\n\n".join(said))


@commands.command("submit")
def submit_results(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Results that somebody else ran.")],
    to: Annotated[Path, typer.Option(help="The results folder that is to take them.", metavar="DIR")],
    origin: Annotated[str, typer.Option(help="Who ran them; shown in the leaderboard.", metavar="NAME")],
    check: Annotated[
        int, typer.Option(help="Cells to run again; one of each new contender at least.", metavar="N")
    ] = 3,
    key: Annotated[
        str, typer.Option(help="What the choice of these cells follows from; drawn if left out.", metavar="TEXT")
    ] = "",
    contender: Contenders = None,
    dataset: Datasets = None,
    classifier: Classifiers = None,
    protocol: Protocols = None,
    timeout: Timeout = 3600.0,
) -> None:
    """Check results of somebody else, run some cells again, and take new contenders over, with their origin."""
    from .publish.submit import How, submit

    how = How(*_again(contender, dataset, classifier, protocol, timeout), check, key)
    taken, lines = submit(folder, to, origin, how)
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if taken else 1)


@commands.command("report")
def render_report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that a run wrote.")]) -> None:
    """Render the leaderboard and figures of a results folder again."""
    from .report.write import rewrite

    typer.echo(rewrite(folder))


@commands.command("index")
def make_index(
    folder: Annotated[Path, typer.Argument(metavar="RESULTS", help="A folder of results folders.")],
) -> None:
    """Print a markdown table of all results in a folder: a row a suite, with its answer in a sentence."""
    from .publish.index import index

    typer.echo(index(folder))


@commands.command("site")
def make_site(
    folder: Annotated[Path, typer.Argument(metavar="RESULTS", help="A folder of results folders.")],
    out: Annotated[Path, typer.Option(help="Folder of the site, which any web server can serve.", metavar="DIR")],
) -> None:
    """Make a static site of all results in a folder: an index, and a page for each."""
    from .publish.web.site import site

    typer.echo(site(folder, out))


@commands.command("status")
def say_status(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Results of built-in suites.")],
) -> None:
    """Say which results are behind the code, and by what."""
    from .publish.status import lines, status

    found = status(folders)
    typer.echo("\n".join(lines(found)))
    raise typer.Exit(1 if any(found.values()) else 0)


class FailOn(StrEnum):
    """What of a comparison makes `compare` exit with 1."""

    worse = "worse"
    failure = "failure"


@commands.command("compare")
def compare_results(
    one: Annotated[Path, typer.Argument(metavar="A", help="A results folder.")],
    two: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    fail_on: Annotated[
        list[FailOn] | None,
        typer.Option(
            help="Exit with 1 where B shows a contender worse than A; where a cell of B did not end ok, or A alone has "
            "its scores. Repeatable."
        ),
    ] = None,
) -> None:
    """Compare two results folders, statistically."""
    from .report.compare import compare_folders, failing

    found, asked = compare_folders(one, two), fail_on or []
    reasons = failing(found, FailOn.worse in asked, FailOn.failure in asked)
    said = [found.text, *reasons]
    if FailOn.worse in asked and found.unjudged:
        said.append(f"Too few seeds in common to show anything worse: {'; '.join(found.unjudged)}.")
    typer.echo("\n\n".join(said))
    raise typer.Exit(1 if reasons else 0)
