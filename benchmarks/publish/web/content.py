"""What a page shows: what is said of each data set and learner, the cells behind it, and what they ran on."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...catalog.contract import Role
from ...design.cell import CellId
from ...errors import plural, visible
from ...measure.outcome import LIFT, SCORED, SYNTHETIC, WELL
from ...record.folder import LOGS, Results, log_name
from ...report.curves import FALSE_ALARMS, Curves
from ...report.groups import BASELINE, OF_PROBABILITIES, TIMES, Group
from ...report.markdown import measure_of
from ...report.page import Report
from ...report.sections import scarcity
from ...report.sections.group import cost, synthetic_rows
from ...report.sources import Sources

AT_BOTH_ENDS = ("error_negative", "error_positive")
"""Where the trade-off's crosses are."""

MOST_LOGS, LOG_LETTERS = 50, 4000
"""Logs that a page holds, and the letters of each that it shows: the last ones, where errors stand."""

View = Literal["scores", "probabilities", "synthetic rows"]
Figure = float | None
"""A number; None where there is none, or none that is finite."""


class Part(BaseModel):
    """What all parts have in common: nothing is changed in place."""

    model_config = ConfigDict(frozen=True)


class Shown(Part):
    """A measure: what its column is called, and how it is written."""

    name: str
    heading: str
    better: Literal["lower", "higher"] | None
    ideal: Figure
    percent: bool
    view: View


class Lift(Part):
    """A lift over the moved threshold, with its 95 % interval and what is said of it."""

    mean: Figure
    low: Figure
    high: Figure
    word: str


class Row(Part):
    """A contender on one data set with one learner, or over many data sets.

    `mean` and `sd` are over seeds, by measure; `lacking` says of how many seeds where some have none; `best` names the
    measures by which nobody is shown to beat it; `marks` are what a reader must know of its rows; `ends` the intervals
    of the trade-off; `costed` tells whether it stands in the picture of costs, `front` whether none beats it there in
    both, lift and seconds; `bins` are those of its reliability curve: mean probability, share of positives, rows.
    """

    contender: str
    role: Role
    about: str
    seeds: str
    seconds: Figure
    lift: Lift | None
    mean: dict[str, Figure]
    sd: dict[str, Figure] = Field(default_factory=dict)
    lacking: dict[str, str] = Field(default_factory=dict)
    best: list[str] = Field(default_factory=list)
    ranks: dict[str, int] = Field(default_factory=dict)
    marks: list[str] = Field(default_factory=list)
    ends: dict[str, tuple[Figure, Figure]] = Field(default_factory=dict)
    costed: bool = False
    front: bool = False
    bins: list[tuple[float, float, int]] = Field(default_factory=list)


class Table(Part):
    """A leaderboard: of one data set and learner, or of one learner over the sources of many data sets.

    `roc` are false alarms and misses of the baseline as its threshold moves.
    """

    dataset: str
    classifier: str
    of: str
    """Over what its numbers are means."""
    over_sources: bool = False
    rows: list[Row]
    roc: list[tuple[float, float]] = Field(default_factory=list)


class Series(Part):
    """Tables of one data set made ever scarcer, by the share of training positives; numbers are their places."""

    tables: list[tuple[float, int]]


class Failure(Part):
    """A cell that did not end ok, and what it printed."""

    dataset: str
    classifier: str
    contender: str
    seed: int
    status: str
    phase: str
    reason: str
    log: str = ""


class Cells(Part):
    """All cells, column by column; `table` is the place of a cell's leaderboard."""

    table: list[int]
    contender: list[str]
    seed: list[int]
    status: list[str]
    numbers: dict[str, list[Figure]]


class Content(Part):
    """All of it. Cells are left out where they are too many for a page that opens at once."""

    measures: list[Shown]
    tables: list[Table]
    series: list[Series]
    failures: list[Failure]
    failed: int
    """Cells that did not end ok, listed or not."""
    cells: Cells | None

    def with_scores_alone(self) -> Self:
        """Leave out what cells hold beside scores and seconds."""
        if self.cells is None:
            return self
        kept = {"seconds", *(each.name for each in self.measures if each.view == "scores")}
        numbers = {name: values for name, values in self.cells.numbers.items() if name in kept}
        return self.model_copy(update={"cells": self.cells.model_copy(update={"numbers": numbers})})

    def without_cells(self) -> Self:
        """Leave out the cells."""
        return self.model_copy(update={"cells": None})


