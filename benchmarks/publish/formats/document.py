"""What `export --format json` writes: a versioned document that others' programs may rely on.

Within a version, fields may be added, and readers leave alone those that they do not know. Whoever removes one, renames
it or changes what it means raises the number in `SCHEMA`. `results.schema.json` says the same to programs: a test sees
that it is what `json_schema` gives.
"""

import json
import math
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ...catalog.contract import Role
from ...measure.outcome import Phase, Status

Schema = Literal["oversampling-bench/results/1"]
SCHEMA: Schema = get_args(Schema)[0]


def _finite(value: Any) -> Any:
    # JSON has no NaN, and no infinity.
    return None if isinstance(value, float) and not math.isfinite(value) else value


Number = Annotated[float | None, BeforeValidator(_finite)]
"""A real number; null where there is none."""


class Part(BaseModel):
    """What all parts have in common: fields that are not known are left aside, nothing is changed in place."""

    model_config = ConfigDict(
        frozen=True, use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class AskedFor(Part):
    """What was asked for."""

    name: str
    description: str
    protocol: str
    """The label of the protocol: how rows are split."""
    seeds: list[int]
    """Each is one split, and seeds the contender and the learner. Data sets with few positives may have more."""
    n_requested: int | None
    """Positives that every contender was asked to add; null: as many as balance the classes."""


class DataSet(Part):
    """A data set as it was loaded."""

    hash: str
    """The first 16 digits of the SHA-256 of columns, rows and labels."""
    rows: int
    columns: int
    categorical: int
    """Columns that are categorical."""
    positives: Number
    """Share of the rows that are positive."""
    source: str
    """Where its rows come from; data sets of one source are not independent."""


class Racer(Part):
    """A contender: what is behind its label."""

    role: Role
    about: str
    source: str
    """The word built-in, a package with its version, or the name of a file."""
    code: str
    """Hash of its code."""


class Learner(Part):
    """A learner: what is behind its label."""

    about: str
    source: str
    code: str


class Commit(Part):
    """The commit that it ran from."""

    hash: str
    dirty: bool
    """Whether anything but results differed from it."""


class Origin(Part):
    """What the cells ran on, and what their labels stand for."""

    suite: AskedFor
    versions: dict[str, str]
    """Of this package, of Python, and of the libraries that may change a score."""
    commit: Commit | None
    """Null outside of a git repository."""
    system: str
    machines: dict[str, int]
    """Cells by the hardware that they ran on."""
    planned: int
    """Cells that were ever asked for."""
    data: dict[str, DataSet]
    contenders: dict[str, Racer]
    learners: dict[str, Learner]


class MeasureInfo(Part):
    """How to read a measure."""

    heading: str
    better: Literal["lower", "higher"]
    ideal: float | None
    """Where not null, the value that is right: differences are then of distances to it, of which lower is better."""
    negligible: float
    """Half the width of its region of practical equivalence."""


class Spread(Part):
    """A score over seeds."""

    n: int
    """Seeds that have it."""
    mean: Number
    sd: Number
    """Standard deviation, n - 1; null of fewer than two seeds."""


class Difference(Part):
    """Mean of the paired differences to the baseline, seed by seed, and what is said of it."""

    n: int
    """Seeds that both have."""
    mean: Number
    low: Number
    """Lower end of the 95 % interval (corrected resampled t)."""
    high: Number
    p: Number
    """Two-sided, not adjusted."""
    p_adjusted: Number
    """Holm's: of lift, for all contenders; of other measures, for all contenders and measures of their family."""
    word: Literal["better", "worse", "equivalent", "undecided"] | None
    """Null of a contender that lacks seeds, and of fewer than five seeds."""


class Contended(Part):
    """What a contender did on one data set with one learner."""

    contender: str
    role: Role
    scored: int
    """Seeds with scores."""
    complete: bool
    """Whether these are all seeds of the group; nothing is imputed, and who lacks some is not ranked."""
    unscored: dict[Status, int]
    """Cells without scores, by status."""
    scores: dict[str, Spread]
    """By measure; rates are fractions. A measure that no seed has is left out."""
    lift: Difference | None
    """Lift over the moved threshold, the primary score, which is a difference by itself; null of the baseline."""
    why_no_lift: str
    """Why no lift can be told; empty where there is one."""
    differences: dict[str, Difference]
    """By measure other than lift; none of the baseline, or without one."""
    ranks: dict[str, int]
    """By measure: one more than the number of contenders that are shown to be better."""
    seconds: Number
    """Tuning, sampling and fitting, the median over seeds."""


class Compared(Part):
    """A data set with a learner: those that are compared with each other."""

    dataset: str
    classifier: str
    seeds: int
    baseline: str
    contenders: list[Contended]
    """By mean balanced error, lowest first; those that lack seeds after the others."""


class CellRow(BaseModel):
    """A row of cells.csv. All further columns, numbers each, are there by the names that they have in that file."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Annotated[int | float | None, BeforeValidator(_finite)]]

    suite: str
    dataset: str
    classifier: str
    contender: str
    seed: int
    status: Status
    phase: Phase
    reason: str
    chosen: str


class ResultsDocument(Part):
    """A results folder of oversampling-bench: where it comes from, what is said of it, and all of its cells."""

    schema_: Schema = Field(default=SCHEMA, alias="schema")
    """Name and version of this format."""
    exported_by: str
    """The version that compared the cells and wrote this."""
    origin: Origin
    measures: dict[str, MeasureInfo]
    groups: list[Compared]
    cells: list[CellRow]
    """As in cells.csv, in its order; those of audits are not among them."""


def json_text(content: dict[str, Any]) -> str:
    """Write it down in letters that every terminal and editor shows as they are."""
    return json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def json_schema() -> str:
    """Give the JSON Schema of the document."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json_text(dialect | ResultsDocument.model_json_schema(mode="serialization"))
