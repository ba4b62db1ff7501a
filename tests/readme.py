"""Copy tables and findings from `results/` into README.md; with --check, only say whether README is up to date.

In README, ``<!-- FILE: HEADING -->`` … ``<!-- end -->`` holds the first table below that heading of that file, and
``<!-- FILE -->`` … ``<!-- end -->`` its finding, the paragraph in bold.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"<!-- (results/[^\s:]+)(?:: (.+?))? -->\n.*?<!-- end -->", re.DOTALL)


def extract(text: str, heading: str | None) -> str:
    """Give the finding of a leaderboard, or the first table below a heading."""
    if heading is None:
        return re.search(r"^\*\*.*$", text, re.MULTILINE).group()
    below = text.split(f"\n## {heading}\n", maxsplit=1)[1]
    return re.search(r"(?:^\|.*\n)+", below, re.MULTILINE).group().rstrip()


def fill(readme: str, root: Path) -> str:
    """Fill every block of README anew."""

    def block(match: re.Match) -> str:
        file, heading = match.groups()
        content = extract((root / file).read_text(encoding="utf-8"), heading)
        return f"<!-- {file}{f': {heading}' if heading else ''} -->\n{content}\n<!-- end -->"

    return BLOCK.sub(block, readme)


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if argument != "--check"]
    root = Path(folders[0]) if folders else Path(__file__).parent.parent
    path = root / "README.md"
    before = path.read_text(encoding="utf-8")
    after = fill(before, root)
    if "--check" not in sys.argv:
        path.write_text(after, encoding="utf-8")
    elif before != after or not BLOCK.search(before):
        sys.exit("README.md is behind results/; run python tests/readme.py")
