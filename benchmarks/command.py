"""The command `oversampling-bench`. Heavy imports happen where they are used, so that `--help` and `list` are quick."""

import sqlite3
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .errors import UsageError

app = typer.Typer(
    help="Should I oversample, with what, at what cost?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


class Listing(StrEnum):
    """What `list` can list."""

    contenders = "contenders"
    datasets = "datasets"
    classifiers = "classifiers"
    suites = "suites"


@app.command("run")
def run_suite(
    suite: Annotated[str, typer.Argument(help="A built-in suite, or the path of a .toml file.")] = "default",
    seeds: Annotated[
        int | None, typer.Option(help="Take the first N seeds, counting on where there are fewer.", metavar="N")
    ] = None,
    contender: Annotated[
        list[str] | None,
        typer.Option(help="Only this one: NAME, NAME[param=value] or file.py. Repeatable.", metavar="X"),
    ] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="Only this data set. Repeatable.", metavar="X")] = None,
    classifier: Annotated[list[str] | None, typer.Option(help="Only this learner. Repeatable.", metavar="X")] = None,
    jobs: Annotated[int, typer.Option(help="Cells at a time, one thread each; -1 takes all cores.", metavar="N")] = -1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; results/SUITE if left out.", metavar="DIR")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of doing only what is missing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run, and stop.")] = False,
) -> None:
    """Run a suite and write its leaderboard. A second run does only what is missing."""
    from .session import run

    given = {"contenders": contender, "datasets": dataset, "classifiers": classifier}
    changes = {key: value for key, value in given.items() if value}
    raise typer.Exit(run(suite, changes, seeds=seeds, jobs=jobs, out=out, fresh=fresh, dry_run=dry_run))


@app.command("report")
def render_report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that a run wrote.")]) -> None:
    """Render the leaderboard and figures of a results folder again."""
    from .report import rewrite

    typer.echo(rewrite(folder))


@app.command("list")
def list_all(
    what: Annotated[Listing | None, typer.Argument(help="What to list; everything if left out.")] = None,
) -> None:
    """List contenders, data sets, classifiers and suites."""
    from .listing import lines

    for kind in Listing if what is None else [what]:
        typer.echo("\n".join(lines(kind.value)))


def main() -> None:
    """Run the command; bad input ends in one line and exit code 2."""
    try:
        raise SystemExit(app(standalone_mode=False))
    except (UsageError, OSError, sqlite3.Error) as error:  # the latter two: a folder or a store that fails on the way
        problem = f"oversampling-bench: {error}"
    except typer.TyperException as error:  # the parser's own; without arguments, it holds the help
        message = error.format_message()
        problem = message if "\n" in message else f"oversampling-bench: {message}"
    typer.echo(problem, err=True)
    raise SystemExit(2)
