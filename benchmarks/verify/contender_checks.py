"""What a contender must do, check by check. Each raises `Broken` with what was expected, what came, how to mend it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..errors import one_line
from ..measure.resample import InvalidOutputError, resample
from .subject import Broken, Subject, equal, global_states, seed_everything, touched
from .tables import STRANGE, as_fold


def same_seed_same_rows(subject: Subject) -> None:
    """Expect the same rows of two samplers with one seed, whatever the global random states."""
    seed_everything(1)
    first = subject.sampled()
    seed_everything(2)
    if not equal(first, subject.sampled()):
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
    if equal(results[0], results[1]) and equal(results[0], results[2]):
        raise Broken(
            "other rows with another random_state",
            "the same rows with 0, 1 and 2",
            "use the random_state that make() is given, or declare DETERMINISTIC = True",
        )


def global_random_state_untouched(subject: Subject) -> None:
    """Expect Python's, numpy's and torch's global random states as they were."""
    before = global_states()
    subject.sampled()
    if changed := touched(before):
        raise Broken(
            "the global random states untouched",
            f"that of {' and '.join(changed)} was changed",
            "use a generator of your own: numpy.random.default_rng(random_state), torch.Generator().manual_seed(…)",
        )


def input_untouched(subject: Subject) -> None:
    """Expect X and y as they were."""
    X, y = subject.rows(subject.fold())
    X_before, y_before = X.copy(), y.copy()
    subject.sampler().fit_resample(X, y)
    if not equal((X, y), (X_before, y_before)):
        raise Broken("X and y as they were", "they were written into", "work on a copy: X = X.copy()")


def original_rows_first(subject: Subject) -> None:
    """Expect the rows that went in first and unchanged, unless it declares that it cleans."""
    if subject.contender.declared.cleans:
        return
    X, y = subject.rows(subject.fold())
    X_new, y_new = subject.sampled()
    if len(X_new) < len(X) or not equal((_head(X_new, len(X)), y_new[: len(y)]), (X, y)):
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
    if not equal(first, sampler.fit_resample(*subject.rows(fold))):
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
    **{name: _strange(name) for name in STRANGE},
}


def _leaves_rows_alone(subject: Subject, result: tuple[Any, np.ndarray]) -> bool:
    # A control may change the learner alone, and one that declares it may decline; an oversampler that adds nothing
    # is none.
    declared = subject.contender.declared
    return (declared.role == "control" or declared.declines) and len(result[0]) == len(subject.fold().y_train)


def _head(X: Any, n: int) -> Any:
    return X.iloc[:n] if isinstance(X, pd.DataFrame) else X[:n]
