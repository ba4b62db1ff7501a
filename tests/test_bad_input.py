"""Every wrong word on the command line: exit 2, one clear line, nothing written."""

import json
import os
import shutil
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "defualt"], "unknown suite 'defualt'; did you mean 'default'?"),
        (["run", "gone.toml"], "suite file gone.toml does not exist"),
        (["run", "quick", "--contender", "smoet"], "unknown contender 'smoet'; did you mean 'smote'?"),
        (
            ["run", "quick", "--contender", "smote[k=3]"],
            "unknown parameter of contender 'smote': 'k'; valid: k_neighbors",
        ),
        (["run", "quick", "--dataset", "adlt"], "unknown dataset 'adlt'; did you mean 'adult'?"),
        (["run", "quick", "--classifier", "forset"], "unknown classifier 'forset'; did you mean 'forest'?"),
        (["run", "quick", "--seeds", "0"], "--seeds 0: give 1 or more"),
        (["run", "quick", "--seeds", "-3"], "--seeds -3: give 1 or more"),
        (["run", "quick", "--jobs", "0"], "--jobs 0: give 1 or more, or -1 for all cores"),
        (["report", "gone"], "gone holds no results"),
    ],
)
def test_a_mistyped_word_is_said_in_one_line(cli, tmp_path, monkeypatch, arguments, complaint):
    monkeypatch.chdir(tmp_path)
    done = cli(*arguments)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.startswith("oversampling-bench: ")
    assert done.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_region_of_equivalence_for_no_measure_is_said_before_anything_runs(cli, tmp_path, dry):
    path = tmp_path / "mine.toml"
    path.write_text('datasets = ["adult"]\ncontenders = ["none"]\nseeds = [0]\nequivalence = {rocauc = 0.01}\n')
    done = cli("run", path, "--out", tmp_path / "out", *dry)
    assert done.code == 2
    assert "suite mine: equivalence: unknown measure 'rocauc'; did you mean 'roc_auc'?" in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "quick", "--seeds", "two"], "Invalid value for '--seeds': give a whole number\n"),
        (["run", "quick", "--contenders", "smote"], "--contender"),
        (["list", "contender"], "'contenders'"),
        (["rnu"], "No such command"),
    ],
)
def test_what_the_parser_refuses_names_the_option_too(cli, arguments, complaint):
    done = cli(*arguments)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.startswith("oversampling-bench: ")
    assert done.err.count("\n") == 1


def test_without_arguments_the_help_comes(cli):
    assert "Run a suite and write its leaderboard" in cli().err
    assert "--dry-run" in cli("run", "--help").out


def test_an_out_that_cannot_be_written_is_found_before_anything_runs(cli, tmp_path):
    (tmp_path / "file").write_text("mine")
    done = cli("run", "quick", "--out", tmp_path / "file" / "out")
    assert done.code == 2
    assert "cannot be written" in done.err
    assert done.err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_of_another_suite_is_left_alone(run_small, cli, plugin):
    folder = run_small("none").folder
    before = (folder / "leaderboard.md").read_bytes()
    done = cli("run", "default", "--out", folder)
    assert done.code == 2
    assert "holds the results of blobs, and not of adult; choose another folder" in done.err
    other = cli("run", "default", "--dataset", plugin("blobs"), "--out", folder)
    assert other.code == 2
    assert "holds suite 'quick'; choose another folder" in other.err
    assert (folder / "leaderboard.md").read_bytes() == before


def test_a_damaged_results_folder_is_named(cli, tmp_path):
    shutil.copy(GOLDEN / "cells.csv", tmp_path)
    (tmp_path / "environment.json").write_text("{")
    damaged = cli("report", tmp_path)
    assert damaged.code == 2
    assert "is damaged" in damaged.err
    (tmp_path / "environment.json").write_text(json.dumps({"suite": {}}))
    assert cli("report", tmp_path).code == 2


