"""`advise`: a race on somebody's own table with their own learner, and the answer that follows from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd
from rich.console import Console

from . import session
from .advise.code import pipeline
from .advise.judgement import Counts, Judgement, judge, losses_of
from .advise.objective import Objective, ScoredRows, objective
from .advise.page import advice
from .advise.race import ROUNDS, Runner, still_racing
from .advise.sentences import sentences
from .catalog import label
from .design.cell import Cell
from .design.plan import Plan
from .design.suite import Suite
from .errors import UsageError, a_few, plural
from .measure.outcome import SCORED
from .record.folder import replace_file, without_audits
from .record.store import Store
from .report.groups import BASELINE

CONTENDERS = ("none", "class_weight", "undersample", "random", "gaussian_noise", "smote", "smotenc", "relabelled")
"""What races unless told otherwise: the baseline, free controls, SMOTE, and what has helped most elsewhere."""

LEARNERS = ("forest", "boosting")
"""What races unless told otherwise; beside a learner of one's own, as it is, as what it could be replaced by."""

ADVICE, PROGRAM = "advice.md", "advised.py"

KEPT_S = 15.0
"""Seconds of the time allowed that are kept for looking at the results and drawing them."""


@dataclass
class Wish:
    """What is asked for.

    Attributes
    ----------
    suite : Suite
        The table, contenders and learners, the first of which is the one that is used now; seeds are the race's.
    n_own : int
        So many of the learners race with all contenders, the others as they are.
    told : dict
        What was said of what counts: costs, recall, precision.
    source : str
        An expression that reads the table, for the code.
    load : callable
        Gives the table (X, y) in this process, for the code.
    wanted : Objective
        What counts, of `told`.

    Raises
    ------
    UsageError
        If what was said of time, or of what counts, means nothing.
    """

    suite: Suite
    n_own: int
    told: dict[str, Any]
    source: str
    load: Callable[[], Any]
    minutes: float
    wanted: Objective = field(init=False)

    def __post_init__(self) -> None:
        if not 0 < self.minutes < float("inf"):
            raise UsageError(f"--minutes {self.minutes:g}: give more than 0")
        self.wanted = objective(**self.told)


@dataclass(frozen=True)
class Found:
    """The answer: what was judged, in sentences, as a page, and the program; the folder that holds it all."""

    judged: Judgement
    answer: str
    page: str
    code: str
    folder: Path
    done: session.Done


def ask(wish: Wish, request: session.Request, console: Console) -> Found:
    """Race, and answer.

    Raises
    ------
    UsageError
        If the learner gets no scores.
    """
    began = monotonic()
    request = replace(request, until=began + max(1.0, 60 * wish.minutes - KEPT_S))
    race = _Race(wish, request.until, console)
    done = session.run(request, console, race.rounds)
    if done.interrupted:
        raise KeyboardInterrupt
    with Store.read(done.folder) as store:
        judged, failed = race.judged(store)
    plan = race.plan
    assert plan is not None
    (known,) = plan.data.values()
    X, _ = wish.load()
    said = sentences(judged, wish.minutes)
    seeds = sorted(judged.losses[judged.chosen])
    threshold = judged.thresholds[judged.chosen]
    code = pipeline(said[0], wish.source, X, judged.chosen, threshold, seeds, wish.told)
    page = advice(judged, said, known, wish.suite.name, code, monotonic() - began, failed)
    replace_file(done.folder / ADVICE, page)
    replace_file(done.folder / PROGRAM, code)
    return Found(judged, " ".join(said), page, code, done.folder, done)


@dataclass(frozen=True)
class _Standing:
    """What the store holds: records, and the test rows of each runner with scores on two splits or more, by seed."""

    cells: pd.DataFrame
    splits: dict[Runner, dict[int, ScoredRows]]

    @property
    def test_to_train(self) -> float:
        return float((self.cells["n_test"] / self.cells["n_train"]).mean())


