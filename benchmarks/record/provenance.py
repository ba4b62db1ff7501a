"""Where cells come from: suite, code, data, versions, hardware, git commit. Written to `environment.json`."""

import json
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..catalog.contract import Role, Space
from ..catalog.data import Table
from ..design.cell import LIBRARIES
from ..design.suite import Suite
from ..errors import UsageError, uncapitalised

if TYPE_CHECKING:
    from ..design.plan import Plan


class Model(BaseModel):
    """What all parts have in common: unknown keys are refused, nothing is changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContenderInfo(Model):
    """What is behind a contender's label; `code` is the hash that its cells' keys hold."""

    role: Role
    space: Space
    source: str
    about: str
    code: str


class LearnerInfo(Model):
    """What is behind a learner's label."""

    source: str
    about: str
    code: str


class ProtocolInfo(Model):
    """What is behind the protocol's label."""

    source: str
    about: str
    code: str


class Git(Model):
    """Commit of the working folder, and whether anything but `results/` differed from it."""

    commit: str
    dirty: bool


class LastRun(Model):
    """What the latest run did: cells, seconds of wall time, seconds spent in sample, fit and predict, and overhead."""

    cells: int
    busy_s: float
    overhead_s: float = 0.0
    wall_s: float
    jobs: int


class Origin(Model):
    """Who ran a contender elsewhere and submitted its cells, when these were checked here, and what is to be known."""

    who: str
    checked: str
    again: int
    remarks: tuple[str, ...] = ()


class Provenance(Model):
    """What a results folder's cells ran on, and what its labels stand for.

    A folder may hold contenders and data sets of earlier runs beside those of the latest. `planned` counts the cells
    that were ever asked for, `machines` those that are shown by the hardware that they ran on. What is audited, and
    how, follows from `audit_key`, which nobody could know before. `submitted` names contenders whose cells others ran;
    it is put together when a folder is read, and never written: see `submitted`.
    """

    FORMAT: ClassVar[int] = 3
    """To be raised whenever a file of today could be misread by yesterday's code, or the other way round."""

    format: int = FORMAT
    suite: Suite
    contenders: dict[str, ContenderInfo]
    learners: dict[str, LearnerInfo]
    protocol: ProtocolInfo | None = None
    data: dict[str, Table]
    left_out: dict[str, str] = Field(default_factory=dict)
    not_applicable: dict[str, str] = Field(default_factory=dict)
    harness: str
    versions: dict[str, str]
    system: str
    cpu: str
    cores: int | None
    jobs: int
    threads_per_job: int = 1
    git: Git | None
    last_run: LastRun | None = None
    planned: int = 0
    machines: dict[str, int] = Field(default_factory=dict)
    audit_key: str = ""
    submitted: dict[str, Origin] = Field(default_factory=dict, exclude=True)

    @property
    def own_measures(self) -> list[str]:
        """Name the columns of measures of the user's own."""
        return [own.name for own in self.suite.own_measures]

    @classmethod
    def of(cls, plan: "Plan", jobs: int, cpu: str) -> Self:
        """Describe a plan that is about to run here, `jobs` cells at a time, and what is installed."""
        return cls(
            suite=plan.suite,
            contenders={
                name: ContenderInfo(
                    role=each.declared.role,
                    space=each.declared.space,
                    source=each.choice.entry.origin(),
                    about=each.choice.entry.summary(),
                    code=each.code,
                )
                for name, each in plan.contenders.items()
            },
            learners={
                name: LearnerInfo(source=each.choice.entry.origin(), about=each.choice.entry.summary(), code=each.code)
                for name, each in plan.classifiers.items()
            },
            protocol=ProtocolInfo(
                source=plan.protocol.choice.entry.origin(),
                about=plan.protocol.choice.entry.summary(),
                code=plan.protocol.code,
            ),
            data=plan.data,
            left_out=plan.left_out,
            not_applicable=plan.not_applicable,
            harness=plan.harness,
            versions={name: metadata.version(name) for name in ("oversampling-bench", *LIBRARIES)}
            | {"python": platform.python_version()},
            system=f"{platform.system()} {platform.machine()}",
            cpu=cpu,
            cores=os.cpu_count(),
            jobs=jobs,
            git=git_state(),
            audit_key=plan.audit_key,
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `environment.json`.

        Raises
        ------
        UsageError
            If it is damaged, or of another format.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} is damaged ({error})") from error
        return cls.parse(content, str(path))

    @classmethod
    def parse(cls, content: Any, whose: str) -> Self:
        """Check what was read; `whose` is named where it is not right.

        Raises
        ------
        UsageError
            If it is damaged, or of another format.
        """
        found = content.get("format", 1) if isinstance(content, dict) else None
        if found is not None and found != cls.FORMAT:
            raise UsageError(
                f"{whose} is of format {found}, this is {cls.FORMAT}; make the results again, or read them with the "
                "version of oversampling-bench that wrote them"
            )
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            raise UsageError(f"{whose} is damaged ({where}: {uncapitalised(first['msg'])})") from error

    def text(self) -> str:
        """Write it down."""
        return json.dumps(self.model_dump(mode="json"), indent=2) + "\n"

    def followed_by(self, now: Self, ran: bool) -> Self:
        """Bring together what a folder's earlier runs ran on and what this one does.

        Where nothing is left to run, nothing here made what it holds.
        """
        merged = now if ran else self.model_copy(update={"suite": now.suite})
        return merged.model_copy(update=self._both(now) | {"last_run": self.last_run})

    def joined_with(self, other: Self) -> Self:
        """Bring together two shards of one suite."""
        lists = ("datasets", "contenders", "classifiers", "seeds")
        measures = {own.name: own.published for own in (*self.suite.own_measures, *other.suite.own_measures)}
        both = {key: list(dict.fromkeys([*getattr(self.suite, key), *getattr(other.suite, key)])) for key in lists}
        suite = self.suite.model_copy(update=both | {"measures": list(measures.values())})
        return self.model_copy(update=self._both(other) | {"suite": suite})

    def _both(self, now: Self) -> dict[str, Any]:
        return {
            "contenders": self.contenders | now.contenders,
            "learners": self.learners | now.learners,
            "data": self.data | now.data,
            "audit_key": now.audit_key or self.audit_key,
        }


def git_state() -> Git | None:
    """Give commit and state of the working folder; None outside a repository."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, timeout=10)
        return done.stdout.strip()

    try:
        dirty = bool(git("status", "--porcelain", "--", ":/", ":(top,exclude)results"))
        return Git(commit=git("rev-parse", "HEAD"), dirty=dirty)
    except (OSError, subprocess.SubprocessError):
        return None
