"""From a suite to its cells. Everything that the user could have mistyped is found here, before anything runs."""

import ast
import hashlib
import inspect
import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from . import label, registry
from .cell import Cell
from .classifiers import CLASSIFIERS
from .errors import UsageError, one_line, unknown
from .protocol import data_hash
from .registry import Entry
from .suite import Suite

LIBRARIES = ["imbalanced-learn", "numpy", "pandas", "scikit-learn", "scipy", "torch"]
"""Libraries whose version may change a score."""

HARNESS = ["classifiers", "protocol", "resample", "measures", "synthetic", "cell"]
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
    for name in suite.classifiers:
        if name not in CLASSIFIERS:
            raise UsageError(f"suite {suite.name}: {unknown('classifier', name, CLASSIFIERS)}")
    contenders = _resolve("contender", suite.contenders, suite)
    datasets = _resolve("dataset", suite.datasets, suite)
    for what, given in (("classifier", suite.classifiers), ("seed", suite.seeds)):
        _refuse_twice(what, given, suite)
    data_hashes = {name: _data_hash(entry, params, suite) for name, (entry, params) in datasets.items()}

    shared = {
        "protocol": suite.protocol,
        "n_requested": suite.n_requested,
        "versions": {name: metadata.version(name) for name in LIBRARIES},
        "harness": harness_hash(),
    }
    fingerprints = {name: entry.fingerprint() for name, (entry, _) in contenders.items()}
    cells = []
    for seed in suite.seeds:
        for dataset, (dataset_entry, dataset_params) in datasets.items():
            for classifier in suite.classifiers:
                for contender, (entry, params) in contenders.items():
                    inputs = shared | {
                        "data": data_hashes[dataset],
                        "positives": dataset_params.get("positives"),
                        "contender": fingerprints[contender],
                        "params": {key: repr(value) for key, value in sorted(params.items())},
                        "classifier": classifier,
                        "seed": seed,
                    }
                    identity = (suite.name, dataset, classifier, contender, seed)
                    how = (suite.protocol, suite.n_requested, dataset_params.get("positives"))
                    cells.append(Cell(*identity, *how, dataset_entry, entry, params, inputs, _hash(inputs)))
    entries = {name: entry for name, (entry, _) in contenders.items()}
    return Plan(suite, cells, _hash(shared), data_hashes, entries)


def harness_hash() -> str:
    """Hash our own code as far as a record depends on it."""
    files = [Path(__file__).with_name(f"{module}.py") for module in HARNESS]
    return _hash([registry.code_hash(ast.parse(path.read_bytes())) for path in files])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _resolve(kind: registry.Kind, labels: list[str], suite: Suite) -> dict[str, tuple[Entry, dict[str, Any]]]:
    found: dict[str, tuple[Entry, dict[str, Any]]] = {}
    check = {"contender": _check_params, "dataset": _check_dataset_params}[kind]
    for text in _expand(kind, labels):
        try:
            name, params = label.parse(text)
            entry = registry.find(kind, name)
            if params:
                check(entry, params)
        except UsageError as error:
            raise UsageError(f"suite {suite.name}: {error}") from error
        canonical = label.format_label(entry.name, params)
        _refuse_twice(kind, [*found, canonical], suite)
        found[canonical] = (entry, params)
    return found


def _refuse_twice(what: str, names: list[Any], suite: Suite) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"suite {suite.name}: {what} {name} stands twice")


def _expand(kind: registry.Kind, labels: list[str]) -> list[str]:
    everything = list(registry.installed(kind))
    return [name for text in labels for name in (everything if text == "*" else [text])]


def _check_dataset_params(entry: Entry, params: dict[str, Any]) -> None:
    for name, value in params.items():
        if name != "positives":
            raise UsageError(unknown(f"parameter of data set '{entry.name}':", name, ["positives"]))
        if isinstance(value, bool) or not isinstance(value, float) or not 0 < value < 1:
            raise UsageError(f"data set '{entry.name}': positives is the share to keep, between 0 and 1, got {value!r}")


def _check_params(entry: Entry, params: dict[str, Any]) -> None:
    try:
        module = entry.load()
    except Exception as error:
        raise UsageError(f"contender '{entry.name}' cannot be imported ({one_line(error)})") from error
    if not hasattr(module, "make"):
        raise UsageError(f"contender '{entry.name}' takes no parameters")
    accepted = inspect.signature(module.make).parameters
    valid = {name for name, parameter in accepted.items() if parameter.kind is not parameter.VAR_KEYWORD}
    open_ended = len(valid) < len(accepted)
    if open_ended and hasattr(plain := module.make(random_state=0), "get_params"):
        valid |= set(plain.get_params(deep=False))
        open_ended = False
    valid.discard("random_state")  # the seed's
    for name in params:
        if name not in valid and not open_ended:
            raise UsageError(unknown(f"parameter of contender '{entry.name}':", name, valid))
    try:
        sampler = module.make(random_state=0, **params)
        # scikit-learn's own check of types and ranges, which would otherwise fail every cell
        getattr(sampler, "_validate_params", lambda: None)()
    except Exception as error:
        raise UsageError(f"contender '{entry.name}': {one_line(error)}") from error


def _data_hash(entry: Entry, params: dict[str, Any], suite: Suite) -> str:
    try:
        X, y = entry.load().load()
    except Exception as error:
        raise UsageError(f"suite {suite.name}: data set '{entry.name}' cannot be loaded: {error}") from error
    if params.get("positives", 0.0) >= y.mean():
        raise UsageError(
            f"suite {suite.name}: data set '{entry.name}': positives={params['positives']} is not below its share, "
            f"{y.mean():.4f}"
        )
    return data_hash(X, y)
