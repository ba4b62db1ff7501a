"""Suites: TOML files that say what races against what, and how."""

import itertools
import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..catalog.contract import EncoderKind, EncoderRows
from ..catalog.label import alternatives, format_label, parse
from ..errors import UsageError, one_line, unknown
from .own_measure import OwnMeasure

FOLDER = Path(__file__).with_name("suites")
TEST_SIZE = 0.2
"""The share of rows that a split of `strict` tests on."""
Labels = Annotated[list[str], Field(min_length=1)]


Expected = Literal["higher", "lower", "equivalent", "not higher", "not lower"]


class Published(BaseModel):
    """A number that others have published, of one measure: a mean over `seeds` seeds, or that of one `seed`.

    Attributes
    ----------
    seeds : int
        How many seeds it is the mean over: of another number, none comes out here.
    said : str
        As it was published: "balanced accuracy .9033".
    value : float
        The same as our measure has it: a rate is a fraction.
    within : float
        How near is the same: half a unit of the last digit that was published, or what `note` says.
    source : str
        Who published it, and where.
    note : str
        What is known to be other here.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    dataset: str
    classifier: str
    contender: str = "none"
    measure: str
    seed: int | None = None
    seeds: Annotated[int, Field(ge=1)] = 1
    said: str
    value: float
    within: Annotated[float, Field(gt=0)]
    source: str
    note: str = ""


class Claim(BaseModel):
    """What somebody says of contenders, as a difference that can be tested over the sources of the data sets.

    Attributes
    ----------
    says, source : str
        The claim in words, and who makes it, and where.
    contender, against : str
        The difference is the mean of the former less that of the latter, with the learner `classifier`.
    than : str, optional
        A learner whose difference is taken off: the claim is that there is more of it with the first.
    expect : {"higher", "lower", "equivalent", "not higher", "not lower"}
        What the difference is if the claim holds; the last three up to the region of practical equivalence.
    note : str
        In what the test is not the claim.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    says: str
    source: str
    contender: str
    against: str = "none"
    measure: str
    classifier: str
    than: str | None = None
    expect: Expected
    note: str = ""


class Suite(BaseModel):
    """What a suite file holds. Unknown keys and wrong types are refused.

    Attributes
    ----------
    protocol : str
        A label: which rows are trained and which are tested on, see the folder `protocols`.
    encoder : {"standard", "minmax"}
        Numeric columns with mean 0 and standard deviation 1, or from 0 to 1 (in float32, as rows are passed).
    encoder_rows : {"training", "all"}, optional
        The rows that it is fitted on, in place of what the protocol says.
    n_requested : int, optional
        The number of positives that every contender is asked to add; where it is left out, they are asked to balance
        the classes.
    test_positives, max_seeds : int, optional
        A data set on which all seeds together test on fewer positives than this gets further seeds until they do,
        counted on from the last, up to so many in all.
    equivalence : dict of str to float
        For a measure, half the width of its region of practical equivalence, in place of the measure's own.
    measures : list of str
        Measures of the user's own that are shown beside ours, see `own_measure.OwnMeasure`.
    published : list of Published
        Numbers of others, to be shown beside those that come out here.
    claims : list of Claim
        What others say, to be tested on what comes out here.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    description: str = ""
    protocol: Annotated[str, Field(min_length=1)] = "strict"
    encoder: EncoderKind = "standard"
    encoder_rows: EncoderRows | None = None
    datasets: Labels
    contenders: Labels
    classifiers: Labels = ["forest"]
    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(min_length=1)]
    n_requested: Annotated[int, Field(ge=1)] | None = None
    test_positives: Annotated[int, Field(ge=1)] | None = None
    max_seeds: Annotated[int, Field(ge=1)] = 30
    equivalence: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = {}
    measures: list[str] = []
    published: list[Published] = []
    claims: list[Claim] = []

    @property
    def own_measures(self) -> list[OwnMeasure]:
        """Read the labels of `measures`.

        Raises
        ------
        UsageError
            If one is none.
        """
        return [OwnMeasure.read(one) for text in self.measures for one in alternatives(text)]

    def seeds_for(self, positives: float) -> list[int]:
        """Give the seeds of a data set with so many positives.

        >>> suite = make(name="few", datasets=["a"], contenders=["none"], seeds=[0, 1], test_positives=50, max_seeds=4)
        >>> suite.seeds_for(1000), suite.seeds_for(80), suite.seeds_for(10)
        ([0, 1], [0, 1, 2, 3], [0, 1, 2, 3])
        """
        if self.test_positives is None:
            return self.seeds
        wanted = math.ceil(self.test_positives / (TEST_SIZE * positives))
        return take_seeds(self.seeds, max(len(self.seeds), min(wanted, self.max_seeds)))


def names() -> list[str]:
    """List the built-in suites."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(name: str) -> Suite:
    """Read a built-in suite by name, or anyone's own by the path of its TOML file.

    Raises
    ------
    UsageError
        If there is no such suite, or its file is broken, empty, or holds an unknown key or a wrong type.
    """
    by_path = name.endswith(".toml") or "/" in name
    if not by_path and name not in names():
        raise UsageError(unknown("suite", name, names()) + " (or give the path of a .toml file)")
    path = Path(name) if by_path else FOLDER / f"{name}.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"suite file {name} does not exist") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"suite file {name} cannot be read ({one_line(error)})") from error
    if not content:
        raise UsageError(f"suite file {name} is empty; it needs datasets, contenders and seeds")
    try:
        return _with_labels(Suite.model_validate({"name": path.stem} | content))
    except ValidationError as error:
        raise UsageError(f"suite file {name}: {_explain(error)}") from error
    except UsageError as error:
        raise UsageError(f"suite file {name}: {error}") from error


