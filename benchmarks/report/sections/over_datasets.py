"""Many data sets: mean ranks with Friedman's test and Nemenyi's, and where which contender wins."""

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from ...catalog.data import Table
from ...catalog.label import parse
from ...errors import plural
from ...measure.outcome import LIFT
from ..groups import BASELINE, Group
from ..markdown import NOTHING, heading, number, picture, table
from ..page import Drawable, Report
from ..style import STYLE, save

PLACE, ORDER = "bottom", 10
MIN_DATASETS = 5
SCORE = "balanced_error"
WORST = 2.0
"""Above any error: the place of a contender on a data set where it has cells without scores."""


def figure_name(classifier: str) -> str:
    """Name of the critical-difference diagram of one learner."""
    return f"critical_difference_{classifier}.png"


def means(groups: list[Group], classifier: str) -> pd.DataFrame:
    """Mean balanced error, data sets in rows, contenders in columns; `WORST` where cells are missing.

    A contender that has not run everywhere is left out; one that has, but has cells without scores on a data set, comes
    last there. A data set that was made scarcer is not another data set, and is left out.
    """
    rows = {
        group.dataset: {name: group.mean(name, SCORE) if group.complete(name) else WORST for name in group.scored}
        for group in groups
        if group.classifier == classifier and "positives" not in parse(group.dataset)[1]
    }
    values = pd.DataFrame.from_dict(rows, orient="index").dropna(axis="columns")
    return values.loc[:, (values < WORST).any()]


def render(report: Report, groups: list[Group]) -> str:
    """Render the ranks over data sets of every learner; of many data sets, where which contender wins as well."""
    parts = [ranks(groups, name, report.figures) for name in report.classifiers]
    if report.together:
        parts += [wins(groups, name, report.provenance.data) for name in report.classifiers]
    return "\n\n".join(part for part in parts if part)


def ranks(groups: list[Group], classifier: str, figures: Sequence[str]) -> str:
    """Render the comparison over data sets of one learner, or say why there is none."""
    table_of_means = means(groups, classifier)
    title = f"## Over data sets · {classifier}"
    n, k = table_of_means.shape
    if n < MIN_DATASETS or k < 3:
        return (
            f"{title}\n\nThis run has {plural(n, 'uncut data set')} with {classifier} and {plural(k, 'contender')} "
            f"on all of them. Contenders are ranked over data sets from {MIN_DATASETS} data sets and 3 "
            "contenders on (one made scarcer is not another data set). Nothing here says what happens on other data."
        )
    ranked = table_of_means.rank(axis="columns")
    friedman = stats.friedmanchisquare(*(table_of_means[name] for name in table_of_means))
    order = ranked.mean().sort_values(kind="stable")
    missing = (table_of_means == WORST).sum()
    rows = [
        [f"`{name}`", f"{order[name]:.2f}", int((ranked[name] == 1).sum()), int(missing[name])]
        for name in map(str, order.index)
    ]
    parts = [
        title,
        f"Mean rank by {heading(SCORE)} over {n} data sets, 1 is best. Friedman's test that all {k} rank alike: "
        f"χ² = {friedman.statistic:.2f}, p {_p(friedman.pvalue)}. Nemenyi's critical difference at 5 %: "
        f"{critical_difference(n, k):.2f}; contenders whose mean ranks lie closer cannot be told apart. The noise "
        "covered is that of the choice of data sets. A contender that lacks scores on a data set comes last there.",
        table(["contender", "mean rank", "data sets won", "data sets with missing cells"], rows),
    ]
    if left_out := [f"`{name}`" for name in _contenders(groups, classifier) if name not in table_of_means]:
        parts.append(f"Left out, for not having run on every data set: {', '.join(left_out)}.")
    caption = f"Critical-difference diagram, {classifier}: contenders joined by a bar cannot be told apart."
    parts.append(picture(figure_name(classifier), caption, figures))
    return "\n\n".join(part for part in parts if part)


def _p(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"= {value:.4f}"


def critical_difference(n_datasets: int, n_contenders: int) -> float:
    """Nemenyi's critical difference of mean ranks at 5 %.

    Demšar 2006, Statistical Comparisons of Classifiers over Multiple Data Sets: q sqrt(k (k + 1) / (6 N)).

    >>> round(critical_difference(14, 4), 2)  # Demšar's example: 4 classifiers, 14 data sets, q = 2.569
    1.25
    """
    q = stats.studentized_range.ppf(0.95, n_contenders, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(n_contenders * (n_contenders + 1) / (6 * n_datasets)))


def _contenders(groups: list[Group], classifier: str) -> list[str]:
    return list(dict.fromkeys(name for group in groups if group.classifier == classifier for name in group.scored))


def draw(report: Report, drawable: Drawable, folder: Path) -> None:
    """Draw the critical-difference diagram of every learner."""
    for classifier in report.classifiers:
        draw_diagram(folder, report.groups, classifier)


def draw_diagram(folder: Path, groups: list[Group], classifier: str) -> bool:
    """Draw the critical-difference diagram, where there are data sets enough; tell whether it was drawn."""
    values = means(groups, classifier)
    if len(values) < MIN_DATASETS or len(values.columns) < 3:
        return False
    import scikit_posthocs as posthocs

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 1.2 + 0.25 * len(values.columns)))
        axes = figure.subplots()
        ranked = values.rank(axis="columns").mean()
        posthocs.critical_difference_diagram(ranked, posthocs.posthoc_nemenyi_friedman(values), ax=axes)
        axes.set_title(f"Mean rank by {heading(SCORE)}, {classifier}")
        save(figure, folder / figure_name(classifier))
    return True