def gather(results: Results, report: Report, curves: Curves) -> Content:
    """Bring together what a page shows of a results folder."""
    measures = _measures(report)
    overviews = [_overview(found, measures) for found in _sources(report)]
    tables = [*overviews, *(_table(group, report, curves, measures) for group in report.groups)]
    places = {(each.dataset, each.classifier): place for place, each in enumerate(tables)}
    series = [
        Series(tables=[(share, places[group.dataset, classifier]) for share, group in found.items()])
        for (_, classifier), found in scarcity.find_series(report.groups).items()
    ]
    failed = report.cells[~report.cells["status"].isin(WELL)]
    return Content(
        measures=measures,
        tables=tables,
        series=series,
        failures=_failures(failed, results.folder),
        failed=len(failed),
        cells=_cells(report.cells, places, measures),
    )


def _measures(report: Report) -> list[Shown]:
    views: dict[View, list[str]] = dict(zip(get_args(View), (
        list(report.shown), ["brier", "log_loss", *OF_PROBABILITIES], ["n_synthetic", *SYNTHETIC],
    ), strict=True))  # fmt: skip
    found: list[Shown] = []
    for view, names in views.items():
        there = [name for name in names if name in report.cells and report.cells[name].notna().any()]
        found += [_shown(name, view) for name in there if name not in {each.name for each in found}]
    return found


def _shown(name: str, view: View) -> Shown:
    if view == "synthetic rows":
        title = synthetic_rows.HEADINGS.get(name, name.removeprefix("synthetic_")).removesuffix(" %")
        return Shown(
            name=name, heading={"n_synthetic": "rows added"}.get(name, title), better=None, ideal=None,
            percent=name in synthetic_rows.HEADINGS, view=view,
        )  # fmt: skip
    known = measure_of(name)
    return Shown(
        name=name, heading=known.heading, better=known.better, ideal=known.ideal, percent=known.percent,
        view=view,
    )  # fmt: skip


def _sources(report: Report) -> list[Sources]:
    found = [Sources.of(report, name) for name in report.classifiers if report.together]
    return [each for each in found if each.enough]


def _overview(sources: Sources, measures: list[Shown]) -> Table:
    """Lay out one learner's contenders over many data sets, one vote a source."""

    def mean(contender: str, measure: str) -> Figure:
        votes = sources.mean(contender, measure).values
        return figure(votes.mean()) if len(votes) else None

    rows = []
    for name in sources.contenders:
        told = sources.told.get(name)
        low, high = told.over.bootstrapped if told else (None, None)
        rows.append(
            Row(
                contender=name,
                role=sources.roles[name],
                about="",
                seeds=_counted(sources, name),
                seconds=figure(sources.seconds(name)),
                lift=Lift(mean=figure(told.over.mean), low=figure(low), high=figure(high), word=told.word)
                if told
                else None,
                mean={each.name: mean(name, each.name) for each in measures if each.view == "scores"},
                costed=name == BASELINE or told is not None,
            )
        )
    return Table(
        dataset=f"all {len(sources.groups)} data sets",
        classifier=sources.classifier,
        of=f"{len(sources.names)} sources of {len(sources.groups)} data sets, one vote a source",
        over_sources=True,
        rows=rows,
    )


def _counted(sources: Sources, contender: str) -> str:
    """Count the sources, or the data sets where some have not all of a contender's scores: it is no others' equal."""
    there, n = sources.complete(contender), len(sources.groups)
    return f"{len(sources.names)} sources" if there == n else f"{there} of {plural(n, 'data set')}"


def _table(group: Group, report: Report, curves: Curves, measures: list[Shown]) -> Table:
    misses = curves.misses(group.dataset, group.classifier)
    roc = [] if misses is None else list(zip(FALSE_ALARMS.round(4).tolist(), misses.round(4).tolist(), strict=True))
    bins = curves.reliable(group.dataset, group.classifier)
    seconds = cost.costs(group)
    best = cost.front({name: (taken, group.mean(name, LIFT)) for name, taken in seconds.items()})
    about = {name: info.about for name, info in report.provenance.contenders.items()}
    names = [each.name for each in measures]
    return Table(
        dataset=group.dataset,
        classifier=group.classifier,
        of=plural(group.n_seeds, "seed"),
        roc=roc,
        rows=[
            Row(
                contender=name,
                role=group.roles[name],
                about=visible(about.get(name, "")),
                seeds=group.seeds(name),
                seconds=figure(group.seconds(name)),
                lift=_lift(group, name),
                **_spread(cells[names], len(cells)),
                best=[measure for measure in group.ranks if name in group.unbeaten(measure)],
                ranks={measure: ranks[name] for measure, ranks in group.ranks.items() if name in ranks},
                marks=[*synthetic_rows.marks(group, name)] if len(cells) else [],
                ends={measure: _ends(group, name, measure) for measure in (*AT_BOTH_ENDS, LIFT)},
                costed=name in seconds,
                front=name in best,
                bins=[(each.probability, each.positive, each.n) for each in bins.get(name, [])],
            )
            for name, cells in group.scored.items()
        ],
    )


