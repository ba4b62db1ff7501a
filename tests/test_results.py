"""What is committed is true: every leaderboard in `results/` renders from the cells beside it, README from those."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.record.folder import read_csv

REPOSITORY = Path(__file__).parent.parent
COMMITTED = ["article", "default", "full", "many", "scarce"]


@pytest.fixture(scope="module")
def commit(tmp_path_factory):
    """Give the last commit's files: a run of one's own into `results/` is not what these tests are about."""
    archive = subprocess.run(["git", "-C", REPOSITORY, "archive", "HEAD"], capture_output=True, check=False)
    if archive.returncode:
        pytest.skip("not a git repository")
    folder = tmp_path_factory.mktemp("commit")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_leaderboard_renders_from_its_cells(cli, commit, tmp_path, name):
    source = commit / "results" / name
    folder = shutil.copytree(source, tmp_path / name)
    assert cli("report", folder).code == 0
    assert (folder / "leaderboard.md").read_text() == (source / "leaderboard.md").read_text()


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_cells_are_the_whole_suite(commit, name):
    cells, suite = read_csv(commit / "results" / name / "cells.csv"), suites.read(name)
    environment = json.loads((commit / "results" / name / "environment.json").read_text())
    pairs = len(environment["data"]) * len(environment["contenders"]) - len(environment["not_applicable"])
    expected = pairs * len(suite.classifiers) * len(suite.seeds)
    assert len(cells) == environment["planned"] == expected
    assert not environment["left_out"]
    assert set(cells["seed"]) == set(suite.seeds)
    assert environment["suite"] == suite.model_dump()
    assert not environment["git"]["dirty"]


def test_readme_shows_what_results_hold(commit):
    check = [sys.executable, REPOSITORY / "tests" / "readme.py", "--check", commit]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_runs_readmes_commands():
    readme, ci = ((REPOSITORY / name).read_text() for name in ("README.md", ".ci/run"))
    assert "python -m pip install tox && python -m tox -e bench" in readme
    for command in ("python -m pip install tox", "python -m tox\n", "python -m tox -e bench -- quick"):
        assert command in ci
        assert command in readme
