"""What a contender must do, check by check. Each raises `Broken` with what was expected, what came, how to mend it."""

import pickle
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.contract import ChangesLearner
from ..catalog.entry import Entry
from ..catalog.registry import chosen
from ..catalog.wrapping import Ready
from ..errors import one_line
from ..measure.inner import Inner
from ..measure.resample import InvalidOutputError, resample
from ..measure.rows.encoder import Fold
from ..measure.rows.folds import Training
from .tables import STRANGE, as_fold, ordinary


class Broken(AssertionError):  # noqa: N818
    """A check that failed; its arguments are what was expected, what came, and how to mend it."""


@dataclass(frozen=True)
class Subject:
    """A contender under check, with the parameters that it is checked with."""

    entry: Entry
    contender: Ready

    def sampler(self, seed: int = 0, **params: Any) -> Any:
        """Make the sampler."""
        return self.contender.sampler(seed, **params)

    def fold(self) -> Fold:
        """Give the ordinary table, or as much of it as the contender declares to be for, encoded."""
        X, y = ordinary()
        return as_fold(X[["colour", "shape"]] if self.contender.declared.meant_for == "categorical" else X, y)

    def rows(self, fold: Fold) -> tuple[Any, np.ndarray]:
        """Give the contender's input: a table or encoded rows, and labels; copies, to do with as it likes."""
        table = self.contender.declared.space == "table"
        return (fold.X_train.copy(deep=True) if table else fold.encoded_train.copy()), fold.y_train.copy()

    def sampled(self, seed: int = 0, **params: Any) -> tuple[Any, np.ndarray]:
        """Give what a new sampler makes of the ordinary table."""
        X, y = self.sampler(seed, **params).fit_resample(*self.rows(self.fold()))
        return X, np.asarray(y)


def same_seed_same_rows(subject: Subject) -> None:
    """Expect the same rows of two samplers with one seed, whatever the global random states."""
    seed_everything(1)
    first = subject.sampled()
    seed_everything(2)
    if not _equal(first, subject.sampled()):
        raise Broken(
            "the same rows from two samplers with random_state=0",
            "different rows",
            "draw from numpy.random.default_rng(random_state) alone, never from numpy.random, random or torch "
            "directly; sort what comes out of a set",
        )


def other_seed_other_rows(subject: Subject) -> None:
    """Expect other rows with another seed, unless declared."""
    results = [subject.sampled(seed) for seed in (0, 1, 2)]
    if subject.contender.declared.deterministic or _leaves_rows_alone(subject, results[0]):
        return
    if _equal(results[0], results[1]) and _equal(results[0], results[2]):
        raise Broken(
            "other rows with another random_state",
            "the same rows with 0, 1 and 2",
            "use the random_state that make() is given, or declare DETERMINISTIC = True",
        )


def global_random_state_untouched(subject: Subject) -> None:
    """Expect Python's, numpy's and torch's global random states as they were."""
    before = global_states()
    subject.sampled()
    after = global_states()
    if touched := [name for name in before if before[name] != after[name]]:
        raise Broken(
            "the global random states untouched",
            f"that of {' and '.join(touched)} was changed",
            "use a generator of your own: numpy.random.default_rng(random_state), torch.Generator().manual_seed(…)",
        )


def input_untouched(subject: Subject) -> None:
    """Expect X and y as they were."""
    X, y = subject.rows(subject.fold())
    X_before, y_before = X.copy(), y.copy()
    subject.sampler().fit_resample(X, y)
    if not _equal((X, y), (X_before, y_before)):
        raise Broken("X and y as they were", "they were written into", "work on a copy: X = X.copy()")


def original_rows_first(subject: Subject) -> None:
    """Expect the rows that went in first and unchanged, unless it declares that it cleans."""
    if subject.contender.declared.cleans:
        return
    X, y = subject.rows(subject.fold())
    X_new, y_new = subject.sampled()
    if len(X_new) < len(X) or not _equal((_head(X_new, len(X)), y_new[: len(y)]), (X, y)):
        raise Broken(
            "the original rows first and unchanged",
            "other rows",
            "append the new rows to X, or declare CLEANS = True if dropping rows is what it does",
        )


def asked_counts_met(subject: Subject) -> None:
    """Expect as many rows as are asked for, unless declared."""
    if (
        subject.contender.declared.cleans
        or subject.contender.declared.approximate
        or _leaves_rows_alone(subject, subject.sampled())
    ):
        return
    for strategy, wanted in (("auto", 160), ({1: 57}, 57)):
        _, y = subject.sampled(sampling_strategy=strategy)
        if (got := int((y == 1).sum())) != wanted:
            raise Broken(
                f"{wanted} positives with sampling_strategy={strategy!r}",
                f"{got}",
                "pass sampling_strategy on, or declare APPROXIMATE = True if the method cannot hit a number",
            )


