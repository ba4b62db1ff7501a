"""From a suite to its cells, in the order to run them, each with a key of all that its outcome depends on."""

import ast
import hashlib
import json
from dataclasses import dataclass
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

from . import wrapping
from .cell import Cell
from .data import Table, describe_data
from .entry import Entry, code_hash
from .errors import UsageError
from .resolve import check_classifiers, refuse_twice, resolve
from .suite import Suite

LIBRARIES = ["imbalanced-learn", "numpy", "pandas", "scikit-learn", "scipy", "torch"]
"""Libraries whose version may change a score."""

HARNESS = ["classifiers", "protocol", "resample", "measures", "synthetic", "gaps", "folds", "cell", "wrapping"]
"""Modules of ours whose code may change a record."""


@dataclass(frozen=True)
class Plan:
    """The cells of a suite, in the order to run them.

    `context` is a hash of what all cells have in common; `data` and `contenders` say what is behind a label;
    `left_out` why something that was asked for cannot be used, and `not_applicable` what is not meant for such data.
    """

    suite: Suite
    cells: list[Cell]
    context: str
    data: dict[str, Table]
    contenders: dict[str, Entry]
    left_out: dict[str, str]
    not_applicable: dict[str, str]


def make_plan(suite: Suite) -> Plan:
    """Lay out a suite's cells: seed by seed, so that every contender gets its first seeds early.

    A data set that cannot be loaded, and a broken plugin that ``*`` stands for, is left out as long as others are left.

    Raises
    ------
    UsageError
        If a data set, contender, classifier or parameter is unknown or stands twice, or nothing is left.
    """
    try:
        check_classifiers(suite.classifiers)
        refuse_twice("seed", suite.seeds)
        contenders = resolve("contender", suite.contenders)
        datasets = resolve("dataset", suite.datasets)
        left_out = contenders.left_out | datasets.left_out
        data: dict[str, Table] = {}
        for name, (entry, params) in datasets.entries.items():
            try:
                data[name] = describe_data(entry, params, name)
            except UsageError as error:
                left_out[name] = str(error)
        if not data or not contenders.entries:
            raise UsageError("; ".join(left_out.values()) or "nothing to run")
    except UsageError as error:
        raise UsageError(f"suite {suite.name}: {error}") from error

    shared = {
        "protocol": suite.protocol,
        "n_requested": suite.n_requested,
        "versions": versions(),
        "harness": harness_hash(),
    }
    fingerprints = {name: wrapping.fingerprint(*found) for name, found in contenders.entries.items()}
    columns = {name: wrapping.constant(*found, "MEANT_FOR") for name, found in contenders.entries.items()}
    cells, not_applicable = [], {}
    for seed, dataset, classifier, contender in product(suite.seeds, data, suite.classifiers, contenders.entries):
        if columns[contender] not in ("any", data[dataset].kind):
            not_applicable[f"{contender} on {dataset}"] = f"it is for {columns[contender]} columns"
            continue
        dataset_entry, dataset_params = datasets.entries[dataset]
        entry, params = contenders.entries[contender]
        positives = dataset_params.get("positives")
        inputs = shared | {
            "data": data[dataset].hash,
            "positives": positives,
            "contender": fingerprints[contender],
            "source": None if entry.by_path else entry.source,
            "params": {key: repr(value) for key, value in sorted(params.items())},
            "classifier": classifier,
            "seed": seed,
        }
        identity = (suite.name, dataset, classifier, contender, seed)
        how = (suite.protocol, suite.n_requested, positives)
        own = {key: value for key, value in dataset_params.items() if key != "positives"}
        cells.append(Cell(*identity, *how, dataset_entry, own, entry, params, inputs, _hash(inputs)))
    entries = {name: entry for name, (entry, _) in contenders.entries.items()}
    return Plan(suite, cells, _hash(shared), data, entries, left_out, not_applicable)


def versions() -> dict[str, str]:
    """Versions of the libraries that may change a score, as they are installed here."""
    return {name: metadata.version(name) for name in LIBRARIES}


def harness_hash() -> str:
    """Hash our own code as far as a record depends on it."""
    files = [Path(__file__).with_name(f"{module}.py") for module in HARNESS]
    return _hash([code_hash(ast.parse(path.read_bytes())) for path in files])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
