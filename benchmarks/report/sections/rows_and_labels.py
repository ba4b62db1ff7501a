"""Copies and new rows, under labels of their own and of a teacher: what rows contribute, and what labels do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...catalog.label import parse
from ...errors import plural
from ...measure.outcome import LIFT
from ..curves import Curves
from ..groups import BASELINE, Group
from ..lift import FIXED
from ..markdown import NOTHING, heading, interval, measure_of, picture, table
from ..page import Report
from ..statistics import Comparison, Word, holm, verdict
from ..style import LINES, MARKERS, NEGATIVE, STYLE, save

PLACE, ORDER = "top", 29

COPIES, NEW, CEILING = "relabelled", "filtered", "booster"
SCORES = ("roc_auc", LIFT)
AGAINST_COPIES = ("roc_auc", FIXED[10])
"""Not by lift, which two contenders have each at false alarms of their own."""
LABELS = {
    "own": "their own labels",
    "learner": "the learner's own votes",
    "booster": "the booster's labels",
    "stacked": "the stacked teacher's labels",
}
FIGURE = "rows_and_labels.png"
CAPTION = (
    "ROC AUC and lift against the share of the added rows that are new: at 0 copies of the training rows alone, at 1 a "
    "generator's rows alone, as many. Dashed: own labels; solid: the teacher's. Grey line: `none`; dotted: `booster` "
    "in the learner's place."
)


@dataclass(frozen=True)
class Kind:
    """What a contender adds: whose rows, under whose labels, and which share of them is new."""

    rows: str
    labels: str
    new: float


@dataclass(frozen=True)
class Compared:
    """A contender less another, on one score of one group: p adjusted for all of the section, and a word."""

    group: Group
    kind: Kind
    score: str
    found: Comparison
    p_adjusted: float
    word: Word

    @property
    def text(self) -> str:
        """Write it down."""
        return f"{interval(self.found, self.score)} {self.word}".rstrip()


def kind_of(contender: str) -> Kind | None:
    """Read a contender's label; None of one that is neither.

    >>> kind_of("filtered[of=smotenc,teacher=own]")
    Kind(rows='smotenc', labels='own', new=1.0)
    >>> kind_of("smote")
    """
    name, params = parse(contender)
    labels = str(params.get("teacher", "stacked"))
    if name == COPIES:
        return Kind("copies", labels, 0.0)
    if name == NEW:
        return Kind(str(params.get("of", "crossover")), labels, float(params.get("new", 1.0)))
    return None


def kinds(group: Group) -> dict[Kind, str]:
    """Give the contenders of a group by what they add; nothing where copies have but one kind of labels.

    Nothing either where several add the same in other numbers, as a suite does that asks for the cost.
    """
    named = [(kind, name) for name in group.rivals() if (kind := kind_of(name)) is not None]
    found, labels = dict(named), {kind.labels for kind, _ in named if not kind.new}
    return found if len(found) == len(named) and len(labels) > 1 and group.complete(BASELINE) else {}


def compared(report: Report) -> tuple[list[Compared], list[Compared]]:
    """Compare copies with the baseline, and all that is new with copies under the same labels."""
    pairs: list[tuple[Group, Kind, str, str, str]] = []
    for group in report.groups:
        there = kinds(group)
        for kind, name in there.items():
            base = BASELINE if not kind.new else there.get(Kind("copies", kind.labels, 0.0))
            if base is not None:
                scores = AGAINST_COPIES if kind.new else SCORES
                pairs += [(group, kind, score, name, base) for score in scores]
    differences = [group.interval(name, score, base) for group, _, score, name, base in pairs]
    adjusted = holm([each.p for each in differences])
    found = []
    for (group, kind, score, _, _), difference, p in zip(pairs, differences, adjusted, strict=True):
        lower = measure_of(score).better == "lower"
        word = verdict(difference, p, lower, group.negligible[score]) if group.decides else ""
        found.append(Compared(group, kind, score, difference, p, word))
    return [each for each in found if not each.kind.new], [each for each in found if each.kind.new]


def render(report: Report, groups: list[Group]) -> str:
    """Render two tables and the picture; nothing where no such contenders race."""
    labels, rows = compared(report)
    if not labels:
        return ""
    parts = [
        "## What rows contribute, and what labels do",
        "Each training row, or as many rows of a generator as there are of these, is added several times; the "
        "labels of the copies are the row's own, or drawn as the learner's own out-of-fold votes or a teacher say. "
        "Mean of the paired differences, 95 % confidence interval (corrected resampled t-test), and verdict, p "
        f"adjusted for all {len(labels) + len(rows)} differences of both tables (Holm).",
        f"### What labels do: copies of the training rows, against `{BASELINE}`\n\n{_table(labels, by_rows=False)}",
    ]
    if rows:
        parts += [
            "### What rows contribute: a generator's rows, against copies under the same labels\n\n"
            f"{told(rows)}\n\n{_table(rows, by_rows=True)}"
        ]
    parts.append(picture(FIGURE, CAPTION, report.figures))
    return "\n\n".join(part for part in parts if part)


def told(rows: list[Compared]) -> str:
    """Say in a sentence what generators earn on top of copies, and where."""
    counts = {word: sum(each.word == word for each in rows) for word in ("better", "worse", "equivalent")}
    where = [
        f"{each.kind.rows} under {LABELS[each.kind.labels]}, {each.group.dataset} with {each.group.classifier}, "
        f"{heading(each.score)} {interval(each.found, each.score)}"
        for each in rows
        if each.word == "better"
    ]
    said = ", ".join(f"{counts[word]} {word}" for word in counts)
    text = f"Of {plural(len(rows), 'comparison')} of new rows with copies under the same labels: {said}"
    return f"{text}; better: {'; '.join(where)}." if where else f"{text}."


def _table(found: list[Compared], by_rows: bool) -> str:
    groups = list(dict.fromkeys((each.group.dataset, each.group.classifier) for each in found))
    texts: dict[tuple[Kind, str], dict[tuple[str, str], str]] = {}
    for each in found:
        where = (each.group.dataset, each.group.classifier)
        texts.setdefault((each.kind, each.score), {})[where] = each.text
    rows = []
    for (kind, score), by_group in sorted(texts.items(), key=lambda item: _order(*item[0])):
        share = "" if kind.new in (0.0, 1.0) else f", {kind.new * 100:g} % of them new"
        named = [f"{kind.rows}{share}"] if by_rows else []
        cells = [by_group.get(where, NOTHING) for where in groups]
        rows.append([heading(score), *named, LABELS.get(kind.labels, kind.labels), *cells])
    headers = ["score", *(["rows"] if by_rows else []), "labels", *(f"{name} · {learner}" for name, learner in groups)]
    return table(headers, rows, left=3 if by_rows else 2)


def _order(kind: Kind, score: str) -> tuple[Any, ...]:
    return (
        (*SCORES, *AGAINST_COPIES).index(score),
        kind.rows,
        -kind.new,
        list(LABELS).index(kind.labels) if kind.labels in LABELS else 9,
    )


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw both scores of every group in one picture."""
    groups = [group for group in report.groups if kinds(group)]
    if not groups:
        return
    datasets = list(dict.fromkeys(group.dataset for group in groups))
    learners = list(dict.fromkeys(group.classifier for group in groups))
    panels = [(dataset, score) for dataset in datasets for score in SCORES]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(2.6 + 2.6 * len(learners), 2.4 * len(panels)))
        all_axes = figure.subplots(len(panels), len(learners), squeeze=False, sharex=True, sharey="row")
        for group in groups:
            for place, (dataset, score) in enumerate(panels):
                if dataset == group.dataset:
                    _panel(all_axes[place, learners.index(group.classifier)], group, score)
        for column, learner in enumerate(learners):
            all_axes[0, column].set_title(learner)
            all_axes[-1, column].set_xlabel("share of new rows")
        for row, (dataset, score) in enumerate(panels):
            all_axes[row, 0].set_ylabel(f"{dataset}\n{heading(score)}")
        figure.legend(*all_axes[0, 0].get_legend_handles_labels(), loc="outside right upper", frameon=False)
        save(figure, folder / FIGURE)


