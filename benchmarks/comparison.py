"""Two results folders, contender by contender: did anything change, and is the change more than noise."""

import json
from pathlib import Path
from typing import Any

from .errors import UsageError
from .groups import Group, group_cells
from .report import CELLS, ENVIRONMENT
from .statistics import compare, holm, verdict
from .store import read_csv
from .tables import HIGHER_IS_BETTER, interval, plural, table

SCORES = {"balanced_error": "balanced error %", "error": "overall error %", "roc_auc": "ROC AUC"}
SAME = "same"


def compare_folders(one: Path, two: Path) -> str:
    """Compare what two folders have in common, on the seeds that both have; the second less the first.

    Raises
    ------
    UsageError
        If a folder holds no results, or they have nothing in common.
    """
    first, second = _groups(one), _groups(two)
    for what, there in _settings(one).items():
        if there != _settings(two)[what]:
            raise UsageError(f"{one} and {two} cannot be compared: they differ in {what}")
    pairs = [
        (where, name, first[where], second[where])
        for where in first
        if where in second
        for name in first[where].scored
        if name in second[where].scored and len(first[where].scored[name]) and len(second[where].scored[name])
    ]
    if not pairs:
        raise UsageError(f"{one} and {two} have no data set, learner and contender in common")
    rows: list[list[Any]] = []
    for (dataset, classifier), name, old, new in pairs:
        if _data(one, dataset) != _data(two, dataset):
            raise UsageError(f"{one} and {two} cannot be compared: data set {dataset} differs")
        differences = {score: _differences(old, new, name, score) for score in SCORES}
        if not len(differences["error"]):
            continue  # not one seed in common
        rows.append([dataset, classifier, f"`{name}`", len(differences["error"]), *differences.values(), old, name])
    if not rows:
        raise UsageError(f"{one} and {two} have no seeds in common")
    lines = [table(["data set", "learner", "contender", "seeds", *SCORES.values()], _shown(rows), left=3)]
    lines.append(
        f"{two} less {one}: mean [95 % interval] of paired differences, corrected resampled t-test; p adjusted for "
        f"{plural(len(rows), 'row')} (Holm). '{SAME}': equal to the last digit on every seed."
    )
    alone = {f"`{name}`" for groups, others in ((first, second), (second, first)) for where in groups
             for name in groups[where].scored if where not in others or name not in others[where].scored}  # fmt: skip
    if alone:
        lines.append(f"In one folder only, somewhere: {', '.join(sorted(alone))}.")
    return "\n\n".join(lines)


def _shown(rows: list[list[Any]]) -> list[list[Any]]:
    shown = [row[:4] for row in rows]
    for column, score in enumerate(SCORES, start=4):
        ratios = [row[-2].mean(row[-1], "n_test") / row[-2].mean(row[-1], "n_train") for row in rows]
        found = [compare(row[column], ratio) for row, ratio in zip(rows, ratios, strict=True)]
        adjusted = holm([each.p for each in found])
        for row, values, each, p in zip(shown, (row[column] for row in rows), found, adjusted, strict=True):
            if len(values) and not values.any():
                row.append(SAME)
            else:
                word = verdict(each, p, lower_is_better=score not in HIGHER_IS_BETTER)
                row.append(f"{interval(each, score)} {word}".rstrip())
    return shown


def _settings(folder: Path) -> dict[str, Any]:
    # What splits, and so pairs, depend on beside the seed.
    environment = _environment(folder)
    suite = environment["suite"]
    return {"protocol": suite["protocol"], "number of rows asked for": suite["n_requested"]}


def _data(folder: Path, dataset: str) -> Any:
    described = _environment(folder)["data"].get(dataset)
    return described["hash"] if isinstance(described, dict) else described


def _environment(folder: Path) -> Any:
    return json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))


def _differences(old: Group, new: Group, name: str, score: str) -> Any:
    both = old.scored[name].merge(new.scored[name], on="seed", suffixes=("_old", "_new"))
    return (both[f"{score}_new"] - both[f"{score}_old"]).to_numpy(dtype=float)


def _groups(folder: Path) -> dict[tuple[str, str], Group]:
    if not (folder / CELLS).is_file() or not (folder / ENVIRONMENT).is_file():
        raise UsageError(f"{folder} holds no results: no {CELLS} with {ENVIRONMENT}")
    environment = _environment(folder)
    return {(group.dataset, group.classifier): group for group in group_cells(read_csv(folder / CELLS), environment)}
