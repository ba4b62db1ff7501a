"""What an audit found: cells that were run again, on permuted labels, and on noisy rows."""

from dataclasses import dataclass
from math import sqrt
from statistics import fmean as mean

import pandas as pd

from ...design.audit import KINDS, LEAST, read
from ...errors import a_few, plural
from ...measure.outcome import LIFT, SCORED, differing
from ...record.folder import AUDIT
from ..groups import BASELINE, Group
from ..markdown import NOTHING, mean_std, table
from ..page import Report
from . import cells

PLACE, ORDER = "bottom", 15

WHERE = ["dataset", "classifier", "contender"]
TOLD, BEYOND, TOLD_ALONE = 0.6, 0.1, 0.8
"""ROC AUC on true labels of what was taught permuted ones; by how much it exceeds the baseline's; and the latter's."""
CALM, MANY = 0.1, 7
"""Where the baseline's AUC is farther from 0.5, chance alone may give any; so many splits are needed then (2⁻⁷)."""
LIFTS, LEFT, ERRORS = 0.02, 0.5, 3.0
"""A lift on the table; the part of it that should be left on noisy rows; standard errors of what is lost."""
CHANCES = ("timeout", "out_of_memory", "crashed")
"""How a cell may end for reasons outside of it."""

RULES = f"""\
- *again*: scored cells once more. It does not fit if a score is not the same to the last digit, or there is none.
- *labels permuted*: those of the training rows, at random, so that they say nothing; the test rows keep theirs. Without
  true labels from elsewhere the AUC lies on either side of 0.5. It does not fit if it is {TOLD} or more on every split
  and on average {BEYOND} above that of `{BASELINE}` on the same labels; or, of `{BASELINE}` itself, which shows what
  the learner knows, {TOLD_ALONE} or more on every split. Where any direction tells the classes apart, chance may do
  that on one split in two: {MANY} splits are needed for `{BASELINE}`, and for all where its AUC is {CALM} or more from
  0.5.
- *noisy rows*: all rows get noise, so that none is the published one. It does not fit if what lifts by
  {LIFTS * 100:.0f} points or more on the table lifts less on noisy rows, on every split, on average not half as much,
  and {ERRORS:.0f} standard errors less; or if there are no scores on noisy rows where there are some on the table.
- Below {LEAST} splits nothing is said of the latter two. What does not fit is a reason to look, not a proof."""


@dataclass(frozen=True)
class Finding:
    """What an audit found of a contender, on a data set and with a learner.

    Attributes
    ----------
    splits : int
        How many were audited.
    again : dict of int to list of str
        The columns that differ in each scored cell that was run again, by seed.
    aucs, base_aucs : list of float
        ROC AUC of the contender on permuted labels, and that of the baseline, by split; without a baseline, the former
        alone.
    lifts : list of (float, float)
        On the table and on noisy rows, by split.
    positives : float
        Test positives of all these splits together.
    unscored : int
        Splits on which there are scores on the table and none on noisy rows, though that cell ended.
    """

    where: tuple[str, str, str]
    splits: int
    again: dict[int, list[str]]
    aucs: list[float]
    base_aucs: list[float]
    lifts: list[tuple[float, float]]
    positives: float
    unscored: int = 0

    @property
    def same(self) -> int:
        """How many cells gave the same scores again."""
        return sum(not columns for columns in self.again.values())

    @property
    def misfits(self) -> list[str]:
        """Say what does not fit."""
        found = {
            "other scores when run again": self.same < len(self.again),
            "knows labels that it was not told": self._knows_labels(),
            "lifts less than half as much on noisy rows": self._knows_rows(),
            "no scores on noisy rows": self.unscored > 0,
        }
        return [words for words, applies in found.items() if applies]

    def _knows_labels(self) -> bool:
        alone = self.where[2] == BASELINE or not self.base_aucs
        calm = not alone and all(abs(auc - 0.5) < CALM for auc in self.base_aucs)
        if len(self.aucs) < (LEAST if calm else MANY):
            return False
        if alone:
            return min(self.aucs) >= TOLD_ALONE
        return min(self.aucs) >= TOLD and mean(self.aucs) - mean(self.base_aucs) >= BEYOND

    def _knows_rows(self) -> bool:
        if len(self.lifts) < LEAST:
            return False
        lost = [table - noisy for table, noisy in self.lifts]
        lift = mean(table for table, _ in self.lifts)
        # Two shares of the test positives are compared twice: on the table and on noisy rows.
        error = sqrt(2 * 2 * 0.25 / self.positives)
        return lift >= LIFTS and min(lost) > 0 and mean(lost) > (1 - LEFT) * lift and mean(lost) >= ERRORS * error


