"""The machine that this runs on: its processor, its memory, how many cells it takes at a time."""

import os
import platform
from contextlib import suppress
from pathlib import Path

import psutil


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


def n_jobs(jobs: int) -> int:
    """Resolve -1 to all the cores that this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (available or 1) if jobs == -1 else jobs


def system_oom_kills() -> int:
    """Count the processes that the system has killed for want of memory; 0 where it does not tell."""
    with suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def memory_bytes() -> float:
    """Memory that the processes of this machine, or of this container, may take together."""
    total = float(psutil.virtual_memory().total)
    for folder in _control_groups():
        with suppress(OSError, ValueError):  # "max" where there is no limit
            total = min(total, float((folder / "memory.max").read_text()))
    return total


def _control_groups() -> list[Path]:
    # Of a container, or of a batch system's job: ours and those around it.
    root = Path("/sys/fs/cgroup")
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                own = root / line.removeprefix("0::").strip().lstrip("/")
                return [folder for folder in (own, *own.parents) if root in (folder, *folder.parents)]
    return [root]


def peak_mb(pid: int) -> float:
    """Give the most resident memory of a process since it began, in MB of 10**6 bytes; NaN if nobody tells."""
    # Not `ru_maxrss`: a child inherits its parent's, which would be the forkserver's.
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return float("nan")
