"""The command `oversampling-bench`. Heavy imports happen where they are used, so that `--help` and `list` are quick."""

import atexit
import gc
import sqlite3
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .errors import UsageError
from .result_commands import commands
from .streams import lead_nowhere, open_standard_files

app = typer.Typer(
    help="Should I oversample, with what, at what cost?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"oversampling-bench {version('oversampling-bench')}")
        raise typer.Exit


@app.callback(help="Should I oversample, with what, at what cost?")
def main_options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Take what goes before a command."""


class Listing(StrEnum):
    """What `list` can list."""

    contenders = "contenders"
    datasets = "datasets"
    classifiers = "classifiers"
    protocols = "protocols"
    suites = "suites"


Target = Annotated[str | None, typer.Option(help="The column of a table to predict.", metavar="COLUMN")]
Positive = Annotated[str | None, typer.Option(help="The value of it that is positive.", metavar="VALUE")]
Kept = Annotated[
    list[str] | None,
    typer.Option(help="A column of a table to keep although it looks like an id. Repeatable.", metavar="COLUMN"),
]
Dropped = Annotated[
    list[str] | None, typer.Option(help="A column of a table to leave out. Repeatable.", metavar="COLUMN")
]
GroupColumn = Annotated[
    str | None, typer.Option(help="The column that says which rows must stay on one side of a split.", metavar="COLUMN")
]
TimeColumn = Annotated[
    str | None,
    typer.Option(help="The column of times: what is tested on is later than what is learnt.", metavar="COLUMN"),
]
Jobs = Annotated[int, typer.Option(help="Cells at a time, one thread each; -1 takes all cores.", metavar="N")]


@app.command("run")
def run_suite(
    suite: Annotated[str, typer.Argument(help="A built-in suite, or the path of a .toml file.")] = "default",
    seeds: Annotated[
        int | None, typer.Option(help="Take the first N seeds, counting on where there are fewer.", metavar="N")
    ] = None,
    contender: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one: NAME, NAME[param=value], file.py or package.module:Class. Repeatable.", metavar="X"
        ),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this data set: NAME, NAME[param=value], file.py, table.csv or .parquet. Repeatable.", metavar="X"
        ),
    ] = None,
    target: Target = None,
    positive: Positive = None,
    keep: Kept = None,
    drop: Dropped = None,
    group: GroupColumn = None,
    time: TimeColumn = None,
    fold: Annotated[
        str | None,
        typer.Option(help="The column of folds, or of train and test; for protocol predefined.", metavar="COLUMN"),
    ] = None,
    classifier: Annotated[list[str] | None, typer.Option(help="Only this learner. Repeatable.", metavar="X")] = None,
    protocol: Annotated[
        str | None,
        typer.Option(help="How rows are split: NAME, NAME[param=value], file.py or package.module:Class.", metavar="X"),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            help="One more column: package.module:function[param=value] or file.py:function. Repeatable.", metavar="X"
        ),
    ] = None,
    jobs: Jobs = -1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results; results/SUITE if left out.", metavar="DIR")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of doing only what is missing.")] = False,
    retry: Annotated[
        list[str] | None,
        typer.Option(help="Run cells of this status again: failed, timeout, …, or all. Repeatable.", metavar="X"),
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that one cell may take.", metavar="S")] = 3600.0,
    memory: Annotated[
        float | None, typer.Option(help="Memory that one cell may take; nine tenths of all if left out.", metavar="GB")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="Where cells run: local, on this machine, or dask, on a cluster.", metavar="ENGINE")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(help="The Dask scheduler, such as tcp://host:8786.", metavar="ADDRESS")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(help="Only the i-th of n parts; `merge` puts them together.", metavar="i/n")
    ] = None,
    audit: Annotated[
        int | None,
        typer.Option(
            help="Audit one in N splits (3 at least): its cells once more, on permuted labels, on noisy rows.",
            metavar="N",
        ),
    ] = None,
    audit_key: Annotated[
        str, typer.Option(help="What the audit's lots and noise follow from; drawn if left out.", metavar="TEXT")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run, and stop.")] = False,
) -> None:
    """Run a suite and write its leaderboard. A second run does only what is missing."""
    from . import api, options

    asked = options.read_suite(
        suite,
        contenders=contender or [],
        datasets=options.with_target(
            dataset or [], target=target, positive=positive, keep=keep, drop=drop, group=group, time=time, fold=fold
        ),
        classifiers=classifier or [],
        seeds=seeds,
        protocol=protocol,
        measures=measure or [],
    )
    how: options.Options = {
        "jobs": jobs,
        "timeout": timeout,
        "memory": memory,
        "engine": engine,
        "scheduler": scheduler,
        "shard": shard,
        "retry": retry or [],
        "fresh": fresh,
        "audit": audit,
        "audit_key": audit_key,
    }
    if dry_run:
        typer.echo("\n".join(api.outlook(asked, out=out, **how)))
        return
    raise typer.Exit(api.run_suite(asked, out=out, progress=True, leaving=True, **how).exit_code)


@app.command("advise")
def give_advice(
    table: Annotated[Path, typer.Argument(help="A CSV or Parquet file.", metavar="TABLE")],
    target: Target = None,
    positive: Positive = None,
    learner: Annotated[
        list[str] | None,
        typer.Option(
            help="The learner that is used now: NAME, NAME[param=value], file.py or package.module:Class. Repeatable; "
            "forest and boosting if left out.",
            metavar="X",
        ),
    ] = None,
    contender: Annotated[
        list[str] | None, typer.Option(help="Only these contenders race. Repeatable.", metavar="X")
    ] = None,
    costs: Annotated[
        str | None,
        typer.Option(help="What a missed positive and a false alarm cost, such as 10:1.", metavar="MISS:FALSE_ALARM"),
    ] = None,
    recall: Annotated[
        float | None, typer.Option(help="The share of positives that must be found, such as 0.9.", metavar="SHARE")
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="The share of alarms that must be right, such as 0.8.", metavar="SHARE")
    ] = None,
    minutes: Annotated[float, typer.Option(help="The time that it may take.", metavar="N")] = 10.0,
    keep: Kept = None,
    drop: Dropped = None,
    group: GroupColumn = None,
    time: TimeColumn = None,
    jobs: Jobs = -1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the answer and the race; results/TABLE-advice if left out.", metavar="DIR"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of going on.")] = False,
) -> None:
    """Answer for your own table: oversample or not, with what, where to put the threshold; and the code for it."""
    from . import advising

    told = {"costs": costs, "recall": recall, "precision": precision}
    said = {"keep": keep, "drop": drop, "group": group, "time": time}
    wish = advising.wish_of_file(table, target, positive, said, learner or [], contender or [], told, minutes)
    typer.echo(f"reading {table}", err=True)
    found = advising.run_advice(
        wish, out=out or Path("results") / f"{wish.suite.name}-advice", progress=True, jobs=jobs, fresh=fresh
    )
    typer.echo(f"\n{found.answer}\n\nThe page: {found.folder / 'advice.md'}, the code: {found.folder / 'advised.py'}")


@app.command("list")
def list_all(
    what: Annotated[Listing | None, typer.Argument(help="What to list; everything if left out.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Name every table of data sets of many, too.")] = False,
) -> None:
    """List contenders, data sets, classifiers, protocols and suites."""
    from .listing import lines

    for kind in Listing if what is None else [what]:
        typer.echo("\n".join(lines(kind.value, every)))


class Startable(StrEnum):
    """What `new` can write."""

    contender = "contender"
    dataset = "dataset"


@app.command("new")
def new_plugin(
    kind: Annotated[Startable, typer.Argument(help="What to write.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, in every report.")],
    package: Annotated[bool, typer.Option("--package", help="A whole package to install, with its test.")] = False,
) -> None:
    """Write a contender or a data set to start from: it runs, passes `check`, and says what to change."""
    from .catalog.scaffold import create

    paths = create(kind.value, name, package)
    typer.echo("\n".join(f"wrote {path}" for path in paths))
    where = f"pip install ./{paths[0].parent}" if package else f"oversampling-bench check {paths[0]}"
    typer.echo(f"next: {where}")


@app.command("check")
def check_soundness(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A contender, data set or learner, as `run` takes it.")
    ],
) -> None:
    """Check that a contender, a data set or a learner is sound."""
    from time import perf_counter

    from .verify.conformance import check

    start = perf_counter()
    statuses: list[str] = []
    for verdict in check(name):
        if not statuses:
            typer.echo(name)
        statuses.append(verdict.status)
        typer.echo("\n".join(verdict.lines()))
    counts = ", ".join(f"{statuses.count(word)} {word}" for word in ("ok", "known", "failed"))
    typer.echo(f"{len(statuses)} checks in {perf_counter() - start:.0f} s: {counts}")
    raise typer.Exit(1 if "failed" in statuses else 0)


app.add_typer(commands)


def main() -> None:
    """Run the command; bad input ends in one line and exit code 2."""
    # Imports make many objects and no garbage: looking for some, then and at the end, takes a tenth of a short run.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    open_standard_files()
    code = _run()
    for stream in (sys.stdout, sys.stderr):
        # What could not be written is tried once more when Python ends, which would complain and change the exit code.
        try:
            stream.flush()
        except BrokenPipeError:
            lead_nowhere(stream)
            code = code or 1
        except OSError as error:
            lead_nowhere(stream)
            code = code or _said(f"oversampling-bench: the output cannot be written ({error})")
    raise SystemExit(code)


def _run() -> int:
    try:
        return int(app(standalone_mode=False) or 0)
    except BrokenPipeError:  # whoever reads has had enough, as `head` does
        return 1
    except (UsageError, OSError, sqlite3.Error) as error:  # the latter two: a folder or a store that fails on the way
        return _said(f"oversampling-bench: {error}")
    except typer.TyperException as error:  # the parser's own; without arguments, it holds the help
        message = _in_our_words(error.format_message())
        return _said(message if "\n" in message else f"oversampling-bench: {message}")
    except KeyboardInterrupt:
        return _said("oversampling-bench: interrupted; what finished is kept", 130)


def _in_our_words(message: str) -> str:
    """Say what would be right, where the parser's own checks speak of themselves.

    >>> _in_our_words("Invalid value for 'X': Input should be a valid number, unable to parse string as a number")
    "Invalid value for 'X': give a number"
    """
    for theirs, ours in (
        ("Input should be a valid integer, unable to parse string as an integer", "give a whole number"),
        ("Input should be a valid number, unable to parse string as a number", "give a number"),
        ("Value error, ", ""),
        (":\n\t", ": "),  # what there is to choose from, a line each
        (",\n\t", ", "),
    ):
        message = message.replace(theirs, ours)
    return message


def _said(problem: str, code: int = 2) -> int:
    with suppress(OSError):  # nobody listens any more; the exit code is heard all the same
        typer.echo(problem, err=True)
    return code
