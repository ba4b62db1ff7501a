"""From a suite to its cells, in the order to run them; and the part of them that is one shard's."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ..catalog import wrapping
from ..catalog.contract import Declared
from ..catalog.data import Table
from ..catalog.entry import Choice
from ..catalog.fingerprint import short_hash
from ..catalog.resolve import Check, check_parameters, refuse_twice, resolve
from ..errors import UsageError
from . import cell as cells
from .cell import Cell, Inputs
from .suite import Suite
from .tables import describe_split


@dataclass(frozen=True)
class Planned:
    """What is behind a label that races: what it stands for, what that declares, and the hash of its code."""

    choice: Choice
    declared: Declared
    code: str


@dataclass(frozen=True)
class Plan:
    """The cells of a suite, in the order to run them.

    `harness` is the hash of the code that measures, `context` one of all that the cells have in common; `data`,
    `contenders` and `classifiers` say what is behind a label; `audit_key` what an audit among them follows from;
    `left_out` why something that was asked for cannot be used, and `not_applicable` what is not meant for such data.
    """

    suite: Suite
    cells: list[Cell]
    harness: str
    context: str
    data: dict[str, Table]
    contenders: dict[str, Planned]
    classifiers: dict[str, Planned]
    protocol: Planned
    left_out: dict[str, str]
    not_applicable: dict[str, str]
    audit_key: str = ""


@dataclass(frozen=True)
class Look:
    """How a plan looks at what runs other people's code: a data set, and whether a plugin takes its parameters.

    As it is, that code runs in this process; others leave it to another one.
    """

    describe: Callable[[Choice, str, Choice, Suite], Table] = describe_split
    check: Check = check_parameters

    def once(self) -> "Look":
        """Give one that looks at a data set once, for plans of several suites that share some.

        Only the protocol of the first of them is tried on it: for suites that are known to run.
        """
        seen: dict[str, Table] = {}

        def describe(choice: Choice, label: str, protocol: Choice, suite: Suite) -> Table:
            if label not in seen:
                seen[label] = self.describe(choice, label, protocol, suite)
            return seen[label]

        return replace(self, describe=describe)


def make_plan(suite: Suite, look: Look = Look()) -> Plan:
    """Lay out a suite's cells: seed by seed, so that every contender gets its first seeds early.

    A data set that cannot be loaded, and a broken plugin that ``*`` stands for, is left out as long as others are left.

    Parameters
    ----------
    look : Look
        How to look at what runs other people's code.

    Raises
    ------
    UsageError
        If a data set, contender, classifier or parameter is unknown or stands twice, or nothing is left.
    """
    try:
        classifiers = resolve("classifier", suite.classifiers, look.check)
        refuse_twice("seed", suite.seeds)
        protocols = resolve("protocol", [suite.protocol], look.check)
        if len(protocols.choices) != 1:
            raise UsageError(f"protocol {suite.protocol}: a suite has one")
        ((protocol_label, protocol),) = protocols.choices.items()
        contenders = resolve("contender", suite.contenders, look.check)
        datasets = resolve("dataset", suite.datasets)
        left_out = classifiers.left_out | contenders.left_out | datasets.left_out
        data: dict[str, Table] = {}
        for name, choice in datasets.choices.items():
            try:
                data[name] = look.describe(choice, name, protocol, suite)
            except UsageError as error:
                left_out[name] = str(error)
        if not data or not contenders.choices or not classifiers.choices:
            raise UsageError("; ".join(left_out.values()) or "nothing to run")
    except UsageError as error:
        raise UsageError(f"suite {suite.name}: {error}") from error

    harness = cells.harness_hash()
    common: dict[str, Any] = {
        "protocol": protocol_label,
        "protocol_code": protocol.entry.fingerprint(),
        "protocol_source": _source(protocol),
        "encoder": suite.encoder,
        "encoder_rows": suite.encoder_rows or protocol.entry.declared().encoder_rows,
        "n_requested": suite.n_requested,
        "versions": cells.versions(),
        "harness": harness,
    }
    racing = {
        name: Planned(choice, wrapping.declared(choice), wrapping.fingerprint(choice))
        for name, choice in contenders.choices.items()
    }
    learning = {
        name: Planned(choice, choice.entry.declared(), choice.entry.fingerprint())
        for name, choice in classifiers.choices.items()
    }
    of_contender = {name: _of_contender(each) for name, each in racing.items()}
    of_learner = {name: _of_learner(each) for name, each in learning.items()}
    tables = {name: choice.without("positives") for name, choice in datasets.choices.items()}
    positives = {name: choice.params.get("positives") for name, choice in datasets.choices.items()}
    seeds = {name: suite.seeds_for(table.rows * table.positives) for name, table in data.items()}
    most = max(seeds.values(), key=len)
    planned, not_applicable = [], {}
    for seed, dataset, classifier, contender in product(most, data, classifiers.choices, contenders.choices):
        if seed not in seeds[dataset]:
            continue
        meant_for = racing[contender].declared.meant_for
        if meant_for not in ("any", data[dataset].kind):
            not_applicable[f"{contender} on {dataset}"] = f"it is for {meant_for} columns"
            continue
        if racing[contender].declared.needs_weights and not learning[classifier].declared.takes_weights:
            not_applicable[f"{contender} with {classifier}"] = "it weighs errors, which that learner cannot"
            continue
        inputs = Inputs(
            data=data[dataset].hash,
            positives=positives[dataset],
            audit="",
            seed=seed,
            **common,
            **of_contender[contender],
            **of_learner[classifier],
        )
        planned.append(
            Cell(
                suite=suite.name,
                dataset=dataset,
                classifier=classifier,
                contender=contender,
                seed=seed,
                dataset_choice=tables[dataset],
                protocol_choice=protocol,
                classifier_choice=classifiers.choices[classifier],
                contender_choice=contenders.choices[contender],
                inputs=inputs,
                key=inputs.key(),
            )
        )
    context = short_hash(repr(sorted(common.items())))
    asked = {"classifiers": classifiers.asked, "contenders": contenders.asked, "datasets": datasets.asked}
    return Plan(
        suite=suite.model_copy(update=asked | {"protocol": protocol_label}),
        cells=planned,
        harness=harness,
        context=context,
        data=data,
        contenders=racing,
        classifiers=learning,
        protocol=Planned(protocol, protocol.entry.declared(), common["protocol_code"]),
        left_out=left_out,
        not_applicable=not_applicable,
    )


def _of_contender(planned: Planned) -> dict[str, Any]:
    return {
        "contender": planned.code,
        "contender_source": _source(planned.choice),
        "contender_params": _written(planned.choice),
        "declared": planned.declared.behaviour(),
    }


def _of_learner(planned: Planned) -> dict[str, Any]:
    return {
        "learner": planned.code,
        "learner_source": _source(planned.choice),
        "learner_params": _written(planned.choice),
    }


def _source(choice: Choice) -> str | None:
    # The folder of a file is not published, and does not change what the file does.
    return None if choice.entry.by_path else choice.entry.source


def _written(choice: Choice) -> dict[str, str]:
    return {key: repr(value) for key, value in sorted(choice.params.items())}


@dataclass(frozen=True)
class Shard:
    """The `index`-th of `count` parts of a plan, counted from 1, for those who have only a job array."""

    index: int
    count: int

    @property
    def suffix(self) -> str:
        """What its folder is called after the suite's name."""
        return f"shard-{self.index}-of-{self.count}"

    @classmethod
    def read(cls, text: str) -> "Shard":
        """Read ``i/n``.

        >>> Shard.read("2/8")
        Shard(index=2, count=8)
        """
        match = re.fullmatch(r"(\d+)/(\d+)", text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise UsageError(f"--shard {text}: give i/n with i from 1 to n, such as 2/8")
        return cls(int(match[1]), int(match[2]))

    def take(self, planned: list[Cell]) -> list[Cell]:
        """Give its cells. A cell's name alone decides, whatever else was planned; contenders are spread evenly."""
        return [cell for cell in planned if int(_lot(cell), 16) % self.count == self.index - 1]


def _lot(cell: Cell) -> str:
    return hashlib.sha256(repr(tuple(cell.id)).encode()).hexdigest()
