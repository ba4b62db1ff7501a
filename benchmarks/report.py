"""Write what a results folder shows: `cells.csv`, `environment.json`, `leaderboard.md` and `figures/`."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import UsageError
from .figures import draw_all
from .groups import BASELINE, group_cells
from .leaderboard import leaderboard
from .lift import Roc, lift
from .record import SCORED
from .store import FILE, Store, read_csv

CELLS, ENVIRONMENT, LEADERBOARD, FIGURES = "cells.csv", "environment.json", "leaderboard.md", "figures"


def write(store: Store) -> Path:
    """Write everything from the store; give the path of the leaderboard.

    `environment.json` keeps the number of cells that were asked for, so that coverage can be told without the store.
    """
    curves = {where: Roc.of(y, probability) for where, y, probability in store.baselines(BASELINE)}
    cells, environment = with_lift(store.cells(), curves), store.meta("environment")
    environment |= {"planned": store.n_planned(), "machines": store.machines()}
    _replace(store.folder / CELLS, cells.to_csv(index=False, lineterminator="\n"))
    _replace(store.folder / ENVIRONMENT, json.dumps(environment, indent=2) + "\n")
    draw_all(store.folder / FIGURES, list(group_cells(cells, environment)), environment, curves, store.details())
    return _render(store.folder)


def with_lift(cells: pd.DataFrame, curves: dict[tuple[Any, ...], Roc]) -> pd.DataFrame:
    """Fill in `lift_over_threshold` from the baseline's curves, by (dataset, classifier, seed).

    The baseline's own lift is 0 by definition. Where it has no curve, nothing is filled in.
    """

    def of(cell: Any) -> float:
        curve = curves.get((cell.dataset, cell.classifier, cell.seed))
        if curve is None or cell.status not in SCORED:
            return float("nan")
        return 0.0 if cell.contender == BASELINE else lift(curve, cell.error_negative, cell.error_positive)

    return cells.assign(lift_over_threshold=[of(cell) for cell in cells.itertuples(index=False)])


def rewrite(folder: Path) -> Path:
    """Render a results folder again: from its store, or where that is not there (a fresh clone) from `cells.csv`.

    Raises
    ------
    UsageError
        If the folder holds neither, or something unreadable.
    """
    if (folder / FILE).exists():
        with Store.open(folder) as store:
            if store.meta("environment") is None:
                raise UsageError(
                    f"{folder / FILE} holds no run; start one with 'oversampling-bench run --out {folder}'"
                )
            return write(store)
    if not ((folder / CELLS).is_file() and (folder / ENVIRONMENT).is_file()):
        raise UsageError(f"{folder} holds no results: neither {FILE} nor {CELLS} with {ENVIRONMENT}")
    return _render(folder)


def _render(folder: Path) -> Path:
    try:
        cells = read_csv(folder / CELLS)
        environment = json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))
        figures = sorted(path.name for path in (folder / FIGURES).glob("*.png"))
        text = leaderboard(cells, environment, figures)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder / CELLS} or {ENVIRONMENT} is damaged ({error!r})") from error
    return _replace(folder / LEADERBOARD, text)


def _replace(path: Path, text: str) -> Path:
    # Written aside and renamed: a reader, or a crash, never meets half a file.
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    return aside.replace(path)
