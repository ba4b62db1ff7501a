"""The Python interface: what `import oversampling_bench` offers. The command is a thin layer over it.

Heavy imports happen where they are used, so that importing this costs nothing.
"""

import sys
from base64 import b64encode
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, Unpack, cast

from .errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from .design.suite import Suite
    from .options import Options
    from .record.provenance import Provenance
    from .report.page import Report
    from .session import Done
    from .verify.conformance import Verdict

CONTENDERS = ("none", "class_weight", "threshold", "random", "undersample", "gaussian_noise", "smote")
"""What races on a table of one's own unless told otherwise: the baseline, the free controls, noise and SMOTE."""

ContenderLike = str | Path | type
"""A label as on the command line, a file, or a class with imbalanced-learn's `fit_resample`."""


class Markdown(str):
    """Text that a notebook shows as markdown."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


class Comparison(Markdown):
    """What came of comparing two results. It is its own markdown.

    Attributes
    ----------
    worse : list of str
        Contenders that the second shows worse, and by which scores; those of `unjudged` have too few seeds in common.
    unjudged : list of str
        See `worse`.
    failures : list of str
        Cells of the second that did not end ok, and those that have scores in the first one alone.
    """

    worse: list[str]
    unjudged: list[str]
    failures: list[str]


class Picture:
    """A picture that a notebook shows.

    Parameters
    ----------
    path : Path
        Its PNG file.
    """

    def __init__(self, path: Path):
        self.name, self.png = path.name, path.read_bytes()

    def _repr_png_(self) -> bytes:
        return self.png

    def save(self, path: str | Path) -> None:
        """Write it as a PNG file."""
        Path(path).write_bytes(self.png)


class Result:
    """What a results folder holds, and what others submitted to it. In a notebook, it shows as its leaderboard.

    Attributes
    ----------
    folder : Path
        Where it lies; a folder that goes with this object, where none was named.
    cells : DataFrame
        The records: one row a cell, in the columns of `cells.csv`.
    audits : DataFrame
        The records of an audit, in the same columns; none where there was no audit.
    provenance : Provenance
        What the cells ran on: versions, hardware, commit, data.

    Raises
    ------
    UsageError
        If the folder holds no results, or some of another version.
    """

    def __init__(self, folder: Path, keep: Any = None):
        from .record.folder import read_results
        from .record.submitted import with_submitted

        stored = with_submitted(read_results(folder))
        self.folder = folder
        self.cells: pd.DataFrame = stored.cells
        self.audits: pd.DataFrame = stored.audits
        self.provenance: Provenance = stored.provenance
        self._keep = keep  # a temporary folder lives as long as what is read from it

    def __repr__(self) -> str:
        return f"Result({len(self.cells)} cells: {self.finding})"

    def _repr_markdown_(self) -> str:
        # A notebook does not find the folder's pictures, so they come along.
        text = str(self.leaderboard())
        for name in self.figures:
            data = b64encode(self.figure(name).png).decode()
            text = text.replace(f"](figures/{name})", f"](data:image/png;base64,{data})")
        return text

    @property
    def finding(self) -> str:
        """What was found, in words."""
        from .report.sections.front.finding import first_words

        return first_words(self._report).replace("**", "")

    def leaderboard(self) -> Markdown:
        """Give the leaderboard: what was found, one table, one picture."""
        from .report.page import leaderboard

        return Markdown(leaderboard(self._report))

    def details(self) -> Markdown:
        """Give all else that there is to say: every score, difference and p, every picture, and how to read them."""
        from .report.page import details

        return Markdown(details(self._report))

    @property
    def _report(self) -> "Report":
        from .report.page import Report

        return Report(self.cells, self.provenance, self.figures, self.audits)

    @property
    def figures(self) -> list[str]:
        """Name the pictures."""
        from .record.folder import FIGURES

        return sorted(path.name for path in (self.folder / FIGURES).glob("*.png"))

    def figure(self, name: str | None = None) -> Picture:
        """Give a picture by its name, with or without ``.png``; that which the leaderboard shows first, without a name.

        Raises
        ------
        UsageError
            If there is no such picture.
        """
        from .errors import unknown
        from .record.folder import FIGURES

        if not self.figures:
            raise UsageError(f"{self.folder} has no pictures")
        shown = f"{self.leaderboard()}{self.details()}" if name is None else ""
        first = min(self.figures, key=lambda one: shown.find(f"(figures/{one})") % (len(shown) + 1))
        wanted = first if name is None else name.removesuffix(".png") + ".png"
        if wanted not in self.figures:
            raise UsageError(unknown("picture", wanted, self.figures))
        return Picture(self.folder / FIGURES / wanted)


def run(
    what: Any = "default",
    y: Any = None,
    *,
    positive: Any = None,
    name: str = "table",
    contenders: ContenderLike | Sequence[ContenderLike] = (),
    datasets: str | Path | Sequence[str | Path] = (),
    learners: str | Path | Sequence[str | Path] = (),
    seeds: int | Sequence[int] | None = None,
    protocol: str | Path | None = None,
    measures: str | Sequence[str] = (),
    out: str | Path | None = None,
    progress: bool = False,
    **options: "Unpack[Options]",
) -> Result:
    """Run a suite, or a table of one's own.

    Parameters
    ----------
    what : str, Path, DataFrame or array of shape (n, d)
        A suite by its name or the path of its file; or the features X of a table: numbers as they are, all else as
        categories.
    y : array of shape (n,), optional
        With X: the labels, two values.
    positive : optional
        With y: the value that is positive, the rarer one; 1 (or True) if left out.
    name : str
        With X: what the table is called in every report.
    contenders, datasets, learners : sequence, or one alone
        Take the place of the suite's own: labels as on the command line (``"smote[k_neighbors=3]"``), paths of files;
        contenders may be classes, too. With X, `contenders` are the baseline, the free controls and SMOTE if left
        out, and `learners` the random forest.
    seeds : int or sequence of int, optional
        The first so many seeds, or these. With X, 10 if left out.
    protocol : str or Path, optional
        Takes the place of the suite's own: a label such as ``"kfold[k=5,repeats=2]"``, the path of a file.
    measures : sequence of str, or one alone
        Measures of your own, beside ours: ``"sklearn.metrics:fbeta_score[beta=2]"``, ``"mine.py:cost[better=lower]"``.
    out : path, optional
        A folder to keep the results in; what it holds already is not run again. If left out, a temporary folder that
        goes with the result.
    progress : bool
        Say on stderr what happens; nothing is printed otherwise.
    **options
        As on the command line: `jobs`, `timeout`, `memory`, `fresh`, `retry`, `engine`, `scheduler`, `shard`,
        `audit`, `audit_key`.

    Returns
    -------
    Result

    Raises
    ------
    UsageError
        If any of it means nothing, in one line.
    KeyboardInterrupt
        If it was interrupted; what had finished is in `out`.

    Examples
    --------
    >>> import oversampling_bench as ob
    >>> result = ob.run(X, y, contenders=["none", "threshold", "smote"], seeds=5)  # doctest: +SKIP
    >>> result.cells.groupby("contender")["balanced_error"].mean()  # doctest: +SKIP
    """
    import tempfile

    keep = None
    if out is None:
        keep = tempfile.TemporaryDirectory(prefix="oversampling-bench-results-", ignore_cleanup_errors=True)
        out = keep.name
    chosen = {
        "contenders": labels(contenders),
        "datasets": labels(datasets),
        "classifiers": labels(learners),
    }
    with tempfile.TemporaryDirectory(prefix="oversampling-bench-table-") as folder:
        if isinstance(what, str | Path):
            if y is not None or positive is not None:
                raise UsageError("y and positive go with a table X, not with a suite")
            from .options import read_suite

            suite = read_suite(str(what), seeds=seeds, measures=labels(measures), protocol=None, **chosen)
        else:
            if options.get("engine") == "dask":
                raise UsageError("engine='dask' takes suites; keep the table in a file that all machines see")
            suite = _suite_of(what, y, positive, name, seeds, chosen | {"measures": labels(measures)}, Path(folder))
        if protocol is not None:
            from .design.suite import changed

            suite = changed(suite, protocol=str(protocol))
        done = run_suite(suite, out=Path(out), progress=progress, **options)
    if done.interrupted:
        raise KeyboardInterrupt
    return Result(done.folder, keep)


def run_suite(
    suite: "Suite", *, out: Path | None, progress: bool, leaving: bool = False, **options: "Unpack[Options]"
) -> "Done":
    """Run a suite that is read already; see `options.request` for the options."""
    from .options import request
    from .parallel import preload, start

    # Another process begins to import what cells need, while this one imports the rest.
    with start.taking_turns():
        start.start_context(preload.of_suite(suite))
    with request(suite, out=out, leaving=leaving, **options) as asked:
        from . import session

        return session.run(asked, console(quiet=not progress))


def outlook(suite: "Suite", *, out: Path | None, **options: "Unpack[Options]") -> list[str]:
    """Say, line by line, what `run_suite` would do."""
    from .options import request

    with request(suite, out=out, **options) as asked:
        from . import session

        return session.outlook(asked, console())


def console(quiet: bool = False) -> "Console":
    """Give where a run says what happens; nothing comes of it where nobody can read it any more."""
    from rich.console import Console

    from .streams import Forgiving

    return Console(file=cast("TextIO", Forgiving(sys.stderr)), quiet=quiet)


def labels(given: ContenderLike | Sequence[ContenderLike]) -> list[str]:
    """Give labels as on the command line; one alone may come without a list around it."""
    return [_label(each) for each in ([given] if isinstance(given, str | Path | type) else given)]


def _label(contender: ContenderLike) -> str:
    if not isinstance(contender, type):
        return str(contender)
    module = sys.modules.get(contender.__module__)
    if (
        module is None
        or contender.__module__ == "__main__"
        or getattr(module, contender.__qualname__, None) is not contender
    ):
        raise UsageError(f"class {contender.__qualname__} must be importable: put it into a file of its own")
    return f"{contender.__module__}:{contender.__qualname__}"


def _suite_of(
    X: Any, y: Any, positive: Any, name: str, seeds: Any, chosen: dict[str, list[str]], folder: Path
) -> "Suite":
    from .catalog.own_table.dataset import keep_frame
    from .design.suite import make
    from .options import whole_numbers
    from .table import of_arrays

    if chosen["datasets"]:
        raise UsageError("datasets go with a suite, not with a table X")
    table = of_arrays(X, y, positive, name)
    numbers = whole_numbers(10 if seeds is None else seeds)
    return make(
        name=name,
        description="A table of one's own.",
        datasets=[str(keep_frame(folder / f"{name}.frame", *table))],
        contenders=chosen["contenders"] or list(CONTENDERS),
        classifiers=chosen["classifiers"] or ["forest"],
        seeds=list(range(numbers)) if isinstance(numbers, int) else numbers,
        measures=chosen["measures"],
    )


def read_results(folder: str | Path) -> Result:
    """Read a results folder.

    Raises
    ------
    UsageError
        If it holds none, or of another version.
    """
    return Result(Path(folder))


def compare(one: "str | Path | Result", two: "str | Path | Result") -> Comparison:
    """Compare two results, statistically: what changed from the first to the second, and is it more than noise.

    Raises
    ------
    UsageError
        If one holds no results, or they have nothing in common.

    Examples
    --------
    >>> import oversampling_bench as ob
    >>> assert not ob.compare("before", "after").worse  # doctest: +SKIP
    """
    from .report.compare import compare_folders

    folders = [each.folder if isinstance(each, Result) else Path(each) for each in (one, two)]
    called = [name if isinstance(each, Result) else str(each) for name, each in (("first", one), ("second", two))]
    found = compare_folders(folders[0], folders[1], (called[0], called[1]))
    comparison = Comparison(found.text)
    comparison.worse, comparison.unjudged, comparison.failures = found.worse, found.unjudged, found.failures
    return comparison


def check(name: str | Path, only: Collection[str] = ()) -> "list[Verdict]":
    """Check that a contender or a data set is sound; by name, file, or ``package.module:Class``.

    Raises
    ------
    UsageError
        If there is no such thing.
    """
    from .verify.conformance import check as verdicts

    return list(verdicts(str(name), only))


def assert_sound(name: str | Path) -> None:
    """Raise AssertionError with all that is wrong with a contender or a data set; for anyone's own tests."""
    from .verify.conformance import assert_sound as sound

    sound(str(name))
