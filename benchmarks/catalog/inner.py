"""What a contender is told of the learner inside the training rows, and what it can learn there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    import numpy as np

Knots = Annotated[list[float], Field(max_length=100_000)]


class InnerLearner(Protocol):
    """The cell's learner, to be fitted to training rows alone; `make` is given it where `TAKES_LEARNER` is declared."""

    @property
    def ranked(self) -> bool:
        """Whether it has no probabilities."""

    def folds(self, number: int = 3) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
        """Give the row numbers of inner folds, to be trained and to be tested on.

        They are stratified, with copies and groups together; of rows with times, each is tested on after all before it
        were trained on, so that the first stretch is never tested on.

        Raises
        ------
        ValueError
            If there are too few positives for so many folds.
        """

    def fitted(self, X: Any, y: "np.ndarray") -> "Callable[[Any], np.ndarray]":
        """Fit it to rows (m, d), in the contender's space, and labels (m,).

        What comes back takes rows (k, d) and gives the probability of the positive class of each, (k,); of a learner
        that has none, the values of its decision function.
        """


class Trial(Protocol):
    """A contender that is wrapped, and a learner, to be tried on inner folds of the training rows."""

    @property
    def y(self) -> "np.ndarray":
        """The labels of the training rows, (n,)."""

    @property
    def search(self) -> Mapping[str, Sequence[Any]]:
        """What the wrapped contender declares to be worth trying: values by parameter."""

    @property
    def takes_ratio(self) -> bool:
        """Whether its `sampling_strategy` says how many rows there are to be."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The wrapped contender's parameters as they are, as far as its sampler says."""

    def out_of_fold(self, folds: int = 3, params: Mapping[str, Any] | None = None) -> "OutOfFold":
        """Fit `folds` times, and give what is said of rows by who had not seen them."""


class OutOfFold(NamedTuple):
    """What was said of training rows by who had not seen them; of times, those of the first stretch are not there.

    Attributes
    ----------
    y : ndarray of shape (m,)
        Labels.
    probability : ndarray of shape (m,)
        Of the positive class; of a learner without any, the values of its decision function.
    predicted : ndarray of shape (m,)
        Decisions.
    fold : ndarray of shape (m,)
        The number of the inner fold that a row was in.
    ranked : bool
        Whether the learner has no probabilities.
    """

    y: "np.ndarray"
    probability: "np.ndarray"
    predicted: "np.ndarray"
    fold: "np.ndarray"
    ranked: bool


class Learnt(BaseModel):
    """What a tuner has found.

    Attributes
    ----------
    params : dict
        Parameters of the wrapped contender.
    prior : bool
        Probabilities are those of rows with another share of positives: the odds are corrected for that.
    log_odds : list of float, optional
        Slope and shift of the log-odds of probabilities.
    isotonic : list of two lists of float, optional
        Probabilities, ascending, and what they are mended to; between them it is interpolated.
    threshold : float, optional
        The probability (or decision value) from which on a row is called positive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    params: dict[str, bool | int | float | str | None] = {}
    prior: bool = False
    log_odds: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    isotonic: Annotated[list[Knots], Field(min_length=2, max_length=2)] | None = None
    threshold: float | None = None

    @classmethod
    def of(cls, given: Any) -> "Learnt":
        """Read what a tuner returned.

        Raises
        ------
        ValueError
            If it is nothing of the kind.
        """
        try:
            if isinstance(given, dict) and isinstance(given.get("params"), dict):
                # A number of NumPy's is one of Python's here.
                given = given | {"params": {name: _python(value) for name, value in given["params"].items()}}
            found = cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            raise ValueError(f"what a tuner returns are fields of Learnt; {where}: {first['msg']}") from error
        if "random_state" in found.params:
            raise ValueError("params: random_state is the seed's")
        if found.isotonic:
            known, to = found.isotonic
            if not known or len(known) != len(to):
                raise ValueError("isotonic takes two lists of the same length, and not empty")
            if known != sorted(known) or min(to) < 0 or max(to) > 1:
                raise ValueError("isotonic takes ascending probabilities, and to what in [0, 1] they are mended")
        return found

    @property
    def mends(self) -> bool:
        """Tell whether it changes probabilities."""
        return self.prior or self.log_odds is not None or self.isotonic is not None

    def text(self) -> str:
        """Write it down, shortly; where nothing was changed, that the contender is as it is.

        >>> Learnt(params={"k_neighbors": 3}, threshold=0.30000001).text()
        'k_neighbors=3,threshold=0.3'
        >>> Learnt().text()
        'as it is'
        """
        said = [f"{name}={_short(value)}" for name, value in sorted(self.params.items())]
        said += ["prior"] if self.prior else []
        if self.log_odds is not None:
            said.append(f"slope={_short(self.log_odds[0])},shift={_short(self.log_odds[1])}")
        said += [f"isotonic={len(self.isotonic[0])}"] if self.isotonic is not None else []
        said += [f"threshold={_short(self.threshold)}"] if self.threshold is not None else []
        return ",".join(said) or "as it is"


def _python(value: Any) -> Any:
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
