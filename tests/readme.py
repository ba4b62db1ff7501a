"""Copy tables and findings from `results/` into README.md; with --check, only say whether README is up to date.

In README, ``<!-- FILE: HEADING -->`` … ``<!-- end -->`` holds the first table below that heading of that file, and
``<!-- FILE -->`` … ``<!-- end -->`` its finding, the paragraph in bold.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"<!-- (results/[^\s:]+)(?:: (.+?))? -->\n.*?<!-- end -->", re.DOTALL)


def extract(file: str, text: str, heading: str | None) -> str:
    """Give the first table below a heading of a leaderboard, or its finding, each sentence with a link to its table."""
    if heading is not None:
        below = text.split(f"\n## {heading}\n", maxsplit=1)[1]
        return re.search(r"(?:^\|.*\n)+", below, re.MULTILINE).group().rstrip()
    finding = re.search(r"^\*\*(.*)\*\*$", text, re.MULTILINE).group(1)
    lifted, *scores = re.split(r"(?<=\.) (?=[`A-Z])", finding)
    lines = [f"- {lifted} ([table]({file}#difference-to-none))"]
    return "\n".join(lines + [f"- {sentence} ([table]({file}#adult--forest))" for sentence in scores])


def fill(readme: str, root: Path) -> str:
    """Fill every block of README anew."""

    def block(match: re.Match) -> str:
        file, heading = match.groups()
        content = extract(file, (root / file).read_text(encoding="utf-8"), heading)
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
