"""Many data sets: mean ranks, Friedman's test and Nemenyi's, and the critical-difference diagram."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from scipy import stats

from .groups import Group
from .label import parse
from .style import STYLE, save
from .tables import SCORES, picture, plural, table

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


def section(groups: list[Group], classifier: str, figures: list[str]) -> str:
    """Render the comparison over data sets of one learner, or say why there is none."""
    table_of_means = means(groups, classifier)
    heading = f"## Over data sets · {classifier}"
    n, k = table_of_means.shape
    if n < MIN_DATASETS or k < 3:
        return (
            f"{heading}\n\nThis run has {plural(n, 'uncut data set')} with {classifier} and {plural(k, 'contender')} "
            f"on all of them. Contenders are ranked over data sets from {MIN_DATASETS} data sets and 3 "
            "contenders on (one made scarcer is not another data set). Nothing here says what happens on other data."
        )
    ranks = table_of_means.rank(axis="columns")
    friedman = stats.friedmanchisquare(*(table_of_means[name] for name in table_of_means))
    order = ranks.mean().sort_values(kind="stable")
    missing = (table_of_means == WORST).sum()
    rows = [
        [f"`{name}`", f"{order[name]:.2f}", int((ranks[name] == 1).sum()), int(missing[name])]
        for name in map(str, order.index)
    ]
    parts = [
        heading,
        f"Mean rank by {SCORES[SCORE]} over {n} data sets, 1 is best. Friedman's test that all {k} rank alike: "
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


def draw(folder: Path, groups: list[Group], classifier: str) -> bool:
    """Draw the critical-difference diagram, where there are data sets enough; tell whether it was drawn."""
    values = means(groups, classifier)
    if len(values) < MIN_DATASETS or len(values.columns) < 3:
        return False
    import scikit_posthocs as posthocs
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 1.2 + 0.25 * len(values.columns)))
        axes = figure.subplots()
        ranks = values.rank(axis="columns").mean()
        posthocs.critical_difference_diagram(ranks, posthocs.posthoc_nemenyi_friedman(values), ax=axes)
        axes.set_title(f"Mean rank by {SCORES[SCORE]}, {classifier}")
        save(figure, folder / figure_name(classifier))
    return True
