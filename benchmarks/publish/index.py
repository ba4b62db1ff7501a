"""The index of a folder of results: a row a suite, with its question, what it ran on, and its answer in a sentence."""

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError, a_few, duration, plural
from ..record.folder import CELLS, LEADERBOARD, read_results
from ..report.groups import BASELINE
from ..report.markdown import NOTHING, table
from ..report.page import Report
from ..report.sections import claims, published
from ..report.sections.front import advice
from .damage import made

NAMED = 40
"""Letters beyond which data sets, or learners, are counted and not named."""

HEADERS = ["suite", "question", "data sets, learners, contenders, seeds", "answer", "made of"]


def index(folder: Path) -> str:
    """Render the table of all results in a folder.

    Raises
    ------
    UsageError
        If there are none, or some are damaged.
    """
    return table(HEADERS, [_row(each) for each in found_in(folder)], left=len(HEADERS))


def found_in(folder: Path) -> list[Path]:
    """Find the results folders in a folder.

    Raises
    ------
    UsageError
        If there are none.
    """
    found = sorted(path.parent for path in folder.glob(f"*/{CELLS}"))
    if not found:
        raise UsageError(f"{folder} holds no results: no folder in it has a {CELLS}")
    return found


@dataclass(frozen=True)
class Entry:
    """A suite's row."""

    name: str
    description: str
    ran_on: str
    answer: str
    made: str


def entry(name: str, report: Report) -> Entry:
    """Give the row of the suite in a folder of that name."""
    suite = report.provenance.suite
    return Entry(name, suite.description or suite.name, ran_on(report), answer(report), made_of(report))


def _row(folder: Path) -> list[str]:
    found = made(read_results(folder), lambda results: entry(folder.name, Report(results.cells, results.provenance)))
    link = f"[{folder.name}]({folder.name}/{LEADERBOARD})"
    return [link, found.description, found.ran_on, found.answer, found.made]


def ran_on(report: Report) -> str:
    """Name or count data sets, learners, contenders and seeds."""
    seeds = sorted({group.n_seeds for group in report.groups})
    sizes = [
        _named(report.datasets, "data set"),
        _named(report.classifiers, "learner"),
        plural(report.cells["contender"].nunique(), "contender"),
        plural(seeds[0], "seed") if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]} seeds" if seeds else NOTHING,
    ]
    return "; ".join(sizes)


def _named(names: list[str], what: str) -> str:
    text = ", ".join(names)
    return text if len(text) <= NAMED else plural(len(names), what)


def answer(report: Report) -> str:
    """Give the answer in a sentence: what becomes of others' numbers or claims, or else who lifts."""
    of_others = [words.strip("*") for words in (published.summary(report), claims.summary(report)) if words]
    if of_others:
        return " ".join(of_others)
    lifting = advice.lifting(report)
    if lifting is None:
        return f"No lift over `{BASELINE}` can be told."
    rows = [f"`{name}`" for name, role in lifting.items() if role == "oversampler"]
    free = [f"`{name}`" for name, role in lifting.items() if role != "oversampler"]
    more = f"; without synthetic rows, {a_few(free)} {'do' if len(free) > 1 else 'does'}" if free else ""
    if not rows:
        return f"No oversampler is shown to do more than a moved threshold{more}."
    return f"{a_few(rows)} {'do' if len(rows) > 1 else 'does'} more than a moved threshold{more}."


def made_of(report: Report) -> str:
    """Say what it took, and which commit it ran from."""
    columns = ("tune_s", "sample_s", "fit_s", "predict_s")
    seconds = sum(float(report.cells[name].astype(float).sum()) for name in columns)
    git = report.provenance.git
    commit = f"; {_date(git.commit)}{git.commit[:7]}{' and changes' if git.dirty else ''}" if git else ""
    return f"{plural(len(report.cells), 'cell')}, {duration(seconds)} of one core{commit}"


def _date(commit: str) -> str:
    """Give the day of a commit, where the repository is at hand and has it."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "show", "--no-patch", "--format=%cs", commit, "--"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip() + ", "
    return ""
