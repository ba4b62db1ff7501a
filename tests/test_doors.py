"""One door a kind of change: CONTRIBUTING's examples, each put where it says, seen all the way to the leaderboard.

They are put into a copy of the installed package, which a process of its own then imports.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import oversampling_bench
import pytest

REPOSITORY = Path(__file__).parent.parent
EXAMPLES = dict(
    re.findall(
        r"^```python\n# (\S+)\n(.*?)^```$", (REPOSITORY / "CONTRIBUTING.md").read_text(), re.MULTILINE | re.DOTALL
    )
)
MEASURE, SECTION, LEARNER = (
    "benchmarks/measure/scores.py",
    "benchmarks/report/sections/sizes.py",
    "benchmarks/learners/stump.py",
)
KEYS = """
import json
from oversampling_bench.benchmarks.design.plan import make_plan
from oversampling_bench.benchmarks.design.suite import Suite

contenders = ["none", "smote", "filtered[of=smote]", "imblearn.over_sampling:RandomOverSampler"]
suite = Suite(name="s", datasets=["sklearn[name=wine]"], contenders=contenders, classifiers=["forest"], seeds=[0])
print(json.dumps({cell.contender: cell.key for cell in make_plan(suite).cells}))
"""


class House:
    """A copy of the installed package."""

    def __init__(self, folder):
        self.root = folder / "oversampling_bench"
        shutil.copytree(
            Path(oversampling_bench.__file__).parent, self.root, ignore=shutil.ignore_patterns("__pycache__")
        )
        self.site = folder

    def add(self, path):
        """Put one of CONTRIBUTING's examples where it says: a new file, or the end of one that is there."""
        file = self.root / path
        before = file.read_text() if file.exists() else ""
        file.write_text(before + ("\n\n" if before else "") + EXAMPLES[path])

    def replace(self, path, old, new):
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))

    def python(self, program, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(self.site)}
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=self.site)

    def keys(self):
        done = self.python(KEYS)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def command(self, *arguments):
        return self.python("from oversampling_bench.benchmarks.command import main; main()", *arguments)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture(scope="module")
def keys_before(tmp_path_factory):
    return House(tmp_path_factory.mktemp("before")).keys()


def test_there_is_an_example_for_each_kind_of_change():
    assert [path.rpartition("/")[0] for path in EXAMPLES] == [
        "oversamplers",
        "datasets",
        "benchmarks/learners",
        "benchmarks/measure",
        "benchmarks/report/sections",
        "benchmarks/parallel/engines",
    ]


def test_one_of_each_is_seen_all_the_way_to_the_leaderboard(house):
    for path in EXAMPLES:
        house.add(path)
    out = house.site / "out"
    options = ["--dataset", "rings", "--contender", "none", "--contender", "jitter", "--classifier", "stump"]
    done = house.command("run", "quick", *options, "--engine", "serial", "--out", out)
    assert done.returncode == 0, done.stderr
    header = (out / "cells.csv").read_text().splitlines()[0].split(",")
    assert header.index("youden") == header.index("lift_over_threshold") - 1
    text = (out / "leaderboard.md").read_text()
    assert "## rings · stump" in text
    (row,) = [
        line for line in text.split("### Difference")[0].splitlines() if line.startswith("|") and "`jitter`" in line
    ]
    headings = next(line for line in text.splitlines() if line.startswith("| #"))
    at = [word.strip() for word in headings.split("|")].index("Youden's J")
    assert float(row.split("|")[at].split("±")[0]) > 0
    assert "- *Youden's J*: Share of positives found less share" in text
    assert "## Training rows" in text
    assert "| rings      | stump     |    304 |" in text
    listed = house.command("list").stdout
    assert "  jitter  " in listed
    assert "  rings " in listed
    assert "  stump " in listed
    checked = house.command("check", "jitter")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", [SECTION, LEARNER, "oversamplers/jitter.py", "datasets/rings.py"])
def test_what_no_cell_depends_on_changes_no_key(house, keys_before, path):
    house.add(path)
    assert house.keys() == keys_before


def test_a_reports_words_change_no_key_a_measures_words_neither(house, keys_before):
    house.replace("benchmarks/report/markdown.py", 'NOTHING = "–"', 'NOTHING = "nothing"')
    house.replace(
        MEASURE, '@measure(heading="Brier score", better="lower"', '@measure(heading="Brier", better="higher"'
    )
    house.replace(MEASURE, '"""Mean squared error of the probabilities."""', '"""Another line."""')
    assert house.keys() == keys_before


def test_another_measure_and_another_way_to_measure_change_every_key(house, keys_before):
    house.add(MEASURE)
    added = house.keys()
    assert not set(added.values()) & set(keys_before.values())
    house.replace("benchmarks/measure/protocol.py", "TEST_SIZE = 0.2", "TEST_SIZE = 0.25")
    assert not set(house.keys().values()) & {*added.values(), *keys_before.values()}


def test_a_default_of_the_contract_changes_every_key(house, keys_before):
    house.replace("benchmarks/catalog/contract.py", "    cleans: bool = False", "    cleans: bool = True")
    assert not set(house.keys().values()) & set(keys_before.values())


@pytest.mark.parametrize(
    ("path", "old", "new", "changed"),
    [
        ("oversamplers/smote.py", "k_neighbors=5", "k_neighbors=6", {"smote", "filtered[of=smote]"}),
        ("oversamplers/_booster.py", "class Booster", "x = 1\n\n\nclass Booster", {"filtered[of=smote]"}),
        ("benchmarks/catalog/wrapping.py", "space=inside.space, ", "", {"filtered[of=smote]"}),
        (
            "benchmarks/catalog/bare_class.py",
            '"cleans": not adds or',
            '"cleans": adds or',
            {"imblearn.over_sampling:RandomOverSampler"},
        ),
        (
            "benchmarks/learners/forest.py",
            "n_estimators=100",
            "n_estimators=99",
            {"none", "smote", "filtered[of=smote]", "imblearn.over_sampling:RandomOverSampler"},
        ),
    ],
)
def test_what_one_contender_or_learner_depends_on_changes_its_keys_alone(house, keys_before, path, old, new, changed):
    house.replace(path, old, new)
    after = house.keys()
    assert {name for name in after if after[name] != keys_before[name]} == changed
