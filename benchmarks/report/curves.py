"""What pictures show and records do not hold: mean ROC curves, reliability, what cells left. Written to `curves.json`.

It is taken from the store's probabilities, and small enough to be committed: a fresh clone draws the same pictures.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from ..design.cell import CellId
from ..errors import UsageError
from ..measure.calibration import Bin
from ..measure.outcome import Details
from ..measure.roc import Roc
from .markdown import harmless
from .reliability import Reliability

FALSE_ALARMS = np.concatenate([np.linspace(0, 0.3, 151), np.linspace(0.31, 1, 70)])
"""Where ROC curves are read: closely where contenders stand."""

DIGITS = 6
"""Significant digits that are kept: more than a picture shows."""


class Model(BaseModel):
    """What all parts have in common: unknown keys are refused, nothing is changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RocCurve(Model):
    """The baseline's misses at `FALSE_ALARMS`, mean over seeds, of one data set and learner."""

    dataset: str
    classifier: str
    misses: list[FiniteFloat] = Field(min_length=len(FALSE_ALARMS), max_length=len(FALSE_ALARMS))


class ReliabilityCurve(Model):
    """Rows, mean probability and share of positives of each bin that holds rows enough, all seeds together."""

    dataset: str
    classifier: str
    contender: str
    bins: list[Bin]


class Left(Model):
    """What a cell left: rows of each class before and after, and what its contender kept of its training."""

    dataset: str
    classifier: str
    contender: str
    seed: int
    class_balance: dict[str, list[int]]
    history: dict[str, list[float]]

    @property
    def where(self) -> CellId:
        """The cell."""
        return CellId(self.dataset, self.classifier, self.contender, self.seed)


class Curves(Model):
    """All of them."""

    FORMAT: ClassVar[int] = 1

    format: int = FORMAT
    roc: list[RocCurve] = Field(default_factory=list)
    reliability: list[ReliabilityCurve] = Field(default_factory=list)
    left: list[Left] = Field(default_factory=list)

    @classmethod
    def of(cls, baseline: dict[CellId, Roc], reliability: Reliability, details: dict[CellId, Details]) -> Self:
        """Gather them.

        Parameters
        ----------
        baseline : dict
            The baseline's ROC curves, by cell.
        details : dict
            What cells left, by cell.
        """
        by_group: dict[tuple[str, str], list[Roc]] = {}
        for where, curve in baseline.items():
            by_group.setdefault((where.dataset, where.classifier), []).append(curve)
        return cls(
            roc=[
                RocCurve(dataset=dataset, classifier=classifier, misses=mean_misses(curves))
                for (dataset, classifier), curves in sorted(by_group.items())
            ],
            reliability=[
                ReliabilityCurve(dataset=who[0], classifier=who[1], contender=who[2], bins=_short_bins(bins))
                for who in sorted(reliability.sums)
                if (bins := reliability.curve(who))
            ],
            left=[
                Left(
                    **where._asdict(),
                    class_balance=found["class_balance"],
                    history={name: _short(values) for name, values in found.get("history", {}).items()},
                )
                for where, found in sorted(details.items())
                if found.get("class_balance")
            ],
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read them; none where there is no such file, which is younger than some results.

        Raises
        ------
        UsageError
            If it is damaged, or of another format.
        """
        if not path.is_file():
            return cls()
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found = cls.model_validate(content)
        except (OSError, ValueError, ValidationError) as error:
            raise UsageError(f"{path} is damaged ({str(error).splitlines()[0]})") from error
        if found.format != cls.FORMAT:
            raise UsageError(f"{path} is of format {found.format}, this is {cls.FORMAT}")
        return found

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Bring together those of parts, of which no two have the same data set and learner."""
        found = list(parts)
        return cls(
            roc=sorted((each for part in found for each in part.roc), key=lambda each: (each.dataset, each.classifier)),
            reliability=sorted(
                (each for part in found for each in part.reliability),
                key=lambda each: (each.dataset, each.classifier, each.contender),
            ),
            left=sorted((each for part in found for each in part.left), key=lambda each: each.where),
        )

    def text(self) -> str:
        """Write them down, a line each."""
        lines = [f'"format": {self.format}']
        for name in ("roc", "reliability", "left"):
            each = ",\n".join(json.dumps(one.model_dump(mode="json")) for one in getattr(self, name))
            lines.append(f'"{name}": [\n{each}\n]')
        return "{" + ",\n".join(lines) + "}\n"

    def misses(self, dataset: str, classifier: str) -> np.ndarray | None:
        """Give the baseline's misses at `FALSE_ALARMS`, if they are known."""
        here = (dataset, classifier)
        found = (each.misses for each in self.roc if (harmless(each.dataset), harmless(each.classifier)) == here)
        return next((np.asarray(misses) for misses in found), None)

    def reliable(self, dataset: str, classifier: str) -> dict[str, list[Bin]]:
        """Give the bins of each contender."""
        here = (dataset, classifier)
        return {
            harmless(each.contender): each.bins
            for each in self.reliability
            if (harmless(each.dataset), harmless(each.classifier)) == here
        }


def mean_misses(curves: Iterable[Roc]) -> list[float]:
    """Read curves at `FALSE_ALARMS`, and give their mean.

    >>> mean_misses([Roc(np.array([0.0, 1.0]), np.array([1.0, 0.0]))])[50]
    0.9
    """
    return _short(np.mean([[curve.misses_at(at) for at in FALSE_ALARMS] for curve in curves], axis=0))


def _short(values: Iterable[float]) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]


def _short_bins(bins: list[Bin]) -> list[Bin]:
    return [Bin(each.n, *_short(each[1:])) for each in bins]
