"""Contenders with several values of a parameter, ``smote[k_neighbors=3|5|9]``: as one, with its best and its spread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..catalog import label
from ..measure.scores import Measure
from .groups import Group
from .markdown import heading, number, table


@dataclass(frozen=True)
class Sweep:
    """A label that stands for several contenders, and what tells them apart, by their own labels."""

    label: str
    settings: Mapping[str, str]


def sweeps(labels: Iterable[str]) -> list[Sweep]:
    """Find the labels that stand for several contenders.

    >>> sweeps(["none", "smote[k_neighbors=3|5]"])[0].settings
    {'smote[k_neighbors=3]': 'k_neighbors=3', 'smote[k_neighbors=5]': 'k_neighbors=5'}
    """
    found = []
    for text in labels:
        parsed = [label.parse(each) for each in label.alternatives(text)]
        if len(parsed) < 2:
            continue
        first = parsed[0][1]
        varied = [key for key in first if any(params[key] != first[key] for _, params in parsed)]
        settings = {
            label.format_label(name, params): label.format_label("", {key: params[key] for key in varied})[1:-1]
            for name, params in parsed
        }
        found.append(Sweep(text, settings))
    return found


def sweep_table(group: Group, found: Iterable[Sweep], shown: Mapping[str, Measure]) -> str:
    """Table of each sweep's best, median and worst setting, score by score, of those that have scores on all seeds."""
    rows = []
    for sweep in found:
        scored = [name for name in sweep.settings if group.complete(name)]  # else of other seeds than the others
        for score, measure in shown.items() if len(scored) > 1 else ():
            means = {name: group.mean(name, score) for name in scored}
            if not np.isfinite(list(means.values())).all():
                continue
            ordered = sorted(means, key=lambda name: means[name], reverse=measure.better == "higher")
            best, worst = (
                f"{number(means[name], score)} ({sweep.settings[name]})" for name in (ordered[0], ordered[-1])
            )
            values = np.array(list(means.values()))
            middle, spread = number(float(np.median(values)), score), number(float(np.ptp(values)), score)
            missing = f" of {len(sweep.settings)}" * (len(means) < len(sweep.settings))
            rows.append([f"`{sweep.label}`", heading(score), f"{len(means)}{missing}", best, middle, worst, spread])
    if not rows:
        return ""
    text = (
        "A sweep is one contender with several settings, which are rows of their own in the other tables. Best is the "
        "best mean over seeds: it was picked on the rows that it is shown for, and flatters; median is what a setting "
        "picked blindly gives, spread is the best less the worst."
    )
    headers = ["sweep", "score", "settings", "best", "median", "worst", "spread"]
    return f"### Sweeps\n\n{text}\n\n{table(headers, rows, left=2)}"
