"""A results folder as the document that others read: its cells, and what the leaderboard says of them as numbers."""

from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd

from ...errors import DISTRIBUTION
from ...measure.outcome import LIFT, SCORED, STATUSES
from ...record.folder import Results
from ...record.provenance import Provenance
from ...report.groups import BASELINE, OF_PROBABILITIES, Group
from ...report.lift import FIXED
from ...report.markdown import measure_of
from ...report.page import Report
from .document import (
    AskedFor,
    CellRow,
    Commit,
    Compared,
    Contended,
    DataSet,
    Difference,
    Learner,
    MeasureInfo,
    Origin,
    Racer,
    ResultsDocument,
    Spread,
)


def summarise(results: Results) -> ResultsDocument:
    """Bring together what a folder holds and what is said of it."""
    report = Report(results.cells, results.provenance)
    names = [name for name in (*report.shown, *OF_PROBABILITIES, *FIXED.values()) if name not in report.absent]
    negligible = report.groups[0].negligible if report.groups else {}
    return ResultsDocument(
        exported_by=metadata.version(DISTRIBUTION),
        origin=_origin(results.provenance),
        measures={name: _measure(name, negligible[name]) for name in names if name in negligible},
        groups=[_compared(group, names, results.cells) for group in report.groups],
        cells=[CellRow.model_validate(row) for row in rows(results.cells)],
    )


def rows(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the cells row by row, in Python's own types, with None for what is missing."""
    plain = cells.astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")
    ]


def _origin(known: Provenance) -> Origin:
    suite = known.suite
    return Origin(
        suite=AskedFor.model_validate(suite.model_dump()),
        versions=known.versions,
        commit=Commit(hash=known.git.commit, dirty=known.git.dirty) if known.git else None,
        system=known.system,
        machines=known.machines,
        planned=known.planned,
        data={name: DataSet.model_validate(each.model_dump()) for name, each in known.data.items()},
        contenders={name: Racer.model_validate(each.model_dump()) for name, each in known.contenders.items()},
        learners={name: Learner.model_validate(each.model_dump()) for name, each in known.learners.items()},
    )


def _measure(name: str, negligible: float) -> MeasureInfo:
    known = measure_of(name)
    return MeasureInfo(heading=known.heading, better=known.better, ideal=known.ideal, negligible=negligible)


def _compared(group: Group, names: list[str], cells: pd.DataFrame) -> Compared:
    here = cells[(cells["dataset"] == group.dataset) & (cells["classifier"] == group.classifier)]
    unscored = here[~here["status"].isin(SCORED)]
    return Compared(
        dataset=group.dataset,
        classifier=group.classifier,
        seeds=group.n_seeds,
        baseline=BASELINE,
        contenders=[_contended(group, name, names, unscored[unscored["contender"] == name]) for name in group.scored],
    )


def _contended(group: Group, name: str, names: list[str], unscored: pd.DataFrame) -> Contended:
    scores = {measure: _spread(group.scored[name][measure]) for measure in names}
    compared = name != BASELINE and group.has_baseline
    beside = [measure for measure in names if measure != LIFT] if compared else []
    differences = {measure: _difference(group, name, measure) for measure in beside}
    lift = _difference(group, name, LIFT) if compared else None
    counts = unscored["status"].value_counts()
    return Contended(
        contender=name,
        role=group.roles[name],
        scored=len(group.scored[name]),
        complete=group.complete(name),
        unscored={status: int(counts[status]) for status in STATUSES if status in counts},
        scores={measure: spread for measure, spread in scores.items() if spread.n},
        lift=lift if lift and lift.n else None,
        why_no_lift=group.why_no_lift(name),
        differences={measure: found for measure, found in differences.items() if found.n},
        ranks={measure: ranks[name] for measure, ranks in group.ranks.items() if name in ranks},
        seconds=group.seconds(name),
    )


def _spread(values: pd.Series) -> Spread:
    there = values.to_numpy(dtype=np.float64, na_value=np.nan)
    there = there[np.isfinite(there)]
    mean = float(there.mean()) if len(there) else None
    return Spread(n=len(there), mean=mean, sd=float(there.std(ddof=1)) if len(there) > 1 else None)


def _difference(group: Group, name: str, measure: str) -> Difference:
    judged = group.judged.get(measure, {}).get(name)
    found = judged.comparison if judged else group.interval(name, measure)
    return Difference(
        n=found.n,
        mean=found.mean,
        low=found.low,
        high=found.high,
        p=found.p,
        p_adjusted=judged.p_adjusted if judged else None,
        word=(judged.word or None) if judged else None,
    )