BINS: dict[str, list[tuple[str, Callable[[Table], bool]]]] = {
    "negatives per positive": [
        ("below 5", lambda data: _ratio(data) < 5),
        ("5 to 15", lambda data: 5 <= _ratio(data) < 15),
        ("15 and more", lambda data: _ratio(data) >= 15),
    ],
    "rows": [
        ("below 500", lambda data: data.rows < 500),
        ("500 to 1,500", lambda data: 500 <= data.rows < 1500),
        ("1,500 and more", lambda data: data.rows >= 1500),
    ],
    "categorical columns": [
        ("none", lambda data: data.categorical == 0),
        ("some", lambda data: 0 < data.categorical < data.columns),
        ("all", lambda data: data.categorical == data.columns),
    ],
}


def wins(groups: list[Group], classifier: str, data: dict[str, Table]) -> str:
    """Render mean ranks and mean lifts of one learner's data sets, all together and by what they are like."""
    own = {group.dataset: group for group in groups if group.classifier == classifier}
    known = {name: data[name] for name in own if name in data}
    errors = means(groups, classifier)
    if not known or errors.empty:
        return ""
    ranked = errors.rank(axis="columns")
    lifts = pd.DataFrame({name: {where: group.mean(name, LIFT) for where, group in own.items() if name in group.scored}
                          for name in errors.columns}).reindex(errors.index)  # fmt: skip
    columns = {"all": list(errors.index)}
    for what, bins in BINS.items():
        for text, fits in bins:
            if chosen := [name for name in errors.index if name in known and fits(known[name])]:
                columns[f"{what}: {text}"] = chosen
    headers = ["contender", *(f"{text} ({len(chosen)})" for text, chosen in columns.items())]
    order = ranked.mean().sort_values(kind="stable").index
    by_rank, by_lift = [], []
    for name in order:
        by_rank.append([f"`{name}`", *(f"{ranked.loc[chosen, name].mean():.1f}" for chosen in columns.values())])
        shown = [_mean_lift(lifts.loc[chosen, name]) for chosen in columns.values()]
        by_lift.append([f"`{name}`", *shown, _verdicts(own, name)])
    return "\n\n".join(
        [
            f"## Where which contender wins · {classifier}",
            "Mean rank by balanced error, 1 is best; in brackets the number of data sets.",
            table(headers, by_rank),
            "Mean lift over the moved threshold, percentage points, on the data sets on which a contender has scores; "
            "last, on how many data sets its 95 % interval lies above and below 0 (by chance alone, one in forty on "
            "either side).",
            table([*headers, "above / below 0"], by_lift),
        ]
    )


def overview(groups: list[Group], classifier: str) -> str:
    """Say in one sentence what many data sets say."""
    own = [group for group in groups if group.classifier == classifier]
    errors = means(groups, classifier)
    if errors.empty:
        return ""
    ranked = errors.rank(axis="columns").mean().sort_values(kind="stable")
    roles = {name: role for group in own for name, role in group.roles.items()}
    scored = {name: [group.mean(name, LIFT) for group in own if name in group.scored] for name in ranked.index}
    lifted = {name: float(pd.Series(values).mean()) for name, values in scored.items()}
    of_role = {role: [name for name in ranked.index if roles[name] == role] for role in ("oversampler", "control")}
    best = [f"`{names[0]}` ({role}, mean rank {ranked[names[0]]:.1f})" for role, names in of_role.items() if names]
    above = [name for name in of_role["oversampler"] if lifted[name] > 0]
    each = ", ".join(f"`{name}` {number(lifted[name], LIFT, '+')}" for name in above)
    baseline = f"; `{BASELINE}` has rank {ranked[BASELINE]:.1f} of {len(ranked)}" if BASELINE in ranked else ""
    return (
        f"- **Over {plural(len(errors), 'data set')} with {classifier}:** best by balanced error are "
        f"{' and '.join(best)}{baseline}. {len(above)} of "
        f"{plural(len(of_role['oversampler']), 'oversampler')} have a mean lift over the moved threshold above 0"
        + (f" (points: {each})." if above else ".")
    )


def _ratio(data: Table) -> float:
    return float((1 - data.positives) / data.positives)


def _mean_lift(values: pd.Series) -> str:
    return number(float(values.mean()), LIFT, "+") if values.notna().any() else NOTHING


def _verdicts(own: dict[str, Group], name: str) -> str:
    intervals = [group.interval(name, LIFT, None) for group in own.values() if group.decides and group.complete(name)]
    return f"{sum(found.low > 0 for found in intervals)} / {sum(found.high < 0 for found in intervals)}"