def _lift(group: Group, name: str) -> Lift | None:
    if name == BASELINE or not group.has_baseline or not np.isfinite(group.mean(name, LIFT)):
        return None
    judged = group.judged[LIFT].get(name) if group.decides else None
    found = judged.comparison if judged else group.interval(name, LIFT)
    ends = (found.low, found.high) if judged else (None, None)
    word = group.in_words(name, LIFT) if judged else ""
    return Lift(mean=figure(found.mean), low=figure(ends[0]), high=figure(ends[1]), word=word)


def _ends(group: Group, name: str, measure: str) -> tuple[Figure, Figure]:
    found = group.interval(name, measure, base=None)
    return figure(found.low), figure(found.high)


def _spread(cells: pd.DataFrame, seeds: int) -> dict[str, dict[str, Any]]:
    """Give mean and standard deviation of each measure over the seeds that have it, and of how many where some lack."""
    found: dict[str, dict[str, Any]] = {"mean": {}, "sd": {}, "lacking": {}}
    for name in cells.columns:
        there = cells[name].to_numpy(dtype=np.float64, na_value=np.nan)
        there = there[np.isfinite(there)]
        found["mean"][name] = figure(there.mean()) if len(there) else None
        found["sd"][name] = figure(there.std(ddof=1)) if len(there) > 1 else None
        if 0 < len(there) < seeds:
            found["lacking"][name] = f"{len(there)} of {seeds} seeds"
    return found


def _failures(failed: pd.DataFrame, folder: Path) -> list[Failure]:
    columns = ["dataset", "classifier", "contender", "seed", "status", "phase", "reason"]
    rows = failed[columns].head(10 * MOST_LOGS).to_dict("records")
    ids = [CellId(*(row[name] for name in CellId._fields)) for row in rows]
    names = Counter(map(log_name, ids))
    logs = [path for path in sorted((folder / LOGS).glob("*.log")) if path.is_file()]
    found: list[Failure] = []
    for row, name in zip(rows, map(log_name, ids), strict=True):
        said = {str(key): row[key] if key == "seed" else visible(str(row[key])[:LOG_LETTERS]) for key in row}
        log = _log(logs, name) if len(found) < MOST_LOGS and names[name] == 1 else ""
        found.append(Failure.model_validate(said | {"log": log}))
    return found


def _log(logs: list[Path], name: str) -> str:
    """Read the end of what a cell printed; nothing where logs of several cells have such a name.

    Names of logs end in six digits of the cell's key, which is not known here.
    """
    own = [each for each in logs if re.fullmatch(re.escape(name) + r"_[0-9a-f]{6}", each.stem)]
    if len(own) != 1:
        return ""
    text = own[0].read_text(encoding="utf-8", errors="replace")[-LOG_LETTERS:]
    return "\n".join(visible(line) for line in text.splitlines())


def _cells(cells: pd.DataFrame, places: dict[tuple[str, str], int], measures: list[Shown]) -> Cells:
    seconds = cells[list(TIMES)].astype(float).sum(axis="columns", min_count=1)
    numbers = {each.name: cells[each.name] for each in measures}
    numbers["seconds"] = seconds.where(cells["status"].isin(SCORED))
    return Cells(
        table=[places[where] for where in zip(cells["dataset"], cells["classifier"], strict=True)],
        contender=cells["contender"].tolist(),
        seed=cells["seed"].astype(int).tolist(),
        status=[visible(status) for status in cells["status"]],
        numbers={
            name: [figure(value, 7) for value in values.to_numpy(dtype=np.float64, na_value=np.nan)]
            for name, values in numbers.items()
        },
    )


def figure(value: object, digits: int = 10) -> Figure:
    """Write a number with so many significant digits; nothing where it is none, for JSON has no NaN.

    >>> figure(1 / 3, 4), figure(float("nan")), figure(None)
    (0.3333, None, None)
    """
    if value is None or not np.isfinite(number := float(value)):  # type: ignore[arg-type]
        return None
    return float(f"{number:.{digits}g}")
