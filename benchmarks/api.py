"""The Python interface: what `import oversampling_bench` offers. The command is a thin layer over it.

Heavy imports happen where they are used, so that importing this costs nothing.
"""

import sys
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO, Unpack, cast

from .errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from rich.console import Console

    from .adviser import Found, Wish
    from .design.suite import Suite
    from .options import Options
    from .record.provenance import Provenance
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
    """What a results folder holds. In a notebook, it shows as its leaderboard.

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

        stored = read_results(folder)
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
        from .report.page import Report
        from .report.sections.finding import first_words

        return first_words(Report(self.cells, self.provenance)).replace("**", "")

    def leaderboard(self) -> Markdown:
        """Give the whole leaderboard."""
        from .report.page import leaderboard

        return Markdown(leaderboard(self.cells, self.provenance, self.figures, self.audits))

    @property
    def figures(self) -> list[str]:
        """Name the pictures."""
        from .record.folder import FIGURES

        return sorted(path.name for path in (self.folder / FIGURES).glob("*.png"))

    def figure(self, name: str | None = None) -> Picture:
        """Give a picture by its name, with or without ``.png``; the first, if there is no name.

        Raises
        ------
        UsageError
            If there is no such picture.
        """
        from .errors import unknown
        from .record.folder import FIGURES

        if not self.figures:
            raise UsageError(f"{self.folder} has no pictures")
        wanted = self.figures[0] if name is None else name.removesuffix(".png") + ".png"
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
    protocol: Literal["strict", "article"] | None = None,
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
    protocol : {"strict", "article"}, optional
        Takes the place of the suite's own.
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
        "contenders": _labels(contenders),
        "datasets": _labels(datasets),
        "classifiers": _labels(learners),
    }
    with tempfile.TemporaryDirectory(prefix="oversampling-bench-table-") as folder:
        if isinstance(what, str | Path):
            if y is not None or positive is not None:
                raise UsageError("y and positive go with a table X, not with a suite")
            from .options import read_suite

            suite = read_suite(str(what), seeds=seeds, **chosen)
        else:
            if options.get("engine") == "dask":
                raise UsageError("engine='dask' takes suites; keep the table in a file that all machines see")
            suite = _suite_of(what, y, positive, name, seeds, chosen, Path(folder))
        if protocol is not None:
            from .design.suite import changed

            suite = changed(suite, protocol=protocol)
        done = run_suite(suite, out=Path(out), progress=progress, **options)
    if done.interrupted:
        raise KeyboardInterrupt
    return Result(done.folder, keep)


def run_suite(
    suite: "Suite", *, out: Path | None, progress: bool, leaving: bool = False, **options: "Unpack[Options]"
) -> "Done":
    """Run a suite that is read already; see `options.request` for the options."""
    from .options import request

    with request(suite, out=out, leaving=leaving, **options) as asked:
        from . import session

        return session.run(asked, _console(quiet=not progress))


def outlook(suite: "Suite", *, out: Path | None, **options: "Unpack[Options]") -> list[str]:
    """Say, line by line, what `run_suite` would do."""
    from .options import request

    with request(suite, out=out, **options) as asked:
        from . import session

        return session.outlook(asked, _console())


def _console(quiet: bool = False) -> "Console":
    from rich.console import Console

    from .streams import Forgiving

    return Console(file=cast("TextIO", Forgiving(sys.stderr)), quiet=quiet)


def _labels(given: ContenderLike | Sequence[ContenderLike]) -> list[str]:
    # One alone may come without a list around it.
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

    if chosen["datasets"]:
        raise UsageError("datasets go with a suite, not with a table X")
    table = _of_arrays(X, y, positive, name)
    numbers = whole_numbers(10 if seeds is None else seeds)
    return make(
        name=name,
        description="A table of one's own.",
        datasets=[str(keep_frame(folder / f"{name}.frame", *table))],
        contenders=chosen["contenders"] or list(CONTENDERS),
        classifiers=chosen["classifiers"] or ["forest"],
        seeds=list(range(numbers)) if isinstance(numbers, int) else numbers,
    )


def _of_arrays(X: Any, y: Any, positive: Any, name: str) -> Any:
    from .catalog.label import NAME
    from .catalog.own_table.dataset import of_arrays
    from .catalog.registry import installed

    if not NAME.fullmatch(name) or name in installed("dataset"):
        raise UsageError(
            f"name='{name}': give letters, digits and _, not a digit first, and no installed data set's name"
        )
    try:
        return of_arrays(X, y, positive)
    except ValueError as error:
        raise UsageError(str(error)) from error


class OwnTable:
    """A table of one's own, as it is read for `advise`.

    Attributes
    ----------
    X : DataFrame of shape (n, d)
        Numbers and categories.
    y : Series of shape (n,)
        1 where the target is positive.
    notes : list of str
        How the file and its columns were read, and what looks wrong.
    """

    def __init__(self, X: Any, y: Any, groups: Any = None, times: Any = None, notes: Sequence[str] = ()):
        self.X, self.y, self.notes = X, y, list(notes)
        self._groups, self._times = groups, times

    def split(self, seed: int) -> "tuple[np.ndarray, np.ndarray]":
        """Give the row numbers to train and to test on, as a run with this seed has them."""
        from .measure.splits import Tied, split

        return split(self.X, self.y, "strict", seed, Tied(self._groups, self._times))


def read_table(
    path: str | Path,
    target: Any,
    positive: Any,
    *,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
) -> OwnTable:
    """Read a table from a CSV or Parquet file: numbers, categories and dates; ids and free text are left out.

    Parameters
    ----------
    path : path
        The file; whatever separates its columns and marks its decimals is found out.
    target, positive
        The column to predict, and the value of it that is positive.
    keep, drop : sequence of str
        Columns to keep although they look like ids; columns to leave out.
    group, time : str, optional
        The column that says which rows belong together; the one that says when a row is of.

    Raises
    ------
    UsageError
        If it cannot be read, in one line.
    """
    from .catalog.own_table.dataset import Split
    from .catalog.own_table.read import read

    if not Path(path).is_file():
        raise UsageError(f"table {path} does not exist")
    try:
        raw = read(Path(path).resolve())
        found = Split.of(raw.table, target, positive, keep, drop, group, time, raw.notes)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return OwnTable(found.X, found.y, found.groups, found.times, found.notes())


def evidence(
    model: "Callable[[int], Any]",
    table: OwnTable,
    seeds: Sequence[int],
    costs: str | None = None,
    recall: float | None = None,
    precision: float | None = None,
) -> str:
    """Measure a model on splits of a table; for each, the threshold is chosen on the others.

    Parameters
    ----------
    model : callable
        Gives an unfitted classifier with `predict_proba` for a seed.
    table : OwnTable
        See `read_table`.
    seeds : sequence of int
        Of the splits, two or more.
    costs, recall, precision
        What counts, as for `advise`.

    Returns
    -------
    str
        Of 1,000 new rows, how many positives are missed, and how many alarms are false.
    """
    from .advise.answer import PER, count_errors
    from .advise.objective import Outcomes, objective

    splits = {}
    for seed in seeds:
        train, test = table.split(seed)
        learnt = model(seed).fit(table.X.iloc[train].reset_index(drop=True), table.y.iloc[train].reset_index(drop=True))
        probability = learnt.predict_proba(table.X.iloc[test].reset_index(drop=True))[:, 1]
        splits[seed] = Outcomes(table.y.iloc[test].to_numpy(), probability)
    found = count_errors(objective(costs, recall, precision), splits)
    return f"of {PER:,} new rows: {found.missed:.1f} positives missed, {found.false_alarms:.1f} false alarms"


class Advice:
    """An answer. In a notebook, it shows as its page.

    Attributes
    ----------
    answer : str
        Three sentences.
    code : str
        A program that does what is advised.
    page : str
        All of it, in markdown.
    result : Result
        The race.
    """

    def __init__(self, found: "Found", keep: Any = None):
        self.answer, self.code, self.page = found.answer, found.code, found.page
        self.verdict: str = found.judged.verdict
        self.result = Result(found.folder, keep)

    def __repr__(self) -> str:
        return f"Advice({self.answer})"

    def _repr_markdown_(self) -> str:
        return self.page


def advise(
    what: Any,
    y: Any = None,
    *,
    target: Any = None,
    positive: Any = None,
    name: str = "table",
    learners: str | Path | type | Sequence[str | Path | type] = (),
    contenders: ContenderLike | Sequence[ContenderLike] = (),
    costs: str | None = None,
    recall: float | None = None,
    precision: float | None = None,
    minutes: float = 10.0,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
    out: str | Path | None = None,
    progress: bool = False,
    **options: "Unpack[Options]",
) -> Advice:
    """Answer for a table of one's own: oversample or not, with what, and where to put the threshold.

    Parameters
    ----------
    what : path, DataFrame or array of shape (n, d)
        A CSV or Parquet file, or the features X.
    y : array of shape (n,), optional
        With X: the labels, two values.
    target : str, optional
        With a file: the column to predict.
    positive : optional
        The value that is positive, the rarer one; with X 1 if left out.
    name : str
        With X: what the table is called.
    learners, contenders : sequence, or one alone
        Labels, files or classes. The first learner is the one that is used now; the random forest and boosting if left
        out.
    costs : str, optional
        What a missed positive and a false alarm cost, ``"10:1"``.
    recall, precision : float, optional
        The share of positives that must be found, or of alarms that must be right.
    minutes : float
        The time that it may take.
    keep, drop, group, time
        With a file, see `read_table`.
    out : path, optional
        A folder to keep everything in.
    progress : bool
        Say on stderr what happens.
    **options
        As for `run`.

    Raises
    ------
    UsageError
        If any of it means nothing, in one line.
    """
    import tempfile

    held = None
    if out is None:
        held = tempfile.TemporaryDirectory(prefix="oversampling-bench-results-", ignore_cleanup_errors=True)
        out = held.name
    told = {"costs": costs, "recall": recall, "precision": precision}
    said = {"keep": list(keep), "drop": list(drop), "group": group, "time": time}
    with tempfile.TemporaryDirectory(prefix="oversampling-bench-table-") as folder:
        if isinstance(what, str | Path):
            if y is not None:
                raise UsageError("y goes with a table X, not with a file")
            wish = wish_of_file(
                Path(what), target, positive, said, _labels(learners), _labels(contenders), told, minutes
            )
        else:
            wish = _wish_of_arrays(
                what, y, positive, name, _labels(learners), _labels(contenders), told, minutes, folder
            )
        return Advice(run_advice(wish, out=Path(out), progress=progress, **options), held)


def run_advice(wish: "Wish", *, out: Path | None, progress: bool, **options: "Unpack[Options]") -> "Found":
    """Ask for advice; see `options.request` for the options."""
    from .adviser import ask
    from .options import request

    with request(wish.suite, out=out, **options) as asked:
        return ask(wish, asked, _console(quiet=not progress))


def wish_of_file(
    path: Path,
    target: Any,
    positive: Any,
    said: "dict[str, Any]",
    learners: Sequence[str],
    contenders: Sequence[str],
    told: "dict[str, Any]",
    minutes: float,
) -> "Wish":
    """Make a wish of a file and of what is said about it."""
    from .adviser import Wish
    from .catalog.registry import TABLES, as_name
    from .options import with_target

    if not path.name.lower().endswith(TABLES):
        raise UsageError(f"table {path}: give a file that ends in {', '.join(TABLES)}")
    if not path.is_file():
        raise UsageError(f"table {path} does not exist")
    said = {name: value for name, value in said.items() if value}
    (dataset,) = with_target([str(path)], target=target, positive=positive, **said)
    arguments = {"target": target, "positive": positive, **said}
    written = "".join(f", {name}={value!r}" for name, value in arguments.items())

    def load() -> Any:
        found = read_table(path, target, positive, **said)
        return found.X, found.y

    suite, n_own = _race_suite(as_name(path.stem), dataset, learners, contenders)
    return Wish(suite, n_own, told, f"ob.read_table({str(path)!r}{written})", load, minutes)


def _wish_of_arrays(
    X: Any,
    y: Any,
    positive: Any,
    name: str,
    learners: Sequence[str],
    contenders: Sequence[str],
    told: "dict[str, Any]",
    minutes: float,
    folder: str,
) -> "Wish":
    from .adviser import Wish
    from .catalog.own_table.dataset import keep_frame

    table = _of_arrays(X, y, positive, name)
    kept = keep_frame(Path(folder) / f"{name}.frame", *table)
    suite, n_own = _race_suite(name, str(kept), learners, contenders)
    return Wish(suite, n_own, told, "ob.OwnTable(X, y)", lambda: table, minutes)


def _race_suite(name: str, dataset: str, learners: Sequence[str], contenders: Sequence[str]) -> "tuple[Suite, int]":
    from .advise.race import ROUNDS
    from .adviser import contenders_for, learners_for
    from .design.suite import make

    raced, n_own = learners_for(learners)
    suite = make(
        name=name,
        description="A race on a table of one's own, see advice.md: who could not win any more dropped out.",
        datasets=[dataset],
        contenders=contenders_for(contenders),
        classifiers=raced,
        seeds=list(range(ROUNDS[-1])),
    )
    return suite, n_own


def read_results(folder: str | Path) -> Result:
    """Read a results folder.

    Raises
    ------
    UsageError
        If it holds none, or of another version.
    """
    return Result(Path(folder))


def compare(one: "str | Path | Result", two: "str | Path | Result") -> Markdown:
    """Compare two results, statistically: what changed from the first to the second, and is it more than noise.

    Raises
    ------
    UsageError
        If one holds no results, or they have nothing in common.
    """
    from .report.compare import compare_folders

    folders = [each.folder if isinstance(each, Result) else Path(each) for each in (one, two)]
    called = [name if isinstance(each, Result) else str(each) for name, each in (("first", one), ("second", two))]
    return Markdown(compare_folders(folders[0], folders[1], (called[0], called[1])))


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
