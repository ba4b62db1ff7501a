"""Peak memory of this process. Linux tells it exactly and can start it anew; elsewhere it stays unknown."""

from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


def reset_peak() -> None:
    """Start the high-water mark anew at what is in use now (`ru_maxrss` cannot: a child inherits its parent's)."""
    with suppress(OSError):  # some systems do not have it, some containers do not let it be written
        _RESET.write_text("5")


def peak_mb() -> float:
    """Give the high-water mark of resident memory, in MB of 10**6 bytes; NaN where the system does not tell."""
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return float("nan")