def test_a_parameter_that_only_the_sampler_refuses_at_work_is_a_failed_cell(run_small):
    done = run_small("none", "smote[k_neighbors=500]")
    assert done.code == 1
    assert "Expected n_neighbors <= n_samples_fit" in (done.folder / "details.md").read_text()


@pytest.mark.parametrize(
    ("returned", "complaint"),
    [
        ("X, pd.Series([0] * 4)", "y must hold 0 and 1, and both, got [0]"),
        ("X, pd.Series([1, 2, 1, 2])", "y must hold 0 and 1, and both, got [1, 2]"),
        ("X, pd.Series([0, 1, None, 1])", "y must hold 0 and 1"),
        ("X, pd.Series(['a', 'b', 'a', 'b'])", "y must hold 0 and 1"),
        ("X, [0, 1, 0, 1]", "must give a DataFrame and a Series, got DataFrame and list"),
        ("X.to_numpy(), pd.Series([0, 1, 0, 1])", "must give a DataFrame and a Series, got ndarray and Series"),
        ("X, pd.Series([0, 1, 0])", "X has 4 rows and y 3"),
        ("X", "cannot be loaded"),
    ],
)
def test_a_data_set_that_is_none_is_named(cli, tmp_path, returned, complaint):
    text = f"import pandas as pd\nX = pd.DataFrame({{'a': [1.0, 2, 3, 4]}})\ndef load():\n    return {returned}\n"
    (tmp_path / f"odd_{abs(hash(returned))}.py").write_text(text)
    done = cli("run", "quick", "--dataset", next(tmp_path.glob("odd_*.py")), "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_a_store_that_is_damaged_inside_is_named(run_small):
    folder = run_small("none").folder
    store = folder / "cells.sqlite"
    content = bytearray(store.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    store.write_bytes(content)
    again = run_small("none")
    assert again.code == 2
    assert again.err.startswith("oversampling-bench: ")
    assert again.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('SPACE = "tabel"', "unknown SPACE 'tabel'; did you mean 'table'?"),
        ('ROLE: str = "contrl"', "unknown ROLE 'contrl'; did you mean 'control'?"),
    ],
)
def test_a_contender_that_is_misdeclared_is_refused(cli, tmp_path, line, complaint):
    (tmp_path / "odd.py").write_text(f"{line}\ndef make(random_state): ...\n")
    done = cli("run", "quick", "--contender", tmp_path / "odd.py", "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err


@pytest.fixture
def odd_paths(tmp_path):
    """Make links that lead in a circle, a pipe and a folder that are called as if they were files."""
    for name in ("loop.csv", "loop.py", "loop.toml", "loop"):
        (tmp_path / name).symlink_to(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "folder.csv").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["quick", "--dataset", "loop.csv"], "dataset file loop.csv cannot be read"),
        (["quick", "--dataset", "./loop.py"], "dataset file ./loop.py cannot be read"),
        (["quick", "--contender", "loop.py"], "contender file loop.py cannot be read"),
        (["loop.toml"], "suite file loop.toml cannot be read"),
        (["quick", "--out", "loop"], "loop cannot be written"),
        (["quick", "--out", "loop", "--dry-run"], "loop"),
        (["quick", "--dataset", "pipe.csv"], "dataset file pipe.csv is no regular file"),
        (["quick", "--dataset", "zero.csv"], "dataset file zero.csv is no regular file"),
        (["quick", "--dataset", "/dev/zero"], "dataset file /dev/zero is no regular file"),
        (["quick", "--dataset", "folder.csv"], "dataset file folder.csv is no regular file"),
    ],
)
def test_links_in_a_circle_and_what_is_no_file_are_named(cli, odd_paths, monkeypatch, arguments, complaint):
    monkeypatch.chdir(odd_paths)
    done = cli("run", *arguments)
    assert done.code == (0 if "--dry-run" in arguments else 2)
    assert complaint in done.err + done.out
    assert "Traceback" not in done.err
    if done.code:
        assert done.err.count("\n") == 1
