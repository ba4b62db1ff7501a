"""Two results folders, contender by contender: did anything change, and is the change more than noise."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import UsageError, plural
from ..record.folder import Results, read_results
from .groups import Group, group_cells
from .markdown import SHOWN, heading, interval, table
from .statistics import compare, holm, verdict

COMPARED = ("balanced_error", "error", "roc_auc")
SAME = "same"


@dataclass(frozen=True)
class Pair:
    """One contender on one data set with one learner, in both folders, and the seeds that both have."""

    name: str
    old: Group
    new: Group

    def differences(self, score: str) -> np.ndarray:
        """Give the new score less the old one, by seed."""
        both = self.old.scored[self.name].merge(self.new.scored[self.name], on="seed", suffixes=("_old", "_new"))
        found: np.ndarray = (both[f"{score}_new"] - both[f"{score}_old"]).to_numpy(dtype=float)
        return found

    @property
    def test_to_train(self) -> float:
        """Rows tested on, by rows trained on."""
        return self.old.mean(self.name, "n_test") / self.old.mean(self.name, "n_train")


def compare_folders(one: Path, two: Path, called: tuple[str, str] | None = None) -> str:
    """Compare what two folders have in common, on the seeds that both have; the second less the first.

    They are `called` by their paths, unless otherwise said.

    Raises
    ------
    UsageError
        If a folder holds no results, or they have nothing in common.
    """
    old, new = read_results(one), read_results(two)
    names = called or (str(one), str(two))
    for what, there in _settings(old).items():
        if there != _settings(new)[what]:
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
    lines = [table(headers, _rows(pairs), left=3)]
    lines.append(
        f"{names[1]} less {names[0]}: mean [95 % interval] of paired differences, corrected resampled t-test; p "
        f"adjusted for {plural(len(pairs), 'row')} (Holm). '{SAME}': equal to the last digit on every seed."
    )
    alone = {f"`{name}`" for groups, others in ((first, second), (second, first)) for where in groups
             for name in groups[where].scored if where not in others or name not in others[where].scored}  # fmt: skip
    if alone:
        lines.append(f"In one folder only, somewhere: {', '.join(sorted(alone))}.")
    return "\n\n".join(lines)


def _rows(pairs: list[Pair]) -> list[list[str]]:
    rows = [
        [pair.old.dataset, pair.old.classifier, f"`{pair.name}`", str(len(pair.differences("error")))] for pair in pairs
    ]
    for score in COMPARED:
        found = [compare(pair.differences(score), pair.test_to_train) for pair in pairs]
        adjusted = holm([each.p for each in found])
        lower = SHOWN[score].better == "lower"
        for row, pair, each, p in zip(rows, pairs, found, adjusted, strict=True):
            if each.n and each.equal == each.n:
                row.append(SAME)
            else:
                word = verdict(each, p, lower, pair.new.negligible[score])
                row.append(f"{interval(each, score)} {word}".rstrip())
    return rows


def _settings(results: Results) -> dict[str, object]:
    # What splits, and so pairs, depend on beside the seed.
    suite = results.provenance.suite
    return {"protocol": suite.protocol, "number of rows asked for": suite.n_requested}


def _data(results: Results, dataset: str) -> str | None:
    table_there = results.provenance.data.get(dataset)
    return table_there.hash if table_there else None


def _groups(results: Results) -> dict[tuple[str, str], Group]:
    groups = group_cells(results.cells, results.provenance)
    return {(group.dataset, group.classifier): group for group in groups}
