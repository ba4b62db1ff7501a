"""What others have submitted to a results folder: it lies beside the folder's own cells, and is read along with them.

`submitted/ORIGIN/` holds the `cells.csv` and `environment.json` that somebody sent, as they were, and `checked.json`,
which says what was checked of them, and when. What does not fit any more is withheld, and said.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import pandas as pd
from pydantic import Field, ValidationError

from ..errors import UsageError, plain
from .folder import CELLS, ENVIRONMENT, Results, read_results, replace_file, typed
from .provenance import ContenderInfo, Model, Origin, Provenance

SUBMITTED, CHECKED = "submitted", "checked.json"
SENT = (CELLS, ENVIRONMENT)
"""The files of a submission that are kept."""


class Checked(Model):
    """What was checked of a submission.

    Attributes
    ----------
    origin, checked : str
        Who sent it, and when it was checked.
    content : str
        The hash of what was sent.
    key : str
        What the choice of cells that were run again followed from, beside the content.
    again : list of str
        Those cells.
    machine : str
        Where they ran.
    contenders : dict
        The contenders that are new, as the code that was run here declares them.
    remarks : list of str
        What whoever reads the numbers should know.
    """

    origin: str
    checked: str
    content: str
    key: str
    again: list[str]
    machine: str
    contenders: dict[str, ContenderInfo]
    remarks: list[str] = Field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it.

        Raises
        ------
        UsageError
            If it is damaged.
        """
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError, ValueError) as error:
            raise UsageError(f"{path} is damaged ({plain(str(error))}); submit again") from error


@dataclass(frozen=True)
class Submission:
    """What somebody sent, what was checked of it, and whether it is still as it was then."""

    checked: Checked
    sent: Results
    unchanged: bool


def content_of(folder: Path) -> str:
    """Hash what is sent of a results folder; ends of lines do not count, for Git may change them.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        parts = [(folder / name).read_text(encoding="utf-8") for name in SENT]
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be read ({error})") from error
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def keep(results: Path, sent: Path, checked: Checked) -> Path:
    """Keep a submission beside a folder's own cells, in place of an earlier one of the same origin; say where.

    What was checked is written last: a crash on the way leaves something that does not fit it, and is withheld.

    Raises
    ------
    UsageError
        If it is not what was checked any more, or cannot be written.
    """
    folder = results / SUBMITTED / checked.origin
    try:
        texts = {name: (sent / name).read_text(encoding="utf-8") for name in SENT}
        if content_of(sent) != checked.content:
            raise UsageError(f"{sent} was changed while it was checked; submit it again")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (texts | {CHECKED: checked.model_dump_json(indent=2) + "\n"}).items():
            replace_file(folder / name, text)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error})") from error
    return folder


def submissions(results: Path) -> list[Submission]:
    """Read what was submitted to a results folder, by origin.

    Raises
    ------
    UsageError
        If one is damaged.
    """
    found = []
    for path in sorted((results / SUBMITTED).glob(f"*/{CHECKED}")):
        checked = Checked.read(path)
        found.append(Submission(checked, read_results(path.parent), content_of(path.parent) == checked.content))
    return found


def with_submitted(own: Results) -> Results:
    """Give what a folder holds and what was submitted to it, as one; without submissions, what it holds.

    A folder's own cells come first: a contender that it has itself is taken from nobody else, nor is what lies on other
    data, or on a split that the folder does not have.
    """
    whole = own
    for each in submissions(own.folder):
        whole = _joined(whole, own, each)
    return whole


def unlike(ours: Provenance, theirs: Provenance) -> str:
    """Say in what two folders were made by other rules, so that their cells cannot be compared; nothing where not."""
    for name in ("protocol", "encoder", "encoder_rows", "n_requested"):
        here, there = getattr(ours.suite, name), getattr(theirs.suite, name)
        if here != there:
            return f"{name} is {there} instead of {here}"
    if ours.protocol and theirs.protocol and ours.protocol.code != theirs.protocol.code:
        return f"the code of protocol {ours.suite.protocol} is another one"
    return ""


def comparable(own: Results, sent: Results) -> pd.Series:
    """Tell which cells that were sent are on data, learners and seeds that a folder has cells of itself."""
    places = ["dataset", "classifier", "seed"]
    here = set(own.cells[places].itertuples(index=False, name=None))
    ours, theirs = own.provenance.data, sent.provenance.data
    same = {name for name in ours.keys() & theirs.keys() if ours[name].hash == theirs[name].hash}
    found = [place in here and place[0] in same for place in sent.cells[places].itertuples(index=False, name=None)]
    return pd.Series(found, index=sent.cells.index, dtype=bool)


def _joined(whole: Results, own: Results, submission: Submission) -> Results:
    checked, sent = submission.checked, submission.sent
    who, ours = plain(checked.origin), whole.provenance
    taken = {name: info for name, info in checked.contenders.items() if name not in ours.contenders}
    withheld = dict.fromkeys(checked.contenders.keys() - taken.keys(), "there is another contender of that name")
    if not submission.unchanged:
        withheld = dict.fromkeys(checked.contenders, "it is not as it was checked; submit it again")
    elif why := unlike(own.provenance, sent.provenance):
        withheld = dict.fromkeys(checked.contenders, why)
    cells = sent.cells[sent.cells["contender"].isin(taken.keys() - withheld.keys()) & comparable(own, sent)]
    there = set(cells["contender"])
    withheld |= dict.fromkeys(taken.keys() - withheld.keys() - there, "none of its cells fits these results any more")
    origin = Origin(who=who, checked=checked.checked, again=len(checked.again), remarks=tuple(checked.remarks))
    machines = Counter(ours.machines)
    ran_on = list(sent.provenance.machines)
    machines[plain(ran_on[0]) if len(ran_on) == 1 else f"machines of {who}"] += len(cells)
    provenance = ours.model_copy(
        update={
            "contenders": ours.contenders | {name: info for name, info in taken.items() if name in there},
            "submitted": ours.submitted | dict.fromkeys(sorted(there), origin),
            "left_out": ours.left_out | {f"{name}, submitted by {who}": why for name, why in withheld.items()},
            "planned": ours.planned + len(cells),
            "machines": {name: count for name, count in machines.items() if count},
        }
    )
    if cells.empty:
        return replace(whole, provenance=provenance)
    cells = cells.assign(suite=ours.suite.name).reindex(columns=whole.cells.columns)
    return replace(whole, provenance=provenance, cells=typed(pd.concat([whole.cells, cells], ignore_index=True)))
