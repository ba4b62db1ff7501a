"""What the data sets are: size, imbalance, source, copies, how many positives a split tests on."""

from ...errors import plain
from ..groups import BASELINE, Group
from ..lift import Operating
from ..markdown import NOTHING, number, table
from ..page import Report
from ..sources import source_of

PLACE, ORDER = "bottom", 5


def render(report: Report, groups: list[Group]) -> str:
    """Render the table."""
    rows = []
    for dataset in report.datasets:
        known = report.provenance.data.get(dataset)
        if known is None:
            continue
        own = {group.classifier: group for group in groups if group.dataset == dataset and group.has_baseline}
        tested = [f"{Operating.of(group.scored[BASELINE]).test_positives:.0f}" for group in own.values()]
        copies = NOTHING if known.duplicates is None else f"{known.duplicates * 100:.1f}"
        rows.append(
            [
                dataset,
                source_of(report, dataset),
                f"{known.rows:,}",
                f"{known.columns} ({known.categorical})",
                f"{known.positives * 100:.2f}",
                copies,
                known.missing,
                tested[0] if tested else NOTHING,
                max(group.n_seeds for group in groups if group.dataset == dataset),
                *(_auc(own.get(name)) for name in report.classifiers),
            ]
        )
    if not rows:
        return ""
    learners = [f"AUC of `{BASELINE}`, {name}" for name in report.classifiers]
    headers = ["data set", "source", "rows", "columns (categorical)", "positives %", "copies %", "columns with gaps"]
    headers += ["test positives a split", "seeds", *learners]
    text = (
        "*copies*: rows that equal an earlier one in every column; under `strict` they stay on one side of a split. "
        "Data sets of one source have one vote together."
    )
    remarks = [
        f"- {dataset}: {plain(note)}"
        for dataset in report.datasets
        if (known := report.provenance.data.get(dataset))
        for note in known.notes
    ]
    return "\n\n".join(["## Data", text, table(headers, rows, left=2), *(["\n".join(remarks)] if remarks else [])])


def _auc(group: Group | None) -> str:
    return number(group.mean(BASELINE, "roc_auc"), "roc_auc") if group else NOTHING