def rows_finite(subject: Subject) -> None:
    """Expect no NaN, no infinity."""
    X, _ = subject.sampled()
    numbers = X.select_dtypes("number").to_numpy() if isinstance(X, pd.DataFrame) else np.asarray(X)
    bad = int((~np.isfinite(np.asarray(numbers, dtype=float))).any(axis=1).sum())
    if isinstance(X, pd.DataFrame):
        bad += int(X.isna().any(axis=1).sum())
    if bad:
        raise Broken("finite numbers", f"{bad} rows with NaN or infinity", "look for a division by a spread of 0")


def columns_and_types_kept(subject: Subject) -> None:
    """Expect the same columns of the same types."""
    X, _ = subject.rows(subject.fold())
    X_new, y_new = subject.sampled()
    if isinstance(X, pd.DataFrame):
        came = X_new.dtypes.to_dict() if isinstance(X_new, pd.DataFrame) else type(X_new).__name__
        if came != X.dtypes.to_dict():
            wanted = {name: str(dtype) for name, dtype in X.dtypes.items()}
            raise Broken(
                f"a DataFrame with the columns and types {wanted}",
                str(came if isinstance(came, str) else {name: str(dtype) for name, dtype in came.items()}),
                "build the new rows with X.dtypes: pd.concat([X, new.astype(X.dtypes)])",
            )
    elif not isinstance(X_new, np.ndarray) or X_new.shape[1:] != X.shape[1:] or X_new.dtype != X.dtype:
        came = f"{X_new.dtype} {X_new.shape}" if isinstance(X_new, np.ndarray) else type(X_new).__name__
        raise Broken(
            f"a float32 array of {X.shape[1]} columns", came, "end with numpy.vstack([X, new.astype(X.dtype)])"
        )
    if y_new.shape != (len(X_new),) or not np.isin(y_new, [0, 1]).all():
        raise Broken(
            "one label a row, 0 or 1", f"shape {y_new.shape}, values {np.unique(y_new)[:5]}", "append ones to y"
        )


def categories_from_training_rows(subject: Subject) -> None:
    """Expect no category that no training row has."""
    if subject.contender.declared.space != "table":
        return
    X, y = subject.rows(subject.fold())
    seen = {name: set(X[name]) for name in ("colour", "shape")}
    X["colour"] = X["colour"].cat.add_categories("unseen")
    X_new, _ = subject.sampler().fit_resample(X, y)
    for name, levels in seen.items():
        if unseen := set(X_new[name].dropna()) - levels:
            raise Broken(
                f"categories of '{name}' that training rows have",
                f"{sorted(map(str, unseen))}",
                "draw from the values that are there, not from X[column].cat.categories",
            )


def second_call_like_the_first(subject: Subject) -> None:
    """Expect the same rows from the same sampler, called again."""
    sampler, fold = subject.sampler(), subject.fold()
    first = sampler.fit_resample(*subject.rows(fold))
    if not _equal(first, sampler.fit_resample(*subject.rows(fold))):
        raise Broken(
            "the same rows from a second call of fit_resample",
            "other rows",
            "make the generator inside fit_resample, from self.random_state, and keep nothing from call to call",
        )


def _strange(name: str) -> Callable[[Subject], None]:
    def check(subject: Subject) -> None:
        fold = as_fold(*STRANGE[name]())
        mend = "handle it, or raise ValueError with a message that says what is needed"
        try:
            resample(subject.contender, fold, 0)
        except InvalidOutputError as error:
            raise Broken("sound rows, or a clear ValueError", str(error), mend) from error
        except (ValueError, RuntimeError) as error:
            if not str(error).strip():
                raise Broken("an error that says what is wrong", f"a bare {type(error).__name__}", mend) from error
        except Exception as error:
            raise Broken("sound rows, or a clear ValueError", one_line(error), mend) from error

    check.__doc__ = f"Sound rows or a clear error on a table with {name}."
    return check


def learner_changed_soundly(subject: Subject) -> None:
    """Expect a classifier that fits and predicts from `classifier`."""
    if not isinstance(subject.contender.module, ChangesLearner):
        return
    from sklearn.linear_model import LogisticRegression
    from sklearn.utils.validation import check_is_fitted

    fold = as_fold(*ordinary())
    y = fold.y_train
    plain = LogisticRegression()
    X = fold.encoded_train
    changed = subject.contender.changed(plain)
    mend = "return a scikit-learn classifier: estimator.set_params(…), or a meta-estimator around it"
    try:
        shape = changed.fit(X, y).predict_proba(X).shape
    except Exception as error:
        raise Broken("a classifier with fit and predict_proba", one_line(error), mend) from error
    if shape != (len(X), 2):
        raise Broken(f"probabilities of shape ({len(X)}, 2)", str(shape), mend)
    check_is_fitted(changed)


