"""The article's figures, drawn from stored cells."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .article import SEED, find
from .groups import BASELINE, Group
from .style import NEGATIVE, POSITIVE, STYLE, save

Details = dict[tuple[Any, ...], dict[str, Any]]
MSE = "reconstruction_mse"


def draw_article(folder: Path, groups: list[Group], details: Details) -> list[str]:
    """Draw the article's kinds of figures for its data set and learner; give the names of the files written.

    The article's own seed is shown where it was run, else the first.
    """
    group = find(groups)
    cells = pd.concat(group.scored.values()) if group else pd.DataFrame()
    if cells.empty:
        return []
    seeds = sorted(cells["seed"])
    seed = SEED if SEED in seeds else seeds[0]
    shown = cells[cells["seed"] == seed].set_index("contender").sort_index()
    own = {key[2:]: value for key, value in details.items() if key[:2] == ("adult", "forest")}
    with mpl.rc_context(STYLE):
        drawn = {
            "class_balance.png": _class_balance({name: own[name, seed]["class_balance"] for name in shown.index}, seed),
            "confusion_matrices.png": _confusion_matrices(shown, seed),
        }
        if curves := {key: value["history"] for key, value in own.items() if MSE in value["history"]}:
            drawn["reconstruction_mse.png"] = _reconstruction_mse(curves, seed)
        for name, figure in drawn.items():
            save(figure, folder / name)
    return list(drawn)


def _class_balance(balance: dict[str, dict[str, list[int]]], seed: int) -> Figure:
    before = next(iter(balance.values()))["before"]
    bars = {"before": before} | {
        f"after\n{name}": counts["after"] for name, counts in balance.items() if name != BASELINE
    }
    figure = Figure(figsize=(1.5 + 1.5 * len(bars), 3.6))
    axes = figure.subplots()
    at = np.arange(len(bars))
    for shift, side, colour, hatch, text in (
        (-0.2, 0, NEGATIVE, "", "≤50K (negative)"),
        (0.2, 1, POSITIVE, "//", ">50K (positive)"),
    ):
        drawn = axes.bar(
            at + shift,
            [counts[side] for counts in bars.values()],
            0.38,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=text,
        )
        axes.bar_label(drawn, fmt="{:,.0f}", fontsize=8)
    axes.set_xticks(at, list(bars))
    axes.set_ylabel("training rows")
    axes.set_title(f"Class balance before and after oversampling (seed {seed})")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def _reconstruction_mse(curves: Details, seed: int) -> Figure:
    figure = Figure(figsize=(6, 3.6))
    axes = figure.subplots()
    for (_, other), history in sorted(curves.items()):
        main = other == seed
        colour, width = (POSITIVE, 2.0) if main else (NEGATIVE, 0.8)
        axes.plot(np.arange(1, len(history[MSE]) + 1), history[MSE], color=colour, linewidth=width, zorder=2 + main)
    axes.plot([], [], color=POSITIVE, linewidth=2, label=f"seed {seed}")
    if len(curves) > 1:
        axes.plot([], [], color=NEGATIVE, linewidth=0.8, label="other seeds")
    axes.set(xlabel="epoch", ylabel="mean squared error", ylim=(0, None))
    axes.set_title("BasicVAE: reconstruction error by epoch")
    axes.legend(frameon=False)
    return figure


def _confusion_matrices(shown: pd.DataFrame, seed: int) -> Figure:
    names = [name for name in (BASELINE, *shown.index.drop(BASELINE, errors="ignore")) if name in shown.index]
    figure = Figure(figsize=(0.6 + 2.5 * len(names), 3.6))
    for axes, name in zip(np.atleast_1d(figure.subplots(1, len(names), sharey=True)), names, strict=True):
        row = shown.loc[name]
        counts = np.array([[row["tn"], row["fp"]], [row["fn"], row["tp"]]])
        share = counts / counts.sum(axis=1, keepdims=True)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for i, j in np.ndindex(2, 2):
            text = f"{counts[i, j]:,.0f}\n{share[i, j]:.1%}"
            axes.text(j, i, text, ha="center", va="center", color="white" if share[i, j] > 0.5 else "black")
        axes.set_xticks([0, 1], ["≤50K", ">50K"])
        axes.set_yticks([0, 1], ["≤50K", ">50K"])
        axes.set(title=name, xlabel="predicted")
        axes.spines[:].set_visible(False)
    figure.axes[0].set_ylabel("true")
    figure.suptitle(f"Confusion matrices on the test rows (seed {seed}); shares of each true class")
    return figure
