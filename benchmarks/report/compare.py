"""Two results folders, contender by contender: did anything change, and is the change more than noise."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..design.cell import CellId
from ..errors import UsageError, a_few, plural
from ..measure.outcome import SCORED, WELL
from ..record.folder import Results, read_results
from ..record.submitted import with_submitted
from .groups import Group
from .markdown import SHOWN, heading, interval, table
from .page import Report
from .statistics import MIN_SEEDS, Comparison, Word, compare, holm, verdict

COMPARED = ("balanced_error", "error", "roc_auc")
SAME = "same"


@dataclass(frozen=True)
class Pair:
    """One contender on one data set with one learner, in both folders, and the seeds that both have."""

    name: str
    old: Group
    new: Group

    def __str__(self) -> str:
        return f"{self.old.dataset} · {self.old.classifier} · {self.name}"

    def differences(self, score: str) -> np.ndarray:
        """Give the new score less the old one, by seed."""
        both = self.old.scored[self.name].merge(self.new.scored[self.name], on="seed", suffixes=("_old", "_new"))
        found: np.ndarray = (both[f"{score}_new"] - both[f"{score}_old"]).to_numpy(dtype=float)
        return found

    @property
    def test_to_train(self) -> float:
        """Rows tested on, by rows trained on."""
        return self.old.mean(self.name, "n_test") / self.old.mean(self.name, "n_train")


@dataclass(frozen=True)
class Compared:
    """What came of comparing two folders.

    Attributes
    ----------
    text : str
        The table, and how to read it, in markdown.
    worse, unjudged : list of str
        Contenders that are shown worse in the second folder, and by which score; those that have too few seeds in
        common for any verdict.
    failures : list of str
        Cells of the second folder that did not end ok, and those that have scores in the first one alone.
    """

    text: str
    worse: list[str]
    unjudged: list[str]
    failures: list[str]


def compare_folders(one: Path, two: Path, called: tuple[str, str] | None = None) -> Compared:
    """Compare what two folders have in common, on the seeds that both have; the second less the first.

    They are `called` by their paths, unless otherwise said.

    Raises
    ------
    UsageError
        If a folder holds no results, or they have nothing in common.
    """
    old, new = (with_submitted(read_results(folder)) for folder in (one, two))
    names = called or (str(one), str(two))
    for (what, before), after in zip(_settings(old).items(), _settings(new).values(), strict=True):
        if before != after and None not in (before, after):
            raise UsageError(f"{one} and {two} cannot be compared: they differ in {what}")
    first, second = _groups(old), _groups(new)
    pairs = [
        Pair(name, first[where], second[where])
        for where in first
        if where in second
        for name in first[where].scored
        if name in second[where].scored and len(first[where].scored[name]) and len(second[where].scored[name])
    ]
    if not pairs:
        raise UsageError(f"{one} and {two} have no data set, learner and contender in common")
    for dataset in dict.fromkeys(pair.old.dataset for pair in pairs):
        if _data(old, dataset) != _data(new, dataset):
            raise UsageError(f"{one} and {two} cannot be compared: data set {dataset} differs")
    pairs = [pair for pair in pairs if len(pair.differences("error"))]
    if not pairs:
        raise UsageError(f"{one} and {two} have no seeds in common")
    headers = ["data set", "learner", "contender", "seeds", *map(heading, COMPARED)]
    judged = {score: _judged(pairs, score) for score in COMPARED}
    lines = [table(headers, _rows(pairs, judged), left=3)]
    lines.append(
        f"{names[1]} less {names[0]}: mean [95 % interval] of paired differences, corrected resampled t-test; p "
        f"adjusted for {plural(len(pairs), 'row')} (Holm). '{SAME}': equal to the last digit on every seed."
    )
    alone = {f"`{name}`" for groups, others in ((first, second), (second, first)) for where in groups
             for name in groups[where].scored if where not in others or name not in others[where].scored}  # fmt: skip
    if alone:
        lines.append(f"In one folder only, somewhere: {', '.join(sorted(alone))}.")
    worse = [
        f"{pair} ({', '.join(shown)})"
        for place, pair in enumerate(pairs)
        if (shown := [SHOWN[score].heading for score in COMPARED if judged[score][place][1] == "worse"])
    ]
    unjudged = [str(pair) for pair in pairs if len(pair.differences("error")) < MIN_SEEDS]
    return Compared("\n\n".join(lines), worse, unjudged, _failures(old.cells, new.cells))


def failing(found: Compared, worse: bool, failure: bool) -> list[str]:
    """Say, in a line each, why whoever does not put up with worse scores, or with failures, cannot take the second one.

    >>> failing(Compared("", ["adult · forest · smote (ROC AUC)"], [], []), worse=True, failure=True)
    ['Shown worse: adult · forest · smote (ROC AUC).']
    """
    said = [f"Shown worse: {'; '.join(found.worse)}."] if worse and found.worse else []
    if failure and found.failures:
        said.append(f"{plural(len(found.failures), 'cell')} failed: {a_few(found.failures)}.")
    return said


def _judged(pairs: list[Pair], score: str) -> list[tuple[Comparison, Word]]:
    found = [compare(pair.differences(score), pair.test_to_train) for pair in pairs]
    adjusted, lower = holm([each.p for each in found]), SHOWN[score].better == "lower"
    return [
        (each, verdict(each, p, lower, pair.new.negligible[score]))
        for pair, each, p in zip(pairs, found, adjusted, strict=True)
    ]


def _rows(pairs: list[Pair], judged: dict[str, list[tuple[Comparison, Word]]]) -> list[list[str]]:
    rows = [
        [pair.old.dataset, pair.old.classifier, f"`{pair.name}`", str(len(pair.differences("error")))] for pair in pairs
    ]
    for score in COMPARED:
        for row, (found, word) in zip(rows, judged[score], strict=True):
            same = found.n and found.equal == found.n
            row.append(SAME if same else f"{interval(found, score)} {word}".rstrip())
    return rows


def _failures(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    ended = {where: str(status) for where, status in _statuses(new)}
    failed = {where: f"{where}: {status}" for where, status in ended.items() if status not in WELL}
    for where, status in _statuses(old):
        if status in SCORED and where not in ended:
            failed[where] = f"{where}: missing"
    return list(failed.values())


def _statuses(cells: pd.DataFrame) -> list[tuple[CellId, str]]:
    columns = [cells[name] for name in (*CellId._fields, "status")]
    return [(CellId(*where), status) for *where, status in zip(*columns, strict=True)]


def _settings(results: Results) -> dict[str, object]:
    # What splits, and so pairs, depend on beside the seed.
    suite, protocol = results.provenance.suite, results.provenance.protocol
    return {
        "protocol": suite.protocol,
        "the code of the protocol": protocol.code if protocol else None,
        "number of rows asked for": suite.n_requested,
    }


def _data(results: Results, dataset: str) -> str | None:
    table_there = results.provenance.data.get(dataset)
    return table_there.hash if table_there else None


def _groups(results: Results) -> dict[tuple[str, str], Group]:
    groups = Report(results.cells, results.provenance).groups
    return {(group.dataset, group.classifier): group for group in groups}
