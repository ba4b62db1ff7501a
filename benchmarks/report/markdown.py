"""Markdown tables and the numbers in them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from tabulate import tabulate

from ..design.own_measure import OwnMeasure
from ..errors import plural, visible
from ..measure.scores import MEASURES, Measure
from . import lift
from .statistics import Comparison

NOTHING = "–"
ALL: dict[str, Measure] = MEASURES | {lift.MEASURE.name: lift.MEASURE}
"""The measures, those that only sections of their own show among them."""

_IN_ORDER = sorted(
    ((each.place, name) for name, each in ALL.items() if each.place is not None), key=lambda each: each[0]
)
SHOWN: dict[str, Measure] = {name: ALL[name] for _, name in _IN_ORDER}
"""The measures in the order of tables. Rates are percent in markdown, fractions in the record."""


@cache
def measure_of(name: str) -> Measure:
    """Give a measure by its column, be it ours or the user's own.

    Of the latter nobody has said which difference is negligible, so that none is, but where a suite says so.

    >>> measure_of("error").better, measure_of("fbeta_score[beta=2]").better
    ('lower', 'higher')
    """
    if name in ALL:
        return ALL[name]
    own = OwnMeasure.of_column(name)
    return Measure(name, name, own.better, None, reading="A measure of the user's own.", equivalence=0.0)


def heading(name: str) -> str:
    """Head the column of a measure.

    >>> heading("error"), heading("roc_auc")
    ('overall error %', 'ROC AUC')
    """
    measure = measure_of(name)
    return measure.heading + " %" * measure.percent


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """Lay out a markdown table: the first `left` columns to the left, all others to the right."""
    body = [[_escape(value) for value in row] for row in rows]
    alignment = ["left" if column < left else "right" for column in range(len(headers))]
    return tabulate(
        body, headers=[_escape(each) for each in headers], tablefmt="pipe", colalign=alignment, disable_numparse=True
    )


def number(value: float, column: str, sign: str = "") -> str:
    """Write a score: rates as percent with two decimals, others with four.

    >>> number(0.2234, "error"), number(0.9, "roc_auc", "+")
    ('22.34', '+0.9000')
    """
    scale, digits = (100, 2) if measure_of(column).percent else (1, 4)
    text = f"{value * scale:{sign}.{digits}f}" if np.isfinite(value) else NOTHING
    # What rounds to zero has no sign.
    return text.lstrip("+-") if not text.strip("+-0.") else text


def interval(comparison: Comparison, column: str) -> str:
    """Mean and confidence interval of a difference in a score.

    >>> interval(Comparison(9, -0.02, 0.005, 0, 0, 9), "error")
    '-2.00 [-3.15, -0.85]'
    """
    mean, low, high = (number(value, column, "+") for value in (comparison.mean, comparison.low, comparison.high))
    return f"{mean} [{low}, {high}]"


def mean_std(values: ArrayLike, column: str, sign: str = "", of: int | None = None) -> str:
    """Mean ± standard deviation (n - 1) of a score; the mean alone where there is one value.

    Where fewer values are there than the seeds they are `of`, it says so.

    >>> mean_std([0.20, 0.22], "error"), mean_std([0.5], "roc_auc", "+")
    ('21.00 ± 1.41', '+0.5000')
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[~np.isnan(numbers)]
    if not len(numbers):
        return NOTHING
    mean = number(float(numbers.mean()), column, sign)
    text = mean if len(numbers) == 1 else f"{mean} ± {number(float(numbers.std(ddof=1)), column)}"
    return text if of is None or len(numbers) == of else f"{text} ({len(numbers)} of {plural(of, 'seed')})"


def median_iqr(values: pd.Series) -> str:
    """Median [first quartile–third quartile], three significant digits.

    >>> median_iqr(pd.Series([1.0, 2.0, 3.0, 4.0]))
    '2.50 [1.75–3.25]'
    """
    values = values.dropna()
    if not len(values):
        return NOTHING
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{significant(middle)} [{significant(low)}–{significant(high)}]"


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, without an exponent.

    >>> significant(0.012345), significant(123.4), significant(0.0)
    ('0.0123', '123', '0')
    """
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    return f"{value:.{min(decimals, 9)}f}"


def picture(name: str, caption: str, figures: Sequence[str]) -> str:
    """Show a picture with its caption, if it is among the run's `figures`; else nothing."""
    return f"![{caption}](figures/{name})\n\n*{caption}*" if name in figures else ""


def contents(text: str) -> str:
    """List the headings of a text, each with a link: a line a heading of the second level, with those below it.

    >>> contents("## One · two" + chr(10) + "### Three" + chr(10) + "### Three")
    '- [One · two](#one--two): [Three](#three), [Three](#three-1)'
    """
    lines: list[str] = []
    seen: Counter[str] = Counter()
    for level, title in re.findall(r"^(##|###) (.+)$", text, flags=re.MULTILINE):
        slug = anchor(title)
        link = f"[{title}](#{slug}{f'-{seen[slug]}' if seen[slug] else ''})"
        seen[slug] += 1
        if level == "##" or not lines:
            lines.append(f"- {link}")
        else:
            lines[-1] += f"{', ' if '): ' in lines[-1] else ': '}{link}"
    return "\n".join(lines)


def anchor(title: str) -> str:
    """Give the anchor that GitHub makes of a heading.

    >>> anchor("Difference to `none`"), anchor("adult[positives=0.1] · forest")
    ('difference-to-none', 'adultpositives01--forest')
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def harmless(name: str) -> str:
    r"""Write a name, as anybody may have given it, so that it shows and does nothing else.

    >>> harmless("smote[k_neighbors=3]"), harmless("<b>\u202ex")
    ('smote[k_neighbors=3]', '‹b›‹U+202E›x')
    """
    # Not an apostrophe for a backtick: labels are parsed, and quotes mean something there.
    return visible(name).replace("<", "‹").replace(">", "›").replace("`", "ˋ")


def _escape(value: object) -> str:
    # tabulate leaves a bar as it is, which would open a new column.
    return visible(" ".join(str(value).split())).replace("|", "\\|")
