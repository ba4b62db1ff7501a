"""Advice from Python, and for the command: what is asked of a file or of arrays, and the evidence for a model.

The race itself is run by `adviser`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from .api import ContenderLike, Result, console, labels
from .errors import UsageError
from .table import OwnTable, of_arrays, read_table

if TYPE_CHECKING:
    from .adviser import Found, Wish
    from .design.suite import Suite
    from .options import Options


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
    from .advise.judgement import PER, count_errors
    from .advise.objective import ScoredRows, objective

    splits = {}
    for seed in seeds:
        train, test = table.split(seed)
        learnt = model(seed).fit(table.X.iloc[train].reset_index(drop=True), table.y.iloc[train].reset_index(drop=True))
        probability = learnt.predict_proba(table.X.iloc[test].reset_index(drop=True))[:, 1]
        splits[seed] = ScoredRows(table.y.iloc[test].to_numpy(), probability)
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
            wish = wish_of_file(Path(what), target, positive, said, labels(learners), labels(contenders), told, minutes)
        else:
            wish = _wish_of_arrays(what, y, positive, name, labels(learners), labels(contenders), told, minutes, folder)
        return Advice(run_advice(wish, out=Path(out), progress=progress, **options), held)


def run_advice(wish: "Wish", *, out: Path | None, progress: bool, **options: "Unpack[Options]") -> "Found":
    """Ask for advice; see `options.request` for the options."""
    from .adviser import ask
    from .options import request

    with request(wish.suite, out=out, **options) as asked:
        return ask(wish, asked, console(quiet=not progress))


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

    table = of_arrays(X, y, positive, name)
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
