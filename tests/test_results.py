"""What is committed is true: every leaderboard in `results/` renders from the cells beside it, README from those."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from oversampling_bench.benchmarks import suite as suites
from oversampling_bench.benchmarks.store import read_csv

REPOSITORY = Path(__file__).parent.parent
COMMITTED = ["article", "default"]


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_leaderboard_renders_from_its_cells(cli, tmp_path, name):
    source = REPOSITORY / "results" / name
    folder = shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("cells.sqlite*"))
    assert cli("report", folder).code == 0
    assert (folder / "leaderboard.md").read_text() == (source / "leaderboard.md").read_text()


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_cells_are_the_whole_suite(name):
    cells, suite = read_csv(REPOSITORY / "results" / name / "cells.csv"), suites.read(name)
    environment = json.loads((REPOSITORY / "results" / name / "environment.json").read_text())
    expected = len(suite.datasets) * len(suite.contenders) * len(suite.classifiers) * len(suite.seeds)
    assert len(cells) == environment["planned"] == expected
    assert set(cells["seed"]) == set(suite.seeds)
    assert environment["suite"] == suite.model_dump()
    assert not environment["git"]["dirty"]


def test_readme_shows_what_results_hold():
    check = [sys.executable, REPOSITORY / "tests" / "readme.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_ci_runs_readmes_commands():
    readme, ci = ((REPOSITORY / name).read_text() for name in ("README.md", ".ci/run"))
    assert "python -m pip install tox && python -m tox -e bench" in readme
    for command in ("python -m pip install tox", "python -m tox\n", "python -m tox -e bench -- quick"):
        assert command in ci
        assert command in readme