def render(report: Report, groups: list[Group]) -> str:
    """Render what was found; nothing where there was no audit."""
    found = findings(report)
    if not found:
        return ""
    again, same = sum(len(each.again) for each in found), sum(each.same for each in found)
    alike = "all" if same == again else f"{same} of them"
    said = f"{plural(again, 'cell')} ran again, and {alike} gave the same scores to the last digit."
    headers = ["contender", "data set", "learner", "splits", "same scores again", "AUC, labels permuted"]
    headers += ["lift %", "lift %, noisy rows", "does not fit"]
    rows = [
        [
            *(f"`{each.where[2]}`", *each.where[:2], each.splits, f"{each.same} of {len(each.again)}"),
            mean_std(each.aucs, "roc_auc"),
            *(mean_std([lift[place] for lift in each.lifts], LIFT, "+") for place in (0, 1)),
            "; ".join(each.misfits) or NOTHING,
        ]
        for each in found
    ]
    assert report.audits is not None
    unscored = report.audits[~report.audits["status"].isin(SCORED)]
    failures = cells.failures(unscored, "### Cells of the audit that did not end ok", AUDIT)
    parts = ["## Audit", said, table(headers, rows, left=3), _differences(found), RULES, failures]
    return "\n\n".join(part for part in parts if part)


def warning(report: Report) -> str:
    """Say who does not fit; nothing if all do."""
    bad = [each for each in findings(report) if each.misfits]
    names = list(dict.fromkeys(f"`{each.where[2]}`: {', '.join(each.misfits)}" for each in bad))
    return f"**The audit found what does not fit** ({'; '.join(names)})" if names else ""


def findings(report: Report) -> list[Finding]:
    """Go through the audits of a report, contender by contender, those first that do not fit."""
    if report.audits is None or report.audits.empty:
        return []
    audits = _by_kind(report.audits)
    found = [
        _finding(
            (str(dataset), str(classifier), str(contender)), of_one, _base(audits, dataset, classifier), report.cells
        )
        for (dataset, classifier, contender), of_one in audits.groupby(WHERE, sort=False)
    ]
    return sorted(found, key=lambda each: not each.misfits)


def _base(audits: pd.DataFrame, dataset: object, classifier: object) -> pd.DataFrame:
    here = (audits["dataset"] == dataset) & (audits["classifier"] == classifier) & (audits["kind"] == "permuted")
    return audits[here & (audits["contender"] == BASELINE)]


def _by_kind(audits: pd.DataFrame) -> pd.DataFrame:
    of_label = {label: read(label) for label in audits["dataset"].unique()}
    return audits.assign(
        dataset=audits["dataset"].map({label: each.dataset for label, each in of_label.items()}),
        kind=audits["dataset"].map({label: each.kind for label, each in of_label.items()}),
    )


def _finding(
    where: tuple[str, str, str], audits: pd.DataFrame, base: pd.DataFrame, table_cells: pd.DataFrame
) -> Finding:
    known = table_cells[(table_cells[WHERE] == list(where)).all(axis=1)].set_index("seed")
    of = {kind: audits[audits["kind"] == kind].set_index("seed") for kind in KINDS}
    own, theirs = (one["roc_auc"].dropna() for one in (of["permuted"], base.set_index("seed")))
    both = own.index.intersection(theirs.index)
    lifts = pd.DataFrame({"table": known[LIFT], "noisy": of["noisy"][LIFT], "positives": known["fn"] + known["tp"]})
    lifts = lifts.dropna() if where[2] != BASELINE else lifts.iloc[:0]  # its own is 0 by definition
    noisy = of["noisy"]["status"][known["status"].isin(SCORED).reindex(of["noisy"].index, fill_value=False)]
    return Finding(
        where,
        audits["seed"].nunique(),
        _compared(known, of["again"]),
        (own.loc[both] if len(both) else own).tolist(),
        theirs.loc[both].tolist(),
        list(zip(lifts["table"], lifts["noisy"], strict=True)),
        float(lifts["positives"].sum()),
        int((~noisy.isin([*SCORED, *CHANCES])).sum()),
    )


def _compared(known: pd.DataFrame, again: pd.DataFrame) -> dict[int, list[str]]:
    """Give the columns in which scored cells that were run again differ, by seed."""
    found = {}
    for seed in known.index.intersection(again.index):
        then, now = known.loc[seed].to_dict(), again.loc[seed].to_dict()
        scored = [one["status"] in SCORED for one in (then, now)]
        if all(scored):
            found[int(seed)] = [name for name in differing(then, now) if name not in ("phase", "reason")]
        elif any(scored) and not {then["status"], now["status"]} & {*CHANCES}:
            found[int(seed)] = ["status"]
    return found


def _differences(found: list[Finding]) -> str:
    rows = [
        [f"`{each.where[2]}`", *each.where[:2], seed, a_few(columns)]
        for each in found
        for seed, columns in each.again.items()
        if columns
    ]
    headers = ["contender", "data set", "learner", "seed", "columns"]
    return f"Other scores when run again:\n\n{table(headers, rows, left=3)}" if rows else ""
