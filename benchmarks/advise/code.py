"""Ready code: the pipeline that is advised, in scikit-learn's and imbalanced-learn's own words where they have them."""

import inspect
import re
from importlib import import_module
from typing import Any, NamedTuple

import pandas as pd

from ..catalog import wrapping
from ..catalog.contract import MOST_LEVELS
from ..catalog.registry import chosen
from ..measure.rows.encoder import is_categorical
from .race import Runner

SEED = 987_654_321
"""Stands in for the seed in what estimators say of themselves."""

PASSES_ON = "FunctionSampler"
"""The class of the sampler of those that leave the rows as they are."""

_PROGRAM = '''\
"""{title}"""

{imports}

table = {read}
X, y = table.X, table.y  # as the file was read: see table.notes
{columns}

def model(seed):
    return {model}


if __name__ == "__main__":
    # What to use: fitted on all rows, deciding at the threshold that was found.
    advised = FixedThresholdClassifier(model(0), threshold={threshold!r}, response_method="predict_proba").fit(X, y)
    print(f"of the rows that it has learnt, {{advised.predict(X).mean():.1%}} are called positive")

    # What was promised: on the same splits, with the threshold chosen on the other splits each time.
    print(ob.evidence(model, table, seeds={seeds!r}{objective}))
'''


class Written(NamedTuple):
    """An estimator as code, and what it imports; `own` says that it is ours, for others have no words for it."""

    code: str
    imports: tuple[str, ...]


def pipeline(
    title: str,
    source: str,
    X: pd.DataFrame,
    runner: Runner,
    threshold: float,
    seeds: list[int],
    objective: dict[str, Any],
) -> str:
    """Write the program.

    Parameters
    ----------
    source : str
        What reads the table: an expression.
    X : DataFrame
        The table that the race was run on.
    objective : dict
        What `advise` was told of what counts: costs, recall or precision.
    """
    written = _plain(X, runner) or Written(
        f'ob.Oversampled(contender="{runner.contender}", learner="{runner.learner}", random_state=seed)', ()
    )
    imports = ["from sklearn.model_selection import FixedThresholdClassifier", *written.imports]
    ours = ["import oversampling_bench as ob"]
    plain = sorted({line for line in imports if line.startswith("import ")})
    columns = ""
    if "categorical" in written.code:
        named = {True: list[str](), False: list[str]()}
        for name in X.columns:
            named[is_categorical(X[name])].append(str(name))
        columns = f"numeric = {named[False]!r}\ncategorical = {named[True]!r}\n"
    told = "".join(f", {name}={value!r}" for name, value in objective.items() if value is not None)
    return _PROGRAM.format(
        title=title.replace('"""', "'''").replace("\\", "/"),
        imports="\n".join([*plain, *sorted({*ours, *(line for line in imports if line not in plain)}, key=_order)]),
        read=source,
        columns=columns,
        model=written.code,
        threshold=threshold,
        seeds=seeds,
        objective=told,
    )


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _plain(X: pd.DataFrame, runner: Runner) -> Written | None:
    """Write it without anything of ours; None where that would not do the same."""
    contender, learner = chosen("contender", runner.contender), chosen("classifier", runner.learner)
    many = any(is_categorical(column) and column.nunique() > MOST_LEVELS for _, column in X.items())
    if many or X.isna().any(axis=None) or learner.entry.declared().encoding != "one_hot":
        return None
    ready = wrapping.load(contender)
    if ready.tuners:
        return None
    steps, imports = [], list[str]()
    sampler = ready.sampler(SEED) if ready.makes_rows else None
    if sampler is not None and type(sampler).__name__ != PASSES_ON:
        written = estimator(sampler)
        if ready.declared.space == "table" or written is None:
            return None
        steps.append(written.code)
        imports += written.imports
    learnt = estimator(ready.changed(learner.entry.load().make(random_state=SEED, **learner.params)))
    if learnt is None:
        return None
    parts = '("num", StandardScaler(), numeric), ("cat", OneHotEncoder(handle_unknown="ignore"), categorical)'
    encoder = f"ColumnTransformer(\n            [{parts}],\n            sparse_threshold=0,\n        )"
    single = 'FunctionTransformer(np.asarray, kw_args={"dtype": np.float32})'
    imports += [
        "import numpy as np",
        f"from {'imblearn' if steps else 'sklearn'}.pipeline import make_pipeline",
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler",
        *learnt.imports,
    ]
    inside = "".join(f"        {step},\n" for step in (encoder, single, *steps, learnt.code))
    return Written(f"make_pipeline(\n{inside}    )", tuple(imports))


def estimator(made: Any) -> Written | None:
    """Write an estimator as code; None where its class cannot be imported by anybody, or it does not say what it is.

    >>> from sklearn.ensemble import RandomForestClassifier
    >>> estimator(RandomForestClassifier(n_estimators=50, random_state=SEED)).code
    'RandomForestClassifier(n_estimators=50, random_state=seed)'
    """
    if not hasattr(made, "get_params"):
        return None
    imports = list[str]()
    for each in [made, *(value for value in made.get_params(deep=True).values() if hasattr(value, "get_params"))]:
        cls = type(each)
        where = _public(cls)
        if where is None:
            return None
        imports.append(f"from {where} import {cls.__name__}")
    from sklearn import config_context

    with config_context(print_changed_only=True):
        text = " ".join(made.__repr__(N_CHAR_MAX=10_000).split())
    if re.search(r"<|\bobject at\b", text):
        return None
    return Written(text.replace(str(SEED), "seed"), tuple(dict.fromkeys(imports)))


def _public(cls: type) -> str | None:
    """Name the shortest module from which a class can be imported."""
    parts = cls.__module__.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        try:
            if getattr(import_module(name), cls.__name__, None) is cls and not inspect.ismodule(cls):
                return name
        except Exception:
            return None
    return None
