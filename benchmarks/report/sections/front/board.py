"""The one table that most readers look at, and the one picture: what each contender gains, errs and takes."""

from dataclasses import dataclass

import numpy as np

from ....catalog.contract import Role
from ....errors import plural
from ....measure.outcome import LIFT
from ....record.folder import DETAILS
from ... import sweeps
from ...groups import BASELINE, PLACEBO, Group
from ...markdown import NOTHING, interval, mean_std, measure_of, number, picture, significant, table
from ...page import Report
from ...sources import Sources
from .. import over_sources, rows_and_labels, scarcity
from ..group import cost, scores, synthetic_rows

PLACE, ORDER = "front", 20

COLUMNS = {
    "roc_auc": "ROC AUC",
    "balanced_error": "balanced error %",
    "error_positive": "misses %",
    "error_negative": "false alarms %",
}
BOLD = ("roc_auc", "balanced_error")
"""Where those that nobody is shown to be better than are in bold: misses and false alarms are traded for each other."""

MOST = 40
"""Rows that are shown; those of the lowest lift beyond it stand in the details."""

FAMILIES: dict[Role, str] = {"oversampler": "**Oversamplers**", "control": "**Controls**: without synthetic rows"}


@dataclass(frozen=True)
class Row:
    """A contender's row: what it is sorted by, larger first, and the cells after its name."""

    label: str
    role: Role
    key: float
    cells: list[str]


def render(report: Report, groups: list[Group]) -> str:
    """Render table and picture; nothing where no contender has scores."""
    if (sources := Sources.first(report)) is not None:
        parts = _over_sources(report, sources)
    elif series := scarcity.find_series(groups):
        (dataset, classifier), shares = next(iter(series.items()))
        parts = _by_share(dataset, classifier, shares)
    elif any(len(cells) for group in groups for cells in group.scored.values()):
        parts = _of_group(report, next(group for group in groups if any(map(len, group.scored.values()))))
    else:
        return ""
    return "\n\n".join(part for part in [*parts, _picture(report, groups)] if part)


def _of_group(report: Report, group: Group) -> list[str]:
    names = [name for name, cells in group.scored.items() if len(cells)]
    rows = []
    for name in names:
        lift = group.mean(name, LIFT) if group.complete(name) else -np.inf
        marks = [*synthetic_rows.marks(group, name), *([] if group.complete(name) else [f"{group.seeds(name)} seeds"])]
        cells = [_lift(group, name), *(_score(group, name, score) for score in COLUMNS), seconds(group, name)]
        label = f"`{name}`" + (f" ({', '.join(marks)})" if marks else "")
        rows.append(Row(label, group.roles[name], lift if np.isfinite(lift) else -np.inf, cells))
    headers = [_head(LIFT, "lift, points"), *(_head(*column) for column in COLUMNS.items()), "seconds ↓"]
    bold = (
        "In bold: a lift shown to be better than `none`'s; scores that no other is shown to beat. "
        if group.decides
        else ""
    )
    text = (
        f"{group.dataset} · {group.classifier}, mean over {plural(group.n_seeds, 'seed')}"
        f"{' [95 % interval of each alone; words count all]' if group.decides else ' ± standard deviation'}. "
        f"{LIFTED}, what a moved threshold cannot do. {bold}{TIMES} {READ}"
    )
    learners = [
        Row(f"`{BASELINE}` with {other.classifier}", "control", -np.inf, [
            NOTHING, *(number(other.mean(BASELINE, score), score) for score in COLUMNS), seconds(other, BASELINE)
        ])
        for other in report.groups
        if other.dataset == group.dataset and other is not group and other.has_baseline
    ]  # fmt: skip
    return ["## Contenders", _table(headers, rows, learners), text]


LIFTED = f"*Lift*: how many fewer positives are missed than by `{BASELINE}` at the contender's own rate of false alarms"
TIMES = "*Seconds*: to tune, sample and fit, median."
READ = f"[How to read this]({DETAILS}#how-to-read-this)."


def _over_sources(report: Report, sources: Sources) -> list[str]:
    rows = []
    for name in sources.contenders:
        if name == BASELINE:
            key, lift = 0.0, "0"
        elif name in sources.told:
            told = sources.told[name]
            mean, low, high = (number(end, LIFT, "+") for end in (told.over.mean, *told.over.bootstrapped))
            key, lift = told.over.mean, _bold(f"{mean} [{low}, {high}] {told.word}".rstrip(), told.word == "better")
        else:
            key, lift = -np.inf, NOTHING
        means = {score: sources.mean(name, score).values for score in COLUMNS}
        cells = [number(float(mean.mean()) if len(mean) else np.nan, score) for score, mean in means.items()]
        label, there = f"`{name}`", sources.complete(name)
        if there < len(sources.groups):  # it may have failed on the hard ones: its means are no others' equals
            label, key = f"{label} ({there} of {plural(len(sources.groups), 'data set')})", -np.inf
        rows.append(Row(label, sources.roles[name], key, [lift, *cells, _seconds(sources.seconds(name))]))
    headers = [_head(LIFT, "lift, points"), *(_head(*column) for column in COLUMNS.items()), "seconds ↓"]
    text = (
        f"{sources.classifier}, mean over {plural(len(sources.names), 'source')} of "
        f"{plural(len(sources.groups), 'data set')} [95 % interval], one vote a source. {LIFTED}. "
        f"In bold: lifts shown to be better. {TIMES} {READ}"
    )
    return ["## Contenders", _table(headers, rows, []), text]


