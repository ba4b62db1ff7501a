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
import functools, importlib.metadata, json, sys
import imblearn.over_sampling, pandas, sklearn.datasets  # once for all copies of the package

importlib.metadata.packages_distributions = functools.cache(importlib.metadata.packages_distributions)  # that too
found = {}
for site in sys.argv[1:]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "oversampling_bench"]:
        del sys.modules[name]
    sys.path.insert(0, site)
    from oversampling_bench.benchmarks.design.plan import make_plan
    from oversampling_bench.benchmarks.design.suite import Suite

    contenders = ["none", "smote", "filtered[of=smote]", "imblearn.over_sampling:RandomOverSampler"]
    suite = Suite(name="s", datasets=["sklearn[name=wine]"], contenders=contenders, classifiers=["forest"], seeds=[0])
    assert sys.modules[make_plan.__module__].__file__.startswith(site)
    found[site] = {cell.contender.rpartition(":")[2]: cell.key for cell in make_plan(suite).cells}
print(json.dumps(found))
"""


class House:
    """A copy of the installed package."""

    def __init__(self, folder):
        self.root = folder / "oversampling_bench"
        shutil.copytree(Path(oversampling_bench.__file__).parent, self.root)  # with what is compiled of it
        self.site = folder

    def add(self, path):
        """Put one of CONTRIBUTING's examples where it says: a new file, or the end of one that is there."""
        file = self.root / path
        before = file.read_text() if file.exists() else ""
        file.write_text(before + ("\n\n" if before else "") + EXAMPLES[path])

    def replace(self, path, old, new, times=1):
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == times
        file.write_text(text.replace(old, new))

    def command(self, *arguments):
        program = "from oversampling_bench.benchmarks.command import main; main()"
        return python(self.site, program, *arguments)


def python(site, program, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=site)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_there_is_an_example_for_each_kind_of_change():
    assert [path.rpartition("/")[0] for path in EXAMPLES] == [
        "oversamplers",
        "datasets",
        "benchmarks/learners",
        "benchmarks/protocols",
        "benchmarks/measure",
        "benchmarks/report/sections",
        "benchmarks/parallel/engines",
    ]


def test_one_of_each_is_seen_all_the_way_to_the_leaderboard(house):
    for path in EXAMPLES:
        house.add(path)
    out = house.site / "out"
    options = ["--dataset", "rings", "--contender", "none", "--contender", "jitter", "--classifier", "stump"]
    options += ["--protocol", "every_fifth"]
    done = house.command("run", "quick", *options, "--engine", "serial", "--out", out)
    assert done.returncode == 0, done.stderr
    header = (out / "cells.csv").read_text().splitlines()[0].split(",")
    assert header.index("youden") == header.index("lift_over_threshold") - 1
    text = (out / "details.md").read_text()
    assert "## rings · stump" in text
    table = text.split("### Scores")[1].split("### Difference")[0].splitlines()
    (row,) = [line for line in table if line.startswith("| `jitter`")]
    headings = next(line for line in table if line.startswith("| contender"))
    at = [word.strip() for word in headings.split("|")].index("Youden's J")
    assert float(row.split("|")[at].split("±")[0]) > 0
    assert "- *Youden's J*: Share of positives found less share" in text
    assert "## Training rows" in text
    assert "| rings      | stump     |    304 |" in text
    listed = house.command("list").stdout
    assert "  jitter  " in listed
    assert "  rings " in listed
    assert "  stump " in listed
    assert "  every_fifth " in listed
    checked = house.command("check", "jitter")
    assert checked.returncode == 0, checked.stdout


ALL = {"none", "smote", "filtered[of=smote]", "RandomOverSampler"}
CHANGES = {
    # No cell depends on another section, learner, contender or data set, nor on what is said of a score.
    "a section": ([(SECTION,)], set()),
    "a learner": ([(LEARNER,)], set()),
    "an oversampler": ([("oversamplers/jitter.py",)], set()),
    "a data set": ([("datasets/rings.py",)], set()),
    "a protocol": ([("benchmarks/protocols/every_fifth.py",)], set()),
    "an engine": ([("benchmarks/parallel/engines/serial.py",)], set()),
    "a report's words": ([("benchmarks/report/markdown.py", 'NOTHING = "–"', 'NOTHING = "nothing"')], set()),
    "a measure's words": (
        [
            (MEASURE, '@measure(heading="Brier score", better="lower"', '@measure(heading="Brier", better="higher"'),
            (MEASURE, '"""Mean squared error of the probabilities."""', '"""Another line."""'),
            (MEASURE, '"""All that this module defines, by name,', '"""All of them,'),
        ],
        set(),
    ),
    # All cells depend on the measures, on how they are measured, and on the contract.
    "a measure": ([(MEASURE,)], ALL),
    "a measure's code": (
        [(MEASURE, "(tested, brier_score_loss)", "(tested, lambda y, p: 1 - brier_score_loss(y, p))")],
        ALL,
    ),
    "the protocol": ([("benchmarks/protocols/strict.py", "test_size=0.2", "test_size=0.25")], ALL),
    "what asks protocols": ([("benchmarks/design/splits.py", ".astype(np.intp)", ".astype(np.int32)", 2)], ALL),
    "the contract": ([("benchmarks/catalog/contract.py", "    cleans: bool = False", "    cleans: bool = True")], ALL),
    "what can be learnt inside": ([("benchmarks/catalog/inner.py", "prior: bool = False", "prior: bool = True")], ALL),
    "what makes a contender ready": ([("benchmarks/catalog/wrapping.py", "space=inside.space, ", "")], ALL),
    "the learner": ([("benchmarks/learners/forest.py", "n_estimators=100", "n_estimators=99")], ALL),
    # A contender's cells depend on its code, on what that imports, on what it wraps, and on what makes it one.
    "a contender": ([("oversamplers/smote.py", "k_neighbors=5", "k_neighbors=6")], {"smote", "filtered[of=smote]"}),
    "a helper": ([("oversamplers/_booster.py", "class Booster", "x = 1\n\n\nclass Booster")], {"filtered[of=smote]"}),
    "inner folds": ([("benchmarks/protocols/kfold.py", "shuffle=True,", "shuffle=False,")], {"filtered[of=smote]"}),
    "a declaration of bare classes": (
        [("benchmarks/catalog/bare_class.py", '"cleans": not adds or', '"cleans": adds or')],
        {"RandomOverSampler"},
    ),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Give the keys of a few cells, by contender, under each change, and under none."""
    sites = {}
    for name, (edits, _) in {"nothing": ([], None), **CHANGES}.items():
        house = House(tmp_path_factory.mktemp("house"))
        for edit in edits:
            house.add(*edit) if len(edit) == 1 else house.replace(*edit)
        sites[name] = str(house.site)
    done = python(sites["nothing"], KEYS, *sites.values())
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {name: found[site] for name, site in sites.items()}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_changes_the_keys_of_the_cells_that_depend_on_it_and_no_others(keys, change):
    before, after = keys["nothing"], keys[change]
    assert set(before) == set(after) == ALL
    assert {name for name in after if after[name] != before[name]} == CHANGES[change][1]
