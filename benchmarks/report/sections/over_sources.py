"""Many data sets: what contenders do over their sources, each of which has one vote, and where which of them wins."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...catalog.data import Table
from ...errors import plural
from ...measure.outcome import LIFT
from ..curves import Curves
from ..groups import BASELINE, ORDERED_BY, PLACEBO, RANKED_BY, Group
from ..markdown import NOTHING, heading, measure_of, number, picture, table
from ..page import Report
from ..sources import MANY_POSITIVES, Sources, Vote
from ..statistics import MIN_UNITS, Units, Word, holm, simultaneous, word_over_units
from ..style import LINES, STYLE, file_name, save
from .group.lift import p_value

PLACE, ORDER = "bottom", 10


def figure_name(classifier: str) -> str:
    """Name of the picture of one learner's lifts over sources."""
    return file_name("lifts_over_sources", classifier)


def caption(classifier: str) -> str:
    """Say what it shows."""
    return f"Lifts over sources, {classifier}: a dot a source; mean and 95 % interval in black."


def render(report: Report, groups: list[Group]) -> str:
    """Render the comparison over sources of every learner; of many data sets, where which contender wins as well."""
    parts = []
    for name in report.classifiers:
        sources = Sources.of(report, name)
        if not sources.enough:
            if report.together:
                parts.append(_too_few(sources))
            continue
        parts += [lifts(report, sources), not_declined(sources)]
        parts.append(ranks(sources, [score for score in RANKED_BY if score in report.shown]))
        if report.together:
            parts += [where(sources, report.provenance.data), by_dataset(sources)]
    return "\n\n".join(part for part in parts if part)


def _too_few(sources: Sources) -> str:
    few = f"{plural(len(sources.names), 'source')} {'is' if len(sources.names) == 1 else 'are'} too few"
    return f"## Over sources · {sources.classifier}\n\nNo comparison: {few}, {MIN_UNITS} are needed."


def lifts(report: Report, sources: Sources) -> str:
    """Render the lifts over sources, the primary comparison."""
    told, many = sources.told, sources.with_positives()
    rows = []
    for name in sorted(told, key=lambda name: -told[name].over.mean):
        over = told[name].over
        alone = sources.lift(name, many).values
        row = [f"`{name}`", sources.roles[name], len(over.values), _interval(over, LIFT)]
        row += [number(over.median, LIFT, "+"), told[name].word, p_value(told[name].p_adjusted)]
        row.append(f"{int((over.values > 0).sum())} / {int((over.values < 0).sum())}")
        row.append(f"{number(float(alone.mean()), LIFT, '+')} ({len(alone)})" if len(alone) else NOTHING)
        rows.append(row)
    headers = ["contender", "role", "sources", "mean lift, points", "median", "verdict", "p (Holm)", "above / below 0"]
    headers.append(f"mean, tables with {MANY_POSITIVES}+ test positives (sources)")
    several = {name: tables for name in sources.names if (tables := _tables(sources, name)) > 1}
    each = ", ".join(f"{name} {count}" for name, count in several.items())
    lacking = {name: vote.lacking for name, vote in sources.rivals.items() if vote.lacking}
    text = (
        f"{plural(len(sources.groups), 'data set')} of {plural(len(sources.names), 'source')}, one vote each"
        f"{f' (of several: {each})' if each else ''}. Lift over the moved threshold, mean within a source, then over "
        "sources; 95 % interval from a bootstrap over sources (BCa); p from Wilcoxon's signed rank test, adjusted for "
        f"{plural(len(told), 'contender')} (Holm). It speaks for other tables only as far as these are a random "
        "sample of such, which no collection is."
    )
    parts = [f"## Over sources · {sources.classifier}", text, table(headers, rows, left=2)]
    if lacking:
        listed = ", ".join(f"`{name}` {count}" for name, count in lacking.items())
        parts.append(
            "Data sets without a lift, which take no part (cells are missing, test positives are too few, or the "
            f"contender finds hardly any): {listed}."
        )
    if untold := [f"`{name}`" for name in sources.rivals if name not in told]:
        parts.append(f"Left out, for having a lift on fewer than {MIN_UNITS} sources: {', '.join(untold)}.")
    shown = picture(figure_name(sources.classifier), caption(sources.classifier), report.figures)
    return "\n\n".join([*parts, shown])