def searched_values_taken(subject: Subject) -> None:
    """Expect that it takes each of the values that it declares to be worth trying."""
    for name, values in subject.contender.declared.search.items():
        for value in values:
            try:
                made = subject.sampler(**{name: value})
                getattr(made, "_validate_params", lambda: None)()
            except Exception as error:
                mend = "declare in SEARCH what make() takes"
                raise Broken(f"a sampler with {name}={value!r}, as SEARCH says", one_line(error), mend) from error


def learns_soundly(subject: Subject) -> None:
    """Expect of tuners that they find what can be done to predictions, and the same each time."""
    training, learner = Training.of(as_fold(*ordinary())), chosen("classifier", "tree")
    found = []
    for state in (1, 2):
        seed_everything(state)
        inner = Inner(subject.contender, learner, training, 0, None)
        try:
            inner.tune()
        except Exception as error:
            mend = "return a dict: params, prior, log_odds, isotonic, threshold"
            raise Broken("fields of Learnt from what tuner() gives", one_line(error), mend) from error
        found.append(inner.learnt)
    if found[0] != found[1]:
        raise Broken("the same from two tuners with random_state=0", "another one", "draw from random_state alone")


def learner_taken(subject: Subject) -> None:
    """Expect of one that takes the learner rows, and the same each time."""
    if not subject.contender.declared.takes_learner:
        return
    training, learner = Training.of(as_fold(*ordinary())), chosen("classifier", "tree")
    found = []
    for _ in range(2):
        try:
            found.append(Inner(subject.contender, learner, training, 0, None).sampled())
        except Exception as error:
            mend = "give make() a parameter learner=None; call its folds(number) and fitted(X, y)"
            raise Broken("rows from make(…, learner=…)", one_line(error), mend) from error
    one, two = ((each.X, each.y) for each in found)
    if not _equal(one, two):
        raise Broken("the same rows with the same learner", "other rows", "draw from random_state alone")


def declined_with_a_reason(subject: Subject) -> None:
    """Expect a reason where no rows come of one that declares that it declines, and that one that does declares it."""
    sampler, fold = subject.sampler(), subject.fold()
    X_new, _ = sampler.fit_resample(*subject.rows(fold))
    why, declines = getattr(sampler, "declined_", ""), subject.contender.declared.declines
    if len(X_new) > len(fold.y_train):
        return
    if why and not declines:
        raise Broken("no reason in declined_, or DECLINES = True", f"{why!r}", "declare DECLINES = True")
    if declines and not (isinstance(why, str) and why):
        raise Broken("a reason in declined_ where no rows come", f"{why!r}", "set it in fit_resample, and '' otherwise")


CHECKS: dict[str, Callable[[Subject], None]] = {
    "same seed, same rows": same_seed_same_rows,
    "other seed, other rows": other_seed_other_rows,
    "global random state untouched": global_random_state_untouched,
    "input untouched": input_untouched,
    "original rows first": original_rows_first,
    "asked counts met": asked_counts_met,
    "rows finite": rows_finite,
    "columns and types kept": columns_and_types_kept,
    "categories from training rows": categories_from_training_rows,
    "second call like the first": second_call_like_the_first,
    "searched values taken": searched_values_taken,
    "learner taken": learner_taken,
    "declined with a reason": declined_with_a_reason,
    **{name: _strange(name) for name in STRANGE},
}


def _leaves_rows_alone(subject: Subject, result: tuple[Any, np.ndarray]) -> bool:
    # A control may change the learner alone, and one that declares it may decline; an oversampler that adds nothing
    # is none.
    declared = subject.contender.declared
    return (declared.role == "control" or declared.declines) and len(result[0]) == len(subject.fold().y_train)


def _head(X: Any, n: int) -> Any:
    return X.iloc[:n] if isinstance(X, pd.DataFrame) else X[:n]


def _equal(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    def same(a: Any, b: Any) -> bool:
        if isinstance(a, pd.DataFrame) and isinstance(b, pd.DataFrame):
            return a.reset_index(drop=True).equals(b.reset_index(drop=True))
        return type(a) is type(b) and np.array_equal(a, b, equal_nan=True)

    return same(one[0], two[0]) and np.array_equal(np.asarray(one[1]), np.asarray(two[1]))


def global_states() -> dict[str, bytes]:
    """Give Python's, numpy's and torch's global random states."""
    import torch

    return {
        "random": repr(random.getstate()).encode(),
        "numpy.random": pickle.dumps(np.random.get_state()),  # noqa: NPY002
        "torch": torch.random.get_rng_state().numpy().tobytes(),
    }


def seed_everything(seed: int) -> None:
    """Seed Python's, numpy's and torch's global random states."""
    import torch

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    torch.manual_seed(seed)
