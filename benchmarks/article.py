"""The article beside the measurement: what it reports, what its own protocol gives, what its synthetic rows are."""

from typing import Any

from .groups import BASELINE, Group
from .synthetic_table import COLLAPSED
from .tables import SCORES, mean_std, picture, table

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
    "confusion_matrices.png": "Confusion matrices on the test rows, without oversampling and after each contender.",
}


def find(groups: list[Group]) -> Group | None:
    """Find the group of the article's data set and learner."""
    return next((group for group in groups if (group.dataset, group.classifier) == ("adult", "forest")), None)


def applies(groups: list[Group], environment: dict[str, Any]) -> bool:
    """Tell whether these cells replay the article: its protocol, data set, learner and system."""
    group = find(groups)
    return (
        environment["suite"]["protocol"] == "article"
        and group is not None
        and all(len(group.scored.get(name, ())) > 0 for name in REPORTED)
    )


def section(groups: list[Group], figures: list[str]) -> str:
    """Render the comparison with the article, where it `applies`."""
    group = find(groups)
    assert group is not None
    parts = ["## The article, side by side", _side_by_side(group)]
    parts.append("\n".join(f"- {point}" for point in (_arithmetic(), _change(group), _synthetic_rows(group))))
    parts += [picture(name, caption, figures) for name, caption in FIGURES.items()]
    return "\n\n".join(part for part in parts if part)


def _side_by_side(group: Group) -> str:
    rows = []
    for contender, claims in REPORTED.items():
        cells = group.scored[contender]
        for score in ("error", "error_positive", "error_negative"):
            reported = f"{claims[score] * 100:.0f}" if score in claims else "not given"
            seed = mean_std(cells.loc[cells["seed"] == SEED, score], score)
            rows.append([f"{NAMES[contender]}: {SCORES[score]}", reported, seed, mean_std(cells[score], score)])
    headers = ["", "article reports", f"measured, seed {SEED}", f"measured, mean ± sd of {group.n_seeds} seeds"]
    return table(headers, rows)


def _arithmetic() -> str:
    claims = REPORTED[BASELINE]
    implied = POSITIVES * claims["error_positive"] + (1 - POSITIVES) * claims["error_negative"]
    positive, negative, overall = (claims[score] * 100 for score in ("error_positive", "error_negative", "error"))
    return (
        f"The article's numbers do not add up: with {POSITIVES * 100:.2f} % positives, errors of {positive:.0f} % on "
        f"positives and {negative:.0f} % on negatives make {implied * 100:.1f} % overall, not {overall:.0f} %."
    )


def _change(group: Group) -> str:
    overall, positive = (group.paired("basic_vae", score) for score in ("error", "error_positive"))
    return (
        "From no oversampling to BasicVAE the article reports 2 points less overall error, with the error on positives "
        f"unchanged. Measured on {len(overall)} seeds, overall error changes by {mean_std(overall, 'error', '+')} "
        f"points and error on positives by {mean_std(positive, 'error_positive', '+')} points (mean ± standard "
        "deviation of the paired differences)."
    )


def _synthetic_rows(group: Group) -> str:
    made, unique, spread, valid = (
        group.mean("basic_vae", column)
        for column in ("n_synthetic", "synthetic_unique", "synthetic_spread", "synthetic_valid")
    )
    text = (
        f"Of the {made:,.0f} rows that BasicVAE adds, about {unique * made:,.0f} are distinct at two decimals, their "
        f"spread is {spread:.2g} times that of real positives, and {valid * 100:.0f} % have valid one-hot groups."
    )
    if unique < COLLAPSED and spread < COLLAPSED:
        text += " They are copies of one average point, so there is next to nothing in them for the forest to learn."
    return text
