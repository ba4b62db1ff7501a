"""What a run ran on: versions, hardware, git commit. Written to `environment.json`, read by the report."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from .plan import LIBRARIES, Plan


def describe(plan: Plan, jobs: int) -> dict[str, Any]:
    """Describe this machine and what is installed on it, and what a plan's labels stand for."""
    return {
        "suite": plan.suite.model_dump(),
        "contenders": {name: _contender(entry) for name, entry in plan.contenders.items()},
        "data": {name: table.as_dict() for name, table in plan.data.items()},
        "left_out": plan.left_out,
        "not_applicable": plan.not_applicable,
        "versions": {name: metadata.version(name) for name in ["oversampling-bench", *LIBRARIES]}
        | {"python": platform.python_version()},
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "jobs": jobs,
        "threads_per_job": 1,
        "git": git_state(),
    }


def merge(known: dict[str, Any], now: dict[str, Any], ran: bool) -> dict[str, Any]:
    """Bring together what a folder's earlier runs ran on and what this one does.

    A folder may hold contenders and data sets of earlier runs beside those of this one. Where nothing is left to run,
    nothing here made what it holds.
    """
    if not known:
        return now | {"last_run": None}
    merged = now if ran else known | {"suite": now["suite"]}
    return merged | {
        "contenders": known["contenders"] | now["contenders"],
        "data": known["data"] | now["data"],
        "last_run": known["last_run"],
    }


def machine_name(jobs: int) -> str:
    """Name what timings belong to: the hardware, and how many cells share it."""
    return f"{cpu_name()}, {os.cpu_count()} cores, {jobs} at a time"


def cpu_name() -> str:
    """Give the processor's name as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def git_state() -> dict[str, Any] | None:
    """Commit of the working folder and whether anything but `results/` differs from it; None outside a repository."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, timeout=10)
        return done.stdout.strip()

    try:
        commit = git("rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(git("status", "--porcelain", "--", ":/", ":(top,exclude)results"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _contender(entry: Any) -> dict[str, Any]:
    constants = entry.constants()
    return {"role": constants["ROLE"], "space": constants["SPACE"], "source": entry.origin(), "about": entry.summary()}
