"""What a contender must do that learns, declines or has a say in the learner, in the manner of `contender_checks`."""

from collections.abc import Callable

from ..catalog.contract import ChangesLearner
from ..catalog.registry import chosen
from ..errors import one_line
from ..measure.inner import Inner
from ..measure.rows.folds import Training
from .subject import Broken, Subject, equal, seed_everything
from .tables import as_fold, ordinary


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
    if not equal(one, two):
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
    "searched values taken": searched_values_taken,
    "learner taken": learner_taken,
    "declined with a reason": declined_with_a_reason,
}