def _tables(sources: Sources, name: str) -> int:
    return sum(source == name for source in sources.source.values())


def _interval(over: Units, score: str) -> str:
    mean, low, high = (number(value, score, "+") for value in (over.mean, *over.bootstrapped))
    return f"{mean} [{low}, {high}]"


def not_declined(sources: Sources) -> str:
    """Render what contenders do on the splits on which they did not decline, where those are of sources enough."""
    rows = []
    for name in sources.contenders:
        statuses = [group.scored[name]["status"] for group in sources.groups.values() if name in group.scored]
        n_cells, acted = sum(map(len, statuses)), sum(int((each != "declined").sum()) for each in statuses)
        if acted == n_cells:
            continue
        votes = {score: sources.vote(partial(_acted, name=name, score=score)) for score in (LIFT, "roc_auc")}
        if any(len(vote.values) < MIN_UNITS for vote in votes.values()):
            continue
        found = [part for score, vote in votes.items() for part in (_interval(vote.over, score), p_value(vote.over.p))]
        lifted, ranked = (len(vote.values) for vote in votes.values())
        counted = f"{ranked}" if lifted == ranked else f"{ranked} ({lifted} with a lift)"
        rows.append([f"`{name}`", f"{acted} of {n_cells}", f"{counted} of {len(sources.names)}", *found])
    if not rows:
        return ""
    text = (
        "Contenders that may decline, on the splits on which they did not, as differences to "
        f"`{BASELINE}` there: mean within a source, then over sources, 95 % interval from a bootstrap over these, "
        "p from Wilcoxon's signed rank test, not adjusted. A contender declines by its training rows alone, so test "
        "rows have no say in which splits these are."
    )
    headers = ["contender", "splits", "sources", "lift, points", "p", "ROC AUC", "p (AUC)"]
    return "\n\n".join([f"### Where it did not decline · {sources.classifier}", text, table(headers, rows)])


def _acted(group: Group, name: str, score: str) -> float:
    if not (group.complete(name) and group.complete(BASELINE)):
        return float("nan")
    cells, base = (group.scored[each][["seed", "status", score]].set_index("seed") for each in (name, BASELINE))
    return float((cells[score] - base[score])[cells["status"] != "declined"].mean())


def ranks(sources: Sources, scores: Sequence[str] = RANKED_BY) -> str:
    """Render mean ranks by several scores, and whether the differences to the baseline hold over sources."""
    found = {score: sources.ranks(score) for score in scores}
    names = [str(name) for name in found[ORDERED_BY].mean().sort_values(kind="stable").index]
    if not names:
        return ""
    pairs = [(name, score) for name in names if name != BASELINE for score in scores]
    votes = {pair: sources.difference(*pair) for pair in pairs}
    told = {pair: vote for pair, vote in votes.items() if len(vote.values) >= MIN_UNITS}
    adjusted = holm([vote.over.p for vote in told.values()])
    words: dict[tuple[str, str], Word] = {}
    for (pair, vote), p in zip(told.items(), adjusted, strict=True):
        words[pair] = word_over_units(vote.over, p, measure_of(pair[1]).better == "lower", sources.negligible[pair[1]])
    rows = [
        [f"`{name}`", sources.roles[name]]
        + [f"{_rank(found[score], name)} {words.get((name, score), '')}".rstrip() for score in scores]
        for name in names
    ]
    headers = ["contender", "role", *(heading(score).removesuffix(" %") for score in scores)]
    text = (
        "Mean rank among those here, 1 is best, averaged within a source, then over sources; and what the difference "
        f"to `{BASELINE}` is over sources (Wilcoxon's signed rank test; p adjusted for all {len(told)} differences "
        "of the table after Holm). A mean rank depends on who else races; the word does not. A contender that lacks "
        "scores on a data set comes last there."
    )
    parts = [f"### Ranks over sources · {sources.classifier}", text, table(headers, rows, left=2)]
    if left_out := [f"`{name}`" for name in sources.contenders if name not in (*names, PLACEBO)]:
        parts.append(f"Left out, for not having run on every data set: {', '.join(left_out)}.")
    return "\n\n".join(parts)


