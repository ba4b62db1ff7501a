"""A cell of the grid: one data set, one learner, one contender, one seed; and all that its outcome depends on."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from ..catalog import fingerprint
from ..catalog.contract import EncoderKind, EncoderRows
from ..catalog.entry import Choice

LIBRARIES = ("imbalanced-learn", "numpy", "pandas", "scikit-learn", "scipy", "torch")
"""Libraries whose version may change a score."""

CATALOG_FOLDER = Path(__file__).parents[1] / "catalog"
READY = ("contract.py", "inner.py", "wrapping.py")
"""What a contender declares, what it can learn, and how one is made ready, is the same for all cells."""

SPLITS = Path(__file__).with_name("splits.py")
MEASURE_FOLDER = Path(__file__).parents[1] / "measure"
"""The folder whose code, all of it, makes a record of a cell."""


class CellId(NamedTuple):
    """Where a cell stands in its suite; the labels are canonical."""

    dataset: str
    classifier: str
    contender: str
    seed: int

    def __str__(self) -> str:
        return f"{self.dataset} · {self.classifier} · {self.contender} · seed {self.seed}"


class Split(NamedTuple):
    """What a cell's encoded rows depend on, beside the harness: cells that agree here share them."""

    data: str
    protocol: str
    protocol_code: str
    encoder: EncoderKind
    encoder_rows: EncoderRows
    seed: int
    positives: float | None
    audit: str


@dataclass(frozen=True)
class Inputs:
    """All that the outcome of a cell depends on.

    Attributes
    ----------
    data, protocol_code, contender, learner, harness : str
        Hashes: of the table, of the code of the three, and of the code that measures.
    protocol : str
        Its label.
    encoder, encoder_rows : str
        How numeric columns are scaled, and by which rows.
    positives : float, optional
        The share to which training positives are cut.
    audit : str
        What an audit changes, see `audit.Kind`, and its key; empty outside of audits.
    n_requested : int, optional
        How many positives the contender is asked to add; None to balance the classes.
    protocol_source, contender_source, learner_source : str, optional
        Where each comes from, with its version; None for a file.
    contender_params, learner_params : dict
        Their parameters, as Python writes them.
    declared : dict
        What the contender declares, as far as it may change a record.
    versions : dict
        Those of the libraries that matter.
    """

    data: str
    positives: float | None
    audit: str
    protocol: str
    protocol_code: str
    protocol_source: str | None
    encoder: EncoderKind
    encoder_rows: EncoderRows
    n_requested: int | None
    seed: int
    contender: str
    contender_source: str | None
    contender_params: dict[str, str]
    declared: dict[str, Any]
    learner: str
    learner_source: str | None
    learner_params: dict[str, str]
    versions: dict[str, str]
    harness: str

    def key(self) -> str:
        """Hash them all."""
        return fingerprint.short_hash(self.as_json())

    def as_json(self) -> str:
        """Write them down; the same inputs give the same text."""
        return json.dumps(vars(self), sort_keys=True)


@dataclass(frozen=True)
class Cell:
    """All that running a cell needs, small enough to send to another process.

    `dataset`, `classifier` and `contender` are labels, the choices what these stand for (of the data set without
    `positives` and `audit`, which are the split's); `key` is the hash of `inputs`.
    """

    suite: str
    dataset: str
    classifier: str
    contender: str
    seed: int
    dataset_choice: Choice
    protocol_choice: Choice
    classifier_choice: Choice
    contender_choice: Choice
    inputs: Inputs
    key: str

    @property
    def id(self) -> CellId:
        """Where the cell stands in its suite."""
        return CellId(self.dataset, self.classifier, self.contender, self.seed)

    @property
    def split(self) -> Split:
        """The split that it shares with other cells."""
        of = self.inputs
        how = of.protocol, of.protocol_code, of.encoder, of.encoder_rows
        return Split(of.data, *how, self.seed, of.positives, of.audit)

    def __str__(self) -> str:
        return str(self.id)


def versions() -> dict[str, str]:
    """Give the versions of the libraries that may change a score, as they are installed here."""
    return {name: metadata.version(name) for name in LIBRARIES}


def other_versions(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say which versions are not what they were, of the libraries that `now` names.

    >>> other_versions({"numpy": "2.3", "scipy": "1.17"}, {"numpy": "2.4", "scipy": "1.17", "torch": "2.13"})
    ['numpy 2.3 → 2.4', 'torch None → 2.13']
    """
    return [f"{name} {then.get(name)} → {version}" for name, version in now.items() if then.get(name) != version]


@cache
def harness_hash() -> str:
    """Hash our own code as far as a record depends on it: `measure`, and what asks protocols and readies contenders."""
    files = [*(CATALOG_FOLDER / name for name in READY), SPLITS, *sorted(MEASURE_FOLDER.rglob("*.py"))]
    return fingerprint.joined([_without_words(path) for path in files])


def _without_words(path: Path) -> str:
    # What a measure is called, and how it is shown and read, is the report's affair: see `measure.scores.measure`.
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [each for each in node.decorator_list if not _calls_measure(each)]
    return fingerprint.code_hash(tree)


def _calls_measure(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "measure"
