"""Every command of README.md does what it says: those in its blocks, and the file that it shows as a contender."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
OURS = [line for line in COMMANDS if line.startswith("oversampling-bench ")]
QUICKER = {
    "run quick": ["--seeds", "1"],
    "advise": ["--learner", "tree", "--contender", "class_weight", "--minutes", "0.5"],
}
"""What is added to commands that would take long: fewer seeds, a quicker learner."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder as a reader has it: with results, the shown contender, and a table of their own."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(REPOSITORY / "results" / "default", folder / "results" / "default")
    (shown,) = [block for kind, block in BLOCKS if kind == "python" and "def make(" in block]
    (folder / "halfway.py").write_text(shown)
    rng = np.random.default_rng(0)
    y = rng.random(400) < 0.2
    pd.DataFrame(
        {"a": rng.normal(size=400) + y, "b": rng.normal(size=400), "COLUMN": np.where(y, "VALUE", "no")}
    ).to_csv(folder / "mine.csv", index=False)
    return folder


def test_the_commands_are_of_two_kinds():
    assert len(OURS) >= 8
    assert [line for line in COMMANDS if line not in OURS and "python -m" not in line] == []


@pytest.mark.usefixtures("short_race")
@pytest.mark.parametrize("line", OURS)
def test_a_command_of_the_readme_does_what_it_says(cli, folder, monkeypatch, line):
    monkeypatch.chdir(folder)
    words = shlex.split(line)[1:]
    more = next((options for start, options in QUICKER.items() if " ".join(words).startswith(start)), [])
    done = cli(*words, *more)
    assert done.code == 0, done.err
    assert done.out or done.err
