"""From a suite to its cells, in the order to run them, each with a key of all that its outcome depends on."""

import ast
import hashlib
import json
from dataclasses import dataclass
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

from .cell import Cell
from .errors import UsageError
from .protocol import check_data, data_hash
from .registry import Entry, code_hash
from .resolve import check_classifiers, refuse_twice, resolve
from .suite import Suite

LIBRARIES = ["imbalanced-learn", "numpy", "pandas", "scikit-learn", "scipy", "torch"]
"""Libraries whose version may change a score."""

HARNESS = ["classifiers", "protocol", "resample", "measures", "synthetic", "folds", "cell"]
"""Modules of ours whose code may change a record."""


@dataclass(frozen=True)
class Plan:
    """The cells of a suite, in the order to run them.

    `context` is a hash of what all cells have in common; `data_hashes` and `contenders` say what is behind a label.
    """

    suite: Suite
    cells: list[Cell]
    context: str
    data_hashes: dict[str, str]
    contenders: dict[str, Entry]


def make_plan(suite: Suite) -> Plan:
    """Lay out a suite's cells: seed by seed, so that every contender gets its first seeds early.

    Raises
    ------
    UsageError
        If a data set, contender, classifier or parameter is unknown or stands twice, or a data set cannot be loaded.
    """
    try:
        check_classifiers(suite.classifiers)
        refuse_twice("seed", suite.seeds)
        contenders = resolve("contender", suite.contenders)
        datasets = resolve("dataset", suite.datasets)
        data_hashes = {name: _data_hash(entry, params) for name, (entry, params) in datasets.items()}
    except UsageError as error:
        raise UsageError(f"suite {suite.name}: {error}") from error

    shared = {
        "protocol": suite.protocol,
        "n_requested": suite.n_requested,
        "versions": versions(),
        "harness": harness_hash(),
    }
    fingerprints = {name: entry.fingerprint() for name, (entry, _) in contenders.items()}
    cells = []
    for seed, dataset, classifier, contender in product(suite.seeds, datasets, suite.classifiers, contenders):
        dataset_entry, dataset_params = datasets[dataset]
        entry, params = contenders[contender]
        positives = dataset_params.get("positives")
        inputs = shared | {
            "data": data_hashes[dataset],
            "positives": positives,
            "contender": fingerprints[contender],
            "source": None if entry.by_path else entry.source,
            "params": {key: repr(value) for key, value in sorted(params.items())},
            "classifier": classifier,
            "seed": seed,
        }
        identity = (suite.name, dataset, classifier, contender, seed)
        how = (suite.protocol, suite.n_requested, positives)
        cells.append(Cell(*identity, *how, dataset_entry, entry, params, inputs, _hash(inputs)))
    entries = {name: entry for name, (entry, _) in contenders.items()}
    return Plan(suite, cells, _hash(shared), data_hashes, entries)


def versions() -> dict[str, str]:
    """Versions of the libraries that may change a score, as they are installed here."""
    return {name: metadata.version(name) for name in LIBRARIES}


def harness_hash() -> str:
    """Hash our own code as far as a record depends on it."""
    files = [Path(__file__).with_name(f"{module}.py") for module in HARNESS]
    return _hash([code_hash(ast.parse(path.read_bytes())) for path in files])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _data_hash(entry: Entry, params: dict[str, Any]) -> str:
    try:
        X, y = entry.load().load()
        check_data(X, y)
        found = data_hash(X, y)
    except Exception as error:
        raise UsageError(f"data set '{entry.name}' cannot be loaded: {error}") from error
    if "positives" in params and params["positives"] >= y.mean():
        raise UsageError(
            f"data set '{entry.name}': positives={params['positives']} is not below its share, {y.mean():.4f}"
        )
    return found
