"""What a contender, a data set, a learner, a protocol is: a module with these functions, and words in capitals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args, runtime_checkable

from ..errors import UsageError, unknown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .inner import Trial

Space = Literal["encoded", "table"]
Role = Literal["oversampler", "control"]
MeantFor = Literal["any", "mixed", "categorical"]
Encoding = Literal["one_hot", "ordinal", "table"]
EncoderRows = Literal["training", "all"]
EncoderKind = Literal["standard", "minmax"]

TIES = ("groups", "times", "folds")
"""What a data set may say of its rows, beside the table; a protocol that heeds it takes it by this name."""

FEWEST_DISTINCT = 6
"""Of fewer distinct rows, the fifth that is tested on does not hold one of each class."""

MOST_LEVELS = 100
"""Categories of a column that learners see at most: one of a row or two teaches nothing, and costs a one-hot column."""


class Sampler(Protocol):
    """What imbalanced-learn calls a sampler."""

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Give the training rows (n, d) and labels (n,) first and unchanged, and new ones after them."""


class Classifier(Protocol):
    """What scikit-learn calls a classifier. Rows are what it declares to want, see `Declared.encoding`.

    It has `predict_proba`, which gives the probability of each of `classes_` for each row, (m, 2), or, where it has no
    probabilities, `decision_function`, which gives a number for each row, (m,): the higher, the likelier `classes_[1]`.
    """

    classes_: "np.ndarray"

    def fit(self, X: Any, y: "np.ndarray") -> Any:
        """Learn from rows (n, d) and labels (n,)."""

    def predict(self, X: Any) -> "np.ndarray":
        """Decide: a label for each row (m, d)."""


@runtime_checkable
class Contender(Protocol):
    """A module that makes samplers.

    One that declares `WRAPS` also takes the parameter that names what it wraps; one that declares `TAKES_LEARNER` also
    takes `learner`, an `inner.InnerLearner`, which must have a default. What it has found may stand in the sampler's
    `chosen_`, in words; why it hands the rows back as they are, where it declares that it `DECLINES`, in `declined_`.
    """

    def make(self, random_state: int, sampling_strategy: Any = "auto") -> Sampler:
        """Make a sampler; further parameters are the contender's own."""


@runtime_checkable
class ChangesLearner(Protocol):
    """A module that, beside making a sampler or instead of it, changes the learner: controls only."""

    def classifier(self, estimator: Classifier) -> Classifier:
        """Give the same learner, changed: its class weights, its threshold."""


@runtime_checkable
class Tunes(Protocol):
    """A module that wraps a contender and makes no rows: it learns something inside the training rows."""

    def tuner(self, random_state: int) -> "Callable[[Trial], Mapping[str, Any]]":
        """Give what does that; further parameters are the module's own. It returns fields of `Learnt`."""


@runtime_checkable
class Dataset(Protocol):
    """A module that loads a table."""

    def load(self) -> "tuple[pd.DataFrame, pd.Series]":
        """Give X, numbers and categories, and y, 0 and 1, where 1 is the rarer class; parameters are its own."""


@runtime_checkable
class Grouped(Protocol):
    """A data set whose rows come in groups: nothing of one that is tested on is trained on."""

    def groups(self) -> "pd.Series | None":
        """Give the group of each row of `load`, (n,); the parameters are the same."""


@runtime_checkable
class Timed(Protocol):
    """A data set whose rows have a time: nothing later than what is tested on is trained on."""

    def times(self) -> "pd.Series | None":
        """Give the time of each row of `load`, (n,); the parameters are the same."""


@runtime_checkable
class Folded(Protocol):
    """A data set that says itself what is tested on: in folds, or in the one split that is official."""

    def folds(self) -> "pd.Series | None":
        """Give the fold of each row of `load`, (n,), or "train" and "test"; the parameters are the same."""


@runtime_checkable
class Splits(Protocol):
    """A protocol: a module that says which rows are trained and which are tested on."""

    def split(self, X: "pd.DataFrame", y: "pd.Series", seed: int) -> "tuple[np.ndarray, np.ndarray]":
        """Give the row numbers of both, (n_train,) and (n_test,).

        It takes `groups`, `times` and `folds` by these names where it heeds them; further parameters are its own. A
        ValueError says that there is no such split. One that makes groups or times of a column says so in a function
        `ties(X, **params)`, a dict, so that what is tuned inside the training rows heeds them as well.
        """


@runtime_checkable
class Learner(Protocol):
    """A module that makes classifiers."""

    def make(self, random_state: int) -> Classifier:
        """Make a classifier that computes on one thread; further parameters are the learner's own."""


