"""Which pictures a run gets."""

from pathlib import Path
from typing import Any

from . import article, article_figures, ranks, scarcity, tradeoff
from .groups import Group
from .lift import Roc


def draw_all(
    folder: Path,
    groups: list[Group],
    environment: dict[str, Any],
    curves: dict[tuple[Any, ...], Roc],
    details: article_figures.Details,
) -> None:
    """Draw the pictures of a run, in place of those of an earlier one.

    Parameters
    ----------
    curves : dict
        The baseline's ROC curves by (dataset, classifier, seed).
    details : dict
        What cells left for the figures, by (dataset, classifier, contender, seed).
    """
    for old in folder.glob("*.png"):
        old.unlink()
    if article.applies(groups, environment):
        article_figures.draw_article(folder, groups, details)
    if len(groups) <= tradeoff.MAX_PICTURES:
        for group in groups:
            own = [curve for (*where, _), curve in curves.items() if tuple(where) == (group.dataset, group.classifier)]
            if own:
                tradeoff.draw(folder, group, own)
    for (dataset, classifier), series in scarcity.find(groups).items():
        scarcity.draw(folder, dataset, classifier, series)
    for classifier in dict.fromkeys(group.classifier for group in groups):
        ranks.draw(folder, groups, classifier)