def _panel(axes: Axes, group: Group, score: str) -> None:
    scale = 100 if score == LIFT else 1
    there = kinds(group)
    axes.axhline(group.mean(BASELINE, score) * scale, color=NEGATIVE, linewidth=1.0)
    if group.complete(CEILING):
        axes.axhline(group.mean(CEILING, score) * scale, color="#444444", linewidth=0.9, linestyle=":")
    generators = sorted({kind.rows for kind in there if kind.new})
    for rows, labels, lines in _lines(there):
        points = [(new, group.mean(there[Kind(whose, labels, new)], score) * scale) for whose, new in lines]
        number = generators.index(rows)
        axes.plot(
            *zip(*points, strict=True), color=LINES[1 + number % 7][0], linestyle="--" if labels == "own" else "-",
            marker=MARKERS[number % len(MARKERS)], markersize=5, linewidth=1.1, label=f"{rows}, {LABELS[labels]}",
        )  # fmt: skip


def _lines(there: dict[Kind, str]) -> Iterator[tuple[str, str, list[tuple[str, float]]]]:
    """Give, for each generator and for own and a teacher's labels, the points from copies to new rows."""
    for rows in sorted({kind.rows for kind in there if kind.new}):
        for labels in ("own", "booster", "stacked"):
            shares = sorted(kind.new for kind in there if (kind.rows, kind.labels) == (rows, labels))
            if shares and Kind("copies", labels, 0.0) in there:
                yield rows, labels, [("copies", 0.0), *((rows, new) for new in shares)]