def _by_share(dataset: str, classifier: str, series: scarcity.Series) -> list[str]:
    scarcest = next(iter(series.values()))
    rows = []
    for name in scarcity.names(series):
        if name != PLACEBO or name in scarcest.scored:
            lifts = [_lift(group, name, short=True) for group in series.values()]
            key = scarcest.mean(name, LIFT) if scarcest.complete(name) else -np.inf
            role: Role = next(group.roles[name] for group in series.values() if name in group.roles)
            there = scarcest.complete(name)
            balanced = number(scarcest.mean(name, "balanced_error"), "balanced_error") if there else NOTHING
            cells = [*lifts, balanced, seconds(scarcest, name)]
            rows.append(Row(f"`{name}`", role, key if np.isfinite(key) else -np.inf, cells))
    shares = [f"{share * 100:g} %" for share in series]
    headers = [f"lift, {share} positives ↑" for share in shares]
    headers += [f"balanced error %, {shares[0]} positives ↓", "seconds ↓"]
    text = (
        f"{dataset} · {classifier}, with training positives cut to these shares; mean over "
        f"{plural(scarcest.n_seeds, 'seed')}. {LIFTED}, in points; "
        f"in bold where it is shown to be better. {TIMES} {READ}"
    )
    return ["## Contenders", _table(headers, rows, []), text]


def _table(headers: list[str], rows: list[Row], learners: list[Row]) -> str:
    """Lay out a table: oversamplers, then controls, then other learners, with a line of words above each."""
    ordered = sorted(rows, key=lambda row: -row.key)
    ordered = [row for row in ordered if row.label == f"`{BASELINE}`" or row in ordered[:MOST]]
    left_out = len(rows) - len(ordered)
    body: list[list[str]] = []
    for role, title in FAMILIES.items():
        if of_role := [row for row in ordered if row.role == role]:
            body += [[title, *[""] * len(headers)], *([row.label, *row.cells] for row in of_role)]
    if learners:
        body += [["**Other learners**: their `none`", *[""] * len(headers)]]
        body += [[row.label, *row.cells] for row in learners]
    text = table(["contender", *headers], body)
    return f"{text}\n\n{plural(left_out, 'contender')} of lower lift: [details]({DETAILS})." if left_out > 0 else text


def _head(score: str, title: str) -> str:
    return f"{title} {'↓' if measure_of(score).better == 'lower' else '↑'}"


def _bold(text: str, best: bool) -> str:
    return f"**{text}**" if best else text


def _lift(group: Group, name: str, short: bool = False) -> str:
    """Write a lift with interval and word; in short, its mean, a word where one is shown."""
    if name == BASELINE:
        return "0"
    if not group.has_baseline or name not in group.scored or not np.isfinite(group.mean(name, LIFT)):
        return NOTHING
    judged = group.judged[LIFT].get(name)
    if judged is None or not group.decides:
        return mean_std(group.paired(name, LIFT), LIFT, "+")
    if short:
        word = judged.word if judged.word in ("better", "worse") else ""
        return _bold(f"{number(judged.comparison.mean, LIFT, '+')} {word}".rstrip(), word == "better")
    return _bold(f"{interval(judged.comparison, LIFT)} {group.in_words(name, LIFT)}".rstrip(), judged.word == "better")


def _score(group: Group, name: str, score: str) -> str:
    return _bold(number(group.mean(name, score), score), score in BOLD and name in group.unbeaten(score))


def seconds(group: Group, name: str) -> str:
    """Write the median seconds of tuning, sampling and fitting."""
    return _seconds(group.seconds(name)) if name in group.scored else NOTHING


def _seconds(taken: float) -> str:
    return significant(taken, 2) if np.isfinite(taken) else NOTHING


def _picture(report: Report, groups: list[Group]) -> str:
    """Show the picture that says most of such a suite."""
    offered = [(rows_and_labels.FIGURE, rows_and_labels.CAPTION)]
    offered += [
        (scarcity.figure_name(*where), scarcity.caption(*where)) for where in scarcity.find_series(groups)
    ]  # fmt: skip
    offered += [(over_sources.figure_name(name), over_sources.caption(name)) for name in report.classifiers]
    swept = sweeps.sweeps(report.provenance.suite.contenders)
    for group in groups:
        of_cost, of_errors = (cost.figure_name(group), cost.CAPTION), (scores.figure_name(group), scores.CAPTION)
        offered += [of_cost, of_errors] if swept else [of_errors, of_cost]
    found = (picture(name, caption, report.figures) for name, caption in offered)
    return next((shown for shown in found if shown), "")