@dataclass(frozen=True)
class Declared:
    """What a module declares, in capitals (`SPACE = "table"`), and what holds where it does not.

    Attributes
    ----------
    space : {"encoded", "table"}
        What a contender's rows are: a float32 array after the encoder, or a DataFrame before it.
    role : {"oversampler", "control"}
        A control is a remedy without synthetic rows, which oversamplers must beat.
    cleans : bool
        It may drop original rows.
    approximate : bool
        It makes about as many rows as it is asked for.
    deterministic : bool
        It makes the same rows whatever the seed.
    meant_for : {"any", "mixed", "categorical"}
        The kind of columns without which it has no meaning.
    expected_failures : dict
        Checks that it cannot pass, and why.
    wraps : dict
        The parameter that names the contender that this one wraps, and what that is if left out.
    search : dict of str to sequence
        Of a contender's parameters, values that are worth trying.
    ratio : bool
        Whether its `sampling_strategy` says how many rows there are to be.
    takes_learner : bool
        Whether its `make` is given the cell's learner, to be tried inside the training rows.
    declines : bool
        Whether it may add no rows, for a reason that its sampler gives in `declined_`.
    prior : float, optional
        The share of positives that a control makes a learner believe in, where the rows do not tell.
    names : sequence of str
        The tables of a data set of many.
    source : str or dict of str to sequence of str
        Where a data set's rows come from, if others come from there too; of a data set of many, the tables by source.
    needs_weights : bool
        A control that weighs the errors of the learner.
    tolerance : float
        By how much a learner's scores may differ on another processor; counts of decisions may not.
    encoding : {"one_hot", "ordinal", "table"}
        What rows a learner wants: a float32 array (n, d) as after the encoder; the same with one column of codes for
        each categorical column, -1 for a category that no training row has; or a DataFrame of float64 and
        `category` columns, with the gaps that it had.
    takes_weights : bool
        Whether a learner can weigh errors by class.
    argmax : bool
        Whether a learner's `predict` says the class of the largest of `predict_proba`, the first of several: it is not
        asked for both then.
    encoder_rows : {"training", "all"}
        The rows that a protocol fits the encoder on.
    """

    space: Space = "encoded"
    role: Role = "oversampler"
    cleans: bool = False
    approximate: bool = False
    deterministic: bool = False
    meant_for: MeantFor = "any"
    expected_failures: Mapping[str, str] = field(default_factory=dict)
    wraps: Mapping[str, str] = field(default_factory=dict)
    search: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ratio: bool = True
    takes_learner: bool = False
    declines: bool = False
    prior: float | None = None
    names: Sequence[str] = ()
    source: str | Mapping[str, Sequence[str]] = ""
    needs_weights: bool = False
    tolerance: float = 0.0
    encoding: Encoding = "one_hot"
    takes_weights: bool = True
    argmax: bool = False
    encoder_rows: EncoderRows = "training"

    def source_of(self, name: str | None, otherwise: str) -> str:
        """Name the source of a data set, of one of its tables where it has many; `otherwise` where none is declared.

        >>> Declared(source={"yeast": ["yeast1", "yeast3"]}).source_of("yeast3", otherwise="common[name=yeast3]")
        'yeast'
        """
        if isinstance(self.source, str):
            return self.source or otherwise
        return next((source for source, tables in self.source.items() if name in tables), otherwise)

    @classmethod
    def of(cls, module: ModuleType) -> "Declared":
        """Read an imported module's declarations."""
        given = {name: getattr(module, name.upper()) for name in _NAMES if hasattr(module, name.upper())}
        return cls(**given)

    @classmethod
    def checked(cls, whose: str, given: Mapping[str, Any]) -> "Declared":
        """Make sure that declarations, by their names here, are what they can be.

        Raises
        ------
        UsageError
            If one is not, with the words `whose` in front.
        """
        for name, value in given.items():
            if (choices := _CHOICES.get(name)) and value not in choices:
                raise UsageError(f"{whose}: {unknown(name.upper(), str(value), map(str, choices))}")
            if name in ("expected_failures", "wraps", "search") and not isinstance(value, dict):
                raise UsageError(f"{whose}: {name.upper()} must be a dict")
            if name == "names" and not isinstance(value, list | tuple):
                raise UsageError(f"{whose}: {name.upper()} must be a list")
            if name == "source" and not (isinstance(value, str) or _lists_of_tables(value)):
                raise UsageError(f"{whose}: {name.upper()} must be text, or a dict of source to list of tables")
            if name == "search" and not all(isinstance(values, list | tuple) and values for values in value.values()):
                raise UsageError(f"{whose}: {name.upper()} must be a dict of parameter to list of values")
            if name == "prior" and not (isinstance(value, float) and 0 < value < 1):
                raise UsageError(f"{whose}: {name.upper()} must be a number between 0 and 1")
            if name == "tolerance" and not (isinstance(value, int | float) and 0 <= value < 1):
                raise UsageError(f"{whose}: {name.upper()} must be a number, at least 0 and below 1")
        return cls(**given)

    def behaviour(self) -> dict[str, Any]:
        """Give the declarations that may change a record: how rows are passed, judged and wrapped."""
        words = asdict(self)
        return {name: words[name] for name in _BEHAVIOUR}


def _lists_of_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(tables, list | tuple) for tables in value.values())


_BEHAVIOUR = ("space", "cleans", "approximate", "meant_for", "wraps", "takes_learner", "declines", "prior")
_NAMES = tuple(Declared.__dataclass_fields__)
_CHOICES: dict[str, tuple[Any, ...]] = {
    "space": get_args(Space),
    "role": get_args(Role),
    "meant_for": get_args(MeantFor),
    "encoding": get_args(Encoding),
    "encoder_rows": get_args(EncoderRows),
} | dict.fromkeys(
    (
        *("cleans", "approximate", "deterministic", "needs_weights", "ratio", "takes_learner", "declines"),
        *("takes_weights", "argmax"),
    ),
    (True, False),
)