def _rank(ranks: pd.DataFrame, name: str) -> str:
    """Give a contender's mean rank; of one without probabilities there is none by what is made of these."""
    return f"{ranks[name].mean():.2f}" if name in ranks else NOTHING


BINS: dict[str, list[tuple[str, Callable[[Table], bool]]]] = {
    "negatives per positive": [
        ("below 5", lambda data: _ratio(data) < 5),
        ("5 to 15", lambda data: 5 <= _ratio(data) < 15),
        ("15 and more", lambda data: _ratio(data) >= 15),
    ],
    "rows": [
        ("below 1,000", lambda data: data.rows < 1000),
        ("1,000 to 5,000", lambda data: 1000 <= data.rows < 5000),
        ("5,000 and more", lambda data: data.rows >= 5000),
    ],
    "categorical columns": [
        ("none", lambda data: data.categorical == 0),
        ("some", lambda data: 0 < data.categorical < data.columns),
        ("all", lambda data: data.categorical == data.columns),
    ],
}


def where(sources: Sources, data: dict[str, Table]) -> str:
    """Render mean ranks and mean lifts of one learner, by what the data sets are like."""
    known = {name: data[name] for name in sources.groups if name in data}
    columns: dict[str, list[str]] = {"all": list(sources.groups)}
    for what, bins in BINS.items():
        for text, fits in bins:
            if chosen := [name for name, each in known.items() if fits(each)]:
                columns[f"{what}: {text}"] = chosen
    headers = ["contender", *(f"{text} ({_sources(sources, chosen)})" for text, chosen in columns.items())]
    rows = []
    for name in sorted(sources.rivals, key=lambda name: -_mean(sources.rivals[name])):
        rows.append(
            [f"`{name}`", *(number(_mean(sources.lift(name, chosen)), LIFT, "+") for chosen in columns.values())]
        )
    return "\n\n".join(
        [
            f"### Where which contender lifts · {sources.classifier}",
            "Mean lift over the moved threshold, percentage points, one vote a source; in brackets how many. "
            "Described, not tested.",
            table(headers, rows),
        ]
    )


def _mean(vote: Vote) -> float:
    return float(vote.values.mean()) if len(vote.values) else float("-inf")


def _sources(sources: Sources, chosen: Sequence[str]) -> int:
    return len({sources.source[name] for name in chosen})


def by_dataset(sources: Sources) -> str:
    """Render the lift of every contender on every data set."""
    names = [name for name in sources.contenders if name != BASELINE]
    rows = []
    for dataset, group in sources.groups.items():
        lifts_here = [_lift_here(group, name) for name in names]
        rows.append([dataset, group.n_seeds, number(group.detectable_lift, LIFT), *lifts_here])
    text = (
        "Mean lift over the moved threshold, percentage points, and a word where its p, adjusted for the contenders of "
        "the row (Holm), is below 0.05: of so many rows, a few by chance. *detectable*: what would "
        "be found in four of five such runs. "
        f"{NOTHING}: none can be told."
    )
    headers = ["data set", "seeds", "detectable", *(f"`{name}`" for name in names)]
    return "\n\n".join([f"### Lift by data set · {sources.classifier}", text, table(headers, rows)])