def _with_labels(suite: Suite) -> Suite:
    """Write the labels of published numbers and claims as reports do, and refuse those that the suite does not name."""
    named = {kind: _named(labels) for kind, labels in (
        ("data set", suite.datasets), ("contender", suite.contenders), ("classifier", suite.classifiers))}  # fmt: skip
    kinds = {"dataset": "data set", "contender": "contender", "against": "contender", "classifier": "classifier",
             "than": "classifier"}  # fmt: skip
    changes = {}
    for key in ("published", "claims"):
        entries = list(getattr(suite, key))
        for place, entry in enumerate(entries):
            labels = {name: value for name in kinds if (value := getattr(entry, name, None)) is not None}
            own = {name: format_label(*parse(value)) for name, value in labels.items()}
            for name, written in own.items():
                known = named[kinds[name]]
                if known is not None and written not in known:
                    raise UsageError(f"key '{key}[{place}].{name}': {unknown(kinds[name], written, known)}")
            if getattr(entry, "seed", None) is not None and entry.seed not in suite.seeds:
                raise UsageError(f"key '{key}[{place}].seed': the suite has no seed {entry.seed}")
            entries[place] = entry.model_copy(update=own)
        changes[key] = entries
    return suite.model_copy(update=changes)


def _named(labels: Sequence[str]) -> set[str] | None:
    """Give what labels stand for; None where patterns leave that open."""
    if any(set(text) & set("*?") for text in labels):
        return None
    return {format_label(*parse(one)) for text in labels for one in alternatives(text)}


def take_seeds(seeds: list[int], count: int) -> list[int]:
    """Take the first `count` seeds, counting on from the last (past any already taken) where there are fewer.

    >>> take_seeds([42, 0, 1], 2)
    [42, 0]
    >>> take_seeds([42, 0, 1], 5)
    [42, 0, 1, 2, 3]
    """
    known = set(seeds)
    following = (seed for seed in itertools.count(seeds[-1] + 1) if seed not in known)
    return seeds[:count] + list(itertools.islice(following, max(0, count - len(seeds))))


def make(**given: Any) -> Suite:
    """Make a suite of values from Python, checked as those of a file are.

    Raises
    ------
    UsageError
        If one cannot be.
    """
    try:
        return Suite.model_validate(given)
    except ValidationError as error:
        raise UsageError(_explain(error)) from error


def changed(suite: Suite, **changes: Any) -> Suite:
    """Give a suite with other values, checked.

    Raises
    ------
    UsageError
        If one cannot be.
    """
    return make(**(suite.model_dump() | changes))


def _explain(error: ValidationError) -> str:
    # A misspelt key is unknown, and its right spelling missing: the former tells more.
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    *parents, key = map(str, first["loc"])
    where = _path(first["loc"])
    if first["type"] == "extra_forbidden":
        inner: dict[str, type[BaseModel]] = {"published": Published, "claims": Claim}
        known = inner.get(parents[0], Suite) if parents else Suite
        of = f" of {_path(first['loc'][:-1])}" if parents else ""
        return unknown(f"key{of}", key, sorted(known.model_fields))
    if first["type"] == "missing":
        return f"key '{where}' is missing"
    wanted = _WANTED.get(first["type"], "another value").format_map(first.get("ctx", {}))
    return f"key '{where}': give {wanted}, got {first['input']!r}"


def _path(steps: Sequence[int | str]) -> str:
    """Write where a key stands.

    >>> _path(("published", 0, "value"))
    'published[0].value'
    """
    written = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps]
    return "".join(written).lstrip(".")


_WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "list_type": "a list, in brackets",
    "dict_type": "names and values, in braces",
    "too_short": "a list of one or more",
    "string_too_short": "text that is not empty",
    "literal_error": "{expected}",
    "model_type": "names and values, as a table",
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt:g}",
    "less_than": "less than {lt}",
    "finite_number": "a number that is not infinite",
    "string_pattern_mismatch": "letters, digits, '_', '.' and '-', the first a letter, a digit or '_'",
}
"""What would be right, by pydantic's word for what is wrong."""
