"""The article beside the measurement: what it reports, what its own protocol gives, what its synthetic rows are."""

from typing import Any

import pandas as pd

from .record import SCORED
from .tables import NOTHING, SCORES, mean_std, table

SEED = 42
POSITIVES = 7841 / 32561  # Adult's share of positives
REPORTED = {
    "none": {"error": 0.16, "error_positive": 0.36, "error_negative": 0.08},
    "basic_vae": {"error": 0.14, "error_positive": 0.36},
}
"""What the article reports: its forest as it is, and after BasicVAE's 15,000 rows (no error on negatives given)."""

NAMES = {"none": "forest as it is", "basic_vae": "forest after BasicVAE"}
FIGURES = {
    "class_balance.png": "Class balance of the training rows, before and after each contender.",
    "reconstruction_mse.png": "BasicVAE's reconstruction error by epoch.",
    "confusion_matrices.png": "Confusion matrices on the test rows.",
}


def applies(cells: pd.DataFrame, environment: dict[str, Any]) -> bool:
    """Tell whether these cells replay the article: its protocol, data set, learner and system."""
    here = cells[(cells["dataset"] == "adult") & (cells["classifier"] == "forest") & cells["status"].isin(SCORED)]
    return environment["suite"]["protocol"] == "article" and set(REPORTED) <= set(here["contender"])


def section(cells: pd.DataFrame, figures: list[str]) -> str:
    """Render the comparison with the article."""
    here = cells[(cells["dataset"] == "adult") & (cells["classifier"] == "forest") & cells["status"].isin(SCORED)]
    parts = ["## The article, side by side", _side_by_side(here), _what_it_shows(here)]
    parts += [f"![{caption}](figures/{name})\n\n*{caption}*" for name, caption in FIGURES.items() if name in figures]
    return "\n\n".join(parts)


def _side_by_side(cells: pd.DataFrame) -> str:
    rows = []
    for contender, claims in REPORTED.items():
        own = cells[cells["contender"] == contender]
        for score in ("error", "error_positive", "error_negative"):
            reported = f"{claims[score] * 100:.0f}" if score in claims else "not given"
            seed = mean_std(own.loc[own["seed"] == SEED, score], score)
            rows.append([f"{NAMES[contender]}: {SCORES[score]}", reported, seed, mean_std(own[score], score)])
    n = cells["seed"].nunique()
    return table(["", "article reports", f"measured, seed {SEED}", f"measured, mean ± sd of {n} seeds"], rows)


def _what_it_shows(cells: pd.DataFrame) -> str:
    claims = REPORTED["none"]
    implied = POSITIVES * claims["error_positive"] + (1 - POSITIVES) * claims["error_negative"]
    points = [
        f"The article's numbers do not add up: with {POSITIVES:.2%} positives, errors of {claims['error_positive']:.0%} "
        f"on positives and {claims['error_negative']:.0%} on negatives make {implied:.1%} overall, not "
        f"{claims['error']:.0%}."
    ]
    paired = cells.pivot(index="seed", columns="contender", values=["error", "error_positive"])
    change = {
        score: (paired[score]["basic_vae"] - paired[score]["none"]).dropna() for score in paired.columns.levels[0]
    }
    points.append(
        f"From no oversampling to BasicVAE the article reports 2 points less overall error and positives unchanged; "
        f"measured over {len(change['error'])} seeds, overall error changes by "
        f"{mean_std(change['error'], 'error', '+')} points and error on positives by "
        f"{mean_std(change['error_positive'], 'error_positive', '+')} points (mean ± sd of paired differences)."
    )
    rows = cells[cells["contender"] == "basic_vae"]
    unique, spread, valid = (rows[f"synthetic_{name}"].mean() for name in ("unique", "spread", "valid"))
    text = (
        f"Of the {rows['n_synthetic'].mean():,.0f} rows that BasicVAE adds, {_distinct(unique, rows)} distinct at two "
        f"decimals, their spread is {spread:.2g} times that of real positives, and {valid:.0%} have valid one-hot groups."
    )
    if unique < 0.05 and spread < 0.05:
        text += " They are copies of one average point: the forest learns nothing about positives from them."
    points.append(text)
    return "\n".join(f"- {point}" for point in points)


def _distinct(unique: float, rows: pd.DataFrame) -> str:
    count = unique * rows["n_synthetic"].mean()
    return f"about {count:,.0f} are" if count >= 1 else NOTHING