def _lift_here(group: Group, name: str) -> str:
    judged = group.judged[LIFT].get(name)
    if judged is None:
        return NOTHING
    word = judged.word if judged.word in ("better", "worse") else ""
    return f"{number(judged.comparison.mean, LIFT, '+')} {word}".rstrip()


def overview(report: Report, classifier: str) -> str:
    """Say in one sentence what many data sets say."""
    sources = Sources.of(report, classifier)
    if not sources.enough:
        return ""
    makers = {name: told for name, told in sources.told.items() if sources.roles[name] == "oversampler"}
    counts = f"{plural(len(sources.names), 'source')} ({plural(len(sources.groups), 'data set')})"
    where_ = f"**Over {counts} with {classifier}:**"
    if not makers:
        return f"- {where_} no oversampler has a lift on {MIN_UNITS} sources."
    above = [name for name, told in makers.items() if told.word == "better"]
    below = [name for name, told in makers.items() if told.word == "worse"]
    best = max(makers, key=lambda name: makers[name].over.mean)

    def listed(names: list[str]) -> str:
        return ", ".join(f"`{name}` {_interval(makers[name].over, LIFT)}" for name in names)

    lifted = f"{len(above)} of {plural(len(makers), 'oversampler')} shown to lift above the moved threshold"
    lifted += f" (points: {listed(above)})" if above else f" (highest: {listed([best])} points)"
    limit = max(high for _, high in simultaneous([told.over for told in makers.values()]))
    excluded = f"; mean lifts above {number(limit, LIFT)} points are excluded, for all {len(makers)} at once, with 95 %"
    excluded = "" if above else f"{excluded} confidence"
    worse = f"; {len(below)} shown to fall below it" if below else ""
    first, by_brier = (_lowest(sources.ranks(score).mean()) for score in (ORDERED_BY, "brier"))
    also = f", by Brier score {by_brier}" if by_brier else ""
    ranked = f" By balanced error {first} the lowest mean rank{also}." if first else ""
    return f"- {where_} {lifted}{excluded}{worse}.{ranked}"


def _lowest(ranks: pd.Series) -> str:
    """Name those of the lowest rank: those that leave probabilities alone share it by some scores."""
    names = [f"`{name}`" for name in ranks.index[np.isclose(ranks, ranks.min())]]
    return f"{' and '.join(names)} {'have' if len(names) > 1 else 'has'}" if names else ""


def draw(report: Report, curves: Curves, folder: Path) -> None:
    """Draw the lifts over sources of every learner."""
    for classifier in report.classifiers:
        sources = Sources.of(report, classifier)
        if sources.enough:
            draw_lifts(folder, sources)


def draw_lifts(folder: Path, sources: Sources) -> None:
    """Draw a row a contender: its lift on every source, and the mean with its interval."""
    told = {name: each.over for name, each in sources.told.items()}
    names = sorted(told, key=lambda name: told[name].mean)
    if not names:
        return
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 1.4 + 0.34 * len(names)))
        axes = figure.subplots()
        jitter = np.random.default_rng(0)
        for row, name in enumerate(names):
            points = told[name].values * 100
            axes.plot(points, row + jitter.uniform(-0.25, 0.25, len(points)), "o", color=LINES[1][0], alpha=0.45,
                      markersize=4, markeredgewidth=0)  # fmt: skip
            low, high = told[name].bootstrapped
            axes.plot([low * 100, high * 100], [row, row], color="black", linewidth=1.6)
            axes.plot(told[name].mean * 100, row, "D", color="black", markersize=5)
        axes.axvline(0, color="#666666", linewidth=0.8, linestyle="--", zorder=0)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("lift over the moved threshold, percentage points")
        axes.set_title(f"A dot a source ({len(sources.names)}), {sources.classifier}")
        save(figure, folder / figure_name(sources.classifier))


def _ratio(data: Table) -> float:
    return float((1 - data.positives) / data.positives)
