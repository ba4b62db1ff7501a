"""What is to be remembered of a run before it begins: this machine, what is installed, what the labels stand for."""

import os
import platform
import subprocess
from importlib import metadata

from ..catalog import wrapping
from ..catalog.entry import Choice
from ..design.cell import LIBRARIES, harness_hash
from ..design.plan import Plan
from ..parallel.machine import cpu_name
from .provenance import ContenderInfo, Git, LearnerInfo, Provenance


def describe(plan: Plan, jobs: int) -> Provenance:
    """Describe a plan that is about to run here, `jobs` cells at a time."""
    return Provenance(
        suite=plan.suite,
        contenders={name: _contender(choice) for name, choice in plan.contenders.items()},
        learners={name: _learner(choice) for name, choice in plan.classifiers.items()},
        data=plan.data,
        left_out=plan.left_out,
        not_applicable=plan.not_applicable,
        harness=harness_hash(),
        versions={name: metadata.version(name) for name in ("oversampling-bench", *LIBRARIES)}
        | {"python": platform.python_version()},
        system=f"{platform.system()} {platform.machine()}",
        cpu=cpu_name(),
        cores=os.cpu_count(),
        jobs=jobs,
        git=git_state(),
    )


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


def _contender(choice: Choice) -> ContenderInfo:
    declared, entry = wrapping.declared(choice), choice.entry
    return ContenderInfo(
        role=declared.role,
        space=declared.space,
        source=entry.origin(),
        about=entry.summary(),
        code=wrapping.fingerprint(choice),
    )


def _learner(choice: Choice) -> LearnerInfo:
    entry = choice.entry
    return LearnerInfo(source=entry.origin(), about=entry.summary(), code=entry.fingerprint())
