"""Make all committed results again, what is behind the code and no more: `tox -e publish`.

A run that was killed goes on from where it was, and so does this. `readme.py` then copies what READMEs quote.
"""

import subprocess
import sys
from pathlib import Path

from readme import COMMITTED

OPTIONS = {"default": ["--audit", "10"]}
"""What a suite's run takes beside its name: the audit of one in ten splits."""


def main(names: list[str]) -> None:
    """Run suites one after the other; stop at the first that cannot be run at all, or is interrupted."""
    if unknown := set(names) - set(COMMITTED):
        sys.exit(f"not among the committed results: {', '.join(sorted(unknown))}; they are {', '.join(COMMITTED)}")
    program = [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()"]
    root = Path(__file__).parent.parent
    for name in names or COMMITTED:
        done = subprocess.run([*program, "run", name, *OPTIONS.get(name, [])], cwd=root, check=False)
        if done.returncode > 1:  # 1: some cells are not ok, or the audit found something, and the leaderboard says so
            sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
