"""Copy what is quoted from `results/` to where that is; with --check, only say whether it is up to date.

In a README, ``<!-- FILE: HEADING -->`` … ``<!-- end -->`` holds the first table below that heading of that file (of one
below another: ``HEADING > HEADING``), ``<!-- FILE -->`` … ``<!-- end -->`` its finding, the paragraph in bold,
``<!-- index -->`` … ``<!-- end -->`` a row a suite, and ``<!-- status -->`` … ``<!-- end -->`` says which results are
behind the code.
"""

import re
import sys
from pathlib import Path

COMMITTED = [
    "article",
    "claims",
    "cost",
    "default",
    "full",
    "many",
    "reference",
    "reference_adult",
    "reference_forests",
    "scarce",
    "why",
]
READMES = ["README.md", "results/README.md"]
TIMINGS = "benchmarks/parallel/published.csv"
BLOCK = re.compile(r"<!-- (results/[^\s:]+|status|index)(?:: (.+?))? -->\n.*?<!-- end -->", re.DOTALL)


def extract(file: str, text: str, heading: str | None) -> str:
    """Give the first table below a heading of a leaderboard, or its finding, a line a sentence."""
    if heading is not None:
        for one in heading.split(" > "):
            text = re.split(rf"^##+ {re.escape(one)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
        return re.search(r"(?:^\|.*\n)+", text, re.MULTILINE).group().rstrip()
    finding = re.search(r"^\*\*(.*)\*\*$", text, re.MULTILINE).group(1)
    lifted, *scores = re.split(r"(?<=\.) (?=[`A-Z])", finding)
    return "\n".join(f"- {sentence}" for sentence in (lifted, *scores))


def behind(root: Path) -> str:
    """Say which committed results are behind the code that is installed, and by what."""
    from oversampling_bench.benchmarks.publish.status import status

    return in_words(root, status(root / "results" / name for name in COMMITTED))


def in_words(root: Path, found: dict[str, list[str]]) -> str:
    """Say what `status` found, of folders below `root`."""
    from oversampling_bench.benchmarks.publish.status import lines

    return "\n".join(lines({Path(folder).relative_to(root).as_posix(): said for folder, said in found.items()}))


def fill(readme: str, root: Path, said: str | None = None) -> str:
    """Fill every block of a README anew; `said` is what is behind, where that is known already."""
    from oversampling_bench.benchmarks.publish.index import index

    def block(match: re.Match) -> str:
        file, heading = match.groups()
        if file == "status":
            content = behind(root) if said is None else said
        elif file == "index":
            content = index(root / "results")
        else:
            content = extract(file, (root / file).read_text(encoding="utf-8"), heading)
        return f"<!-- {file}{f': {heading}' if heading else ''} -->\n{content}\n<!-- end -->"

    return BLOCK.sub(block, readme)


def stale(root: Path, said: str | None = None) -> list[str]:
    """Name the READMEs that are behind, or have nothing to fill."""
    texts = {name: (root / name).read_text(encoding="utf-8") for name in READMES}
    found = [name for name, text in texts.items() if fill(text, root, said) != text or not BLOCK.search(text)]
    return found + [TIMINGS] * ((root / TIMINGS).read_text(encoding="utf-8") != timings(root))


def timings(root: Path) -> str:
    """Give the timings that a first estimate goes by: see `benchmarks/parallel/published.py`."""
    import pandas as pd

    cells = pd.read_csv(root / "results" / "full" / "cells.csv")
    cells = cells[cells["status"] == "ok"]
    columns = [name for name in ("encode_s", "tune_s", "sample_s", "fit_s", "predict_s") if name in cells]
    seconds = cells[columns].sum(axis=1).rename("seconds")
    found = seconds.groupby([cells["contender"], cells["classifier"]]).median().round(2)
    return found.to_csv(lineterminator="\n")


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if argument != "--check"]
    root = Path(folders[0]) if folders else Path(__file__).parent.parent
    if "--check" in sys.argv:
        if names := stale(root):
            sys.exit(f"{', '.join(names)}: behind results/, or behind the code; run python tests/readme.py")
    else:
        for name in READMES:
            text = (root / name).read_text(encoding="utf-8")
            (root / name).write_text(fill(text, root), encoding="utf-8")
        (root / TIMINGS).write_text(timings(root), encoding="utf-8")