class _Race:
    def __init__(self, wish: Wish, until: float, console: Console):
        self.wish, self.until, self.console = wish, until, console
        self.plan: Plan | None = None

    def rounds(self, plan: Plan, store: Store) -> Iterator[list[Cell]]:
        """Give the cells of one round after the other."""
        self.plan = plan
        own = list(plan.classifiers)[: self.wish.n_own]
        runners = dict.fromkeys(Runner(cell.classifier, cell.contender) for cell in plan.cells)
        self.over = {
            runner: Runner(runner.learner, BASELINE)
            for runner in runners
            if runner.contender != BASELINE and runner.learner in own
        }
        bases = {Runner(learner, BASELINE) for learner in plan.classifiers}
        self.racing = racing = set(self.over)
        # Without any contender first, on all splits of the round: where the time ends early, that is what is needed.
        self.console.print(f"learners as they are, on {ROUNDS[0]} splits", highlight=False)
        yield [cell for cell in plan.cells if cell.seed < ROUNDS[0] and cell.contender == BASELINE]
        if self._over():
            return
        for number, splits in enumerate(ROUNDS, start=1):
            chosen = {*bases, *racing}
            cells = [
                cell for cell in plan.cells if cell.seed < splits and Runner(cell.classifier, cell.contender) in chosen
            ]
            self.console.print(
                f"round {number}: {len(racing)} contenders race, up to {splits} splits", highlight=False, markup=False
            )
            yield cells
            if self._over():
                return
            now = self._standing(store)
            losses = losses_of(self.wish.wanted, now.splits)
            stay = still_racing(losses, self.over, now.test_to_train, racing)
            if out := sorted(racing - stay):
                names = a_few([f"{each.contender} ({each.learner})" for each in out], most=20)
                self.console.print(f"cannot win any more: {names}", highlight=False, markup=False, soft_wrap=True)
            self.racing = racing = stay

    def _over(self) -> bool:
        over = monotonic() > self.until
        if over:
            self.console.print("the time is over", highlight=False)
        return over

    def judged(self, store: Store) -> tuple[Judgement, list[str]]:
        """Judge what is in the store; say what ended without scores, too."""
        now = self._standing(store)
        assert self.plan is not None
        (known,) = self.plan.data.values()
        scored = now.cells["status"].isin(SCORED)
        own = _of(next(iter(now.splits)), now.cells[scored])
        as_it_is = Counts(*(float((own[name] / own["n_test"]).mean() * 1000) for name in ("fn", "fp")))
        bad = now.cells[~scored].drop_duplicates(["classifier", "contender", "status"])
        failed = [
            f"`{row.contender}` with `{row.classifier}`: {row.status} ({row.reason})"
            for row in bad.itertuples(index=False)
        ]
        positives = round(known.positives * known.rows)
        judged = judge(
            self.wish.wanted,
            now.splits,
            self.over,
            now.test_to_train,
            as_it_is,
            positives,
            known.rows,
            self.racing,
        )
        return judged, failed

    def _standing(self, store: Store) -> _Standing:
        """Look at the store.

        Raises
        ------
        UsageError
            If the learner that is used now has too few scores, or one gives no probabilities.
        """
        assert self.plan is not None
        cells, _ = without_audits(store.cells())
        told = set(cells["dataset"])
        of: dict[Runner, dict[int, ScoredRows]] = {}
        for where, y, p in store.tested():
            if where.dataset in told:
                of.setdefault(Runner(where.classifier, where.contender), {})[where.seed] = ScoredRows(y, p)
        bases = [Runner(learner, BASELINE) for learner in self.plan.classifiers]
        if len(of.get(bases[0], {})) < 2:
            raise UsageError(self._why_not(_of(bases[0], cells), bases[0].learner))
        scored = cells[cells["status"].isin(SCORED)]
        if ranked := [base.learner for base in bases if base in of and _of(base, scored)["brier"].isna().all()]:
            raise UsageError(
                f"classifier '{ranked[0]}' has no probabilities, and so no threshold that could be moved; wrap it in "
                "sklearn.calibration.CalibratedClassifierCV, in a file of your own"
            )
        ordered = [*(base for base in bases if len(of.get(base, {})) > 1), *(each for each in self.over if each in of)]
        return _Standing(cells, {runner: of[runner] for runner in ordered if len(of[runner]) > 1})

    def _why_not(self, own: pd.DataFrame, learner: str) -> str:
        bad = own[~own["status"].isin(SCORED)]
        if len(bad):
            first = bad.iloc[0]
            return f"classifier '{learner}' has no scores: {first['status']}, {first['reason']}"
        return (
            f"--minutes {self.wish.minutes:g} was enough for {plural(len(own), 'split')} with '{learner}' as it is; "
            "two are needed. What finished is kept: the same command with more minutes goes on"
        )


def _of(runner: Runner, cells: pd.DataFrame) -> pd.DataFrame:
    return cells[(cells["classifier"] == runner.learner) & (cells["contender"] == runner.contender)]


def contenders_for(given: Sequence[str]) -> list[str]:
    """Give what races: the baseline first, whatever was said."""
    named = list(given) or list(CONTENDERS)
    return named if any(label.parse(each)[0] == BASELINE for each in named) else [BASELINE, *named]


def learners_for(given: Sequence[str]) -> tuple[list[str], int]:
    """Give the learners that race, and how many of them are the user's own."""
    own = list(given) or list(LEARNERS)
    return [*own, *(each for each in LEARNERS if each not in own)], len(own)
