"""Whole runs on a small table: determinism, resume, cells that fail, interruption."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.cell import LIBRARIES
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.record.store import Store

RIVALS = ("none", "random", "smote", "basic_vae[epochs=3]")


def test_one_job_two_jobs_and_another_time_give_the_same_cells(run_small, scores):
    runs = [run_small(*RIVALS, out=f"out{i}", options=("--jobs", jobs)) for i, jobs in enumerate([1, 2, 2])]
    assert [run.code for run in runs] == [0, 0, 0], runs[0].err
    first, *others = (scores(run.folder) for run in runs)
    assert len(first) == 8
    assert set(first["status"]) == {"ok"}
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=True)


def test_a_results_folder_holds_what_the_design_says(run_small):
    done = run_small("none", "smote")
    assert {path.name for path in done.folder.iterdir()} == {
        "cells.sqlite",
        "cells.sqlite.lock",
        "cells.csv",
        "curves.json",
        "details.md",
        "leaderboard.md",
        "environment.json",
        "figures",
    }
    pictures = {path.name for path in (done.folder / "figures").iterdir()}
    assert pictures == {"reliability_blobs_tree.png", "tradeoff_blobs_tree.png"}
    assert list(read_csv(done.folder / "cells.csv").columns) == COLUMNS
    environment = json.loads((done.folder / "environment.json").read_text())
    assert {"suite", "versions", "cpu", "cores", "jobs", "git", "data", "planned"} <= set(environment)
    assert str(done.folder) not in (done.folder / "environment.json").read_text()


def test_a_second_run_does_only_what_is_missing(run_small):
    assert "2 cells, 0 done before" in run_small("none", seeds=2).err
    before = read_csv(run_small("none", seeds=2).folder / "cells.csv")
    more = run_small("none", "random", seeds=3)
    assert "6 cells, 2 done before" in more.err
    after = read_csv(more.folder / "cells.csv")
    assert len(after) == 6
    kept = after[(after["contender"] == "none") & (after["seed"] < 2)].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, kept)  # timings too: they were not measured again
    assert "6 cells, 0 done before" in run_small("none", "random", seeds=3, options=("--fresh",)).err


def test_a_later_contender_joins_the_earlier_ones(run_small, plugin):
    run_small("none", "smote")
    joined = run_small(plugin("mixed"))
    assert joined.code == 0
    text = (joined.folder / "leaderboard.md").read_text()
    assert "Coverage: 6 of 6 cells scored." in text
    assert "`mixed`" in text
    assert "`smote`" in text


def test_a_contender_that_raises_fails_alone(run_small, plugin):
    done = run_small("none", plugin("raises"), plugin("absent"), seeds=2)
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv").set_index(["contender", "seed"])
    failed = cells.loc["raises", 1]
    assert (failed["status"], failed["phase"]) == ("failed", "sample")
    assert failed["reason"] == "RuntimeError: planted failure"
    assert cells.loc["raises", 0]["status"] == "no_op"
    absent = cells.loc["absent", 0]
    assert (absent["status"], absent["phase"]) == ("not_installed", "load")
    assert set(cells.loc["none"]["status"]) == {"ok"}
    unscored = cells.drop(index="none")
    assert unscored[["error", "balanced_error", "roc_auc"]].isna().all(axis=None)
    text = (done.folder / "leaderboard.md").read_text()
    assert "Coverage: 2 of 6 cells scored, 4 ended without scores." in text
    assert "planted failure" in (done.folder / "details.md").read_text()


def test_a_worker_that_dies_takes_only_its_cell_along(run_small, plugin):
    done = run_small("none", plugin("dies"), "smote", seeds=4)
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv").set_index(["contender", "seed"])
    assert cells["status"].value_counts().to_dict() == {"ok": 10, "crashed": 2}
    assert "exit code 3" in cells.loc["dies", 1]["reason"]


def test_a_control_may_change_the_learner_alone(run_small, plugin):
    done = run_small("none", plugin("weighted"))
    assert done.code == 0
    cells = read_csv(done.folder / "cells.csv").groupby("contender")[["n_requested", "n_synthetic", "brier"]].mean()
    assert cells.loc["weighted"][["n_requested", "n_synthetic"]].tolist() == [0, 0]
    assert cells.loc["weighted", "brier"] != cells.loc["none", "brier"]


def test_every_worker_has_one_thread(run_small, plugin):
    assert run_small(plugin("threads"), options=("--jobs", 2)).code == 0


SAMPLER = """
import random, sys
import numpy as np
from imblearn.over_sampling import RandomOverSampler

class Mine(RandomOverSampler):
    def fit_resample(self, X, y):
        X_new, y_new = super().fit_resample(X, y)
        BODY
        return X_new, y_new

def make(random_state, sampling_strategy="auto"):
    return Mine(random_state=random_state, sampling_strategy=sampling_strategy)
"""


@pytest.fixture
def mine(tmp_path):
    """Write a contender whose rows are treated by a line of code; give its path."""

    def write(body):
        (tmp_path / "mine.py").write_text(SAMPLER.replace("BODY", body))
        return tmp_path / "mine.py"

    return write


@pytest.mark.parametrize("body", ["sys.exit(0)", "raise KeyboardInterrupt", "raise SystemExit"])
def test_a_contender_that_wants_to_leave_fails_alone(run_small, mine, body):
    done = run_small("none", mine(body))
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv")
    assert cells.groupby("contender")["status"].unique().map(list).to_dict() == {"mine": ["failed"], "none": ["ok"]}


@pytest.mark.parametrize(
    ("body", "kept"), [("self.history_ = {'loss': np.array([2.0, 1.0])}", True), ("self.history_ = open", False)]
)
def test_somebody_elses_history_harms_nothing(run_small, mine, body, kept):
    done = run_small("none", mine(body))
    assert done.code == 0
    with Store.open(done.folder) as store:
        details = store.details()["blobs", "tree", "mine", 0]
    assert details["history"] == ({"loss": [2.0, 1.0]} if kept else {})


def test_a_contender_that_draws_from_global_state_repeats_itself(run_small, mine, scores):
    path = mine("X_new[len(X):] += np.random.normal() + random.random()")
    runs = [run_small("none", path, out=f"out{i}", options=("--jobs", jobs)) for i, jobs in enumerate([1, 2])]
    first, second = (scores(run.folder) for run in runs)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_a_changed_contender_is_not_mixed_with_what_it_was(run_small, mine):
    run_small("none", mine("pass"), seeds=3)
    done = run_small("none", mine("X_new[len(X):] += 1"), seeds=2)
    cells = read_csv(done.folder / "cells.csv")
    assert cells[cells["contender"] == "mine"]["seed"].tolist() == [0, 1]
    assert cells[cells["contender"] == "none"]["seed"].tolist() == [0, 1, 2]


def test_changed_data_are_not_compared_with_what_they_were(run_small, plugin, tmp_path):
    table = tmp_path / "table.py"
    text = Path(plugin("blobs")).read_text()
    table.write_text(text)
    options = ("--dataset", table)
    run_small("none", "random", out="t", options=options)
    table.write_text(text.replace("[240, 60]", "[220, 80]"))
    sys.modules.pop("oversampling_bench.file_dataset_table", None)
    done = run_small("smote", out="t", options=options)
    cells = read_csv(done.folder / "cells.csv")
    shown = cells[cells["dataset"] == "table"]
    assert set(shown["contender"]) == {"smote"}
    assert shown["lift_over_threshold"].isna().all()


def test_a_missing_package_that_was_installed_is_tried_again(run_small, plugin, tmp_path, monkeypatch):
    contender = tmp_path / "needs.py"
    contender.write_text("def make(random_state, sampling_strategy='auto'):\n    import nobody_has_this_yet\n"
                         "    return nobody_has_this_yet.make(random_state, sampling_strategy)\n")  # fmt: skip
    assert run_small("none", contender).code == 1
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "nobody_has_this_yet.py").write_text(
        "from oversampling_bench.oversamplers.random import make\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    arguments = [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()"]
    arguments += ["run", "quick", "--dataset", plugin("blobs"), "--classifier", "tree"]
    arguments += ["--contender", "none", "--contender", str(contender), "--out", str(tmp_path / "out")]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "4 cells, 2 done before" in done.stderr


def test_a_dry_run_runs_nothing(run_small):
    done = run_small("none", "smote", options=("--dry-run",))
    assert done.code == 0
    assert "4 cells: 0 done, 0 stale, 0 to retry, 4 missing; 4 to run" in done.out
    assert ", judged by the published timings on Adult" in done.out
    audited = run_small("none", "smote", options=("--dry-run", "--audit", "3"))
    assert audited.code == 0
    assert "16 cells: 0 done" in audited.out
    assert not done.folder.exists()
    run_small("none")
    again = run_small("none", "smote", options=("--dry-run",)).out
    assert "4 cells: 2 done, 0 stale, 0 to retry, 2 missing; 2 to run" in again
    assert "that should take about " in again


def test_a_dry_run_says_what_is_stale_and_why(run_small, mine, monkeypatch):
    run_small("none", mine("pass"))
    path = mine("X_new[len(X):] += 1")
    changed = run_small("none", path, options=("--dry-run",)).out
    assert "4 cells: 2 done, 2 stale, 0 to retry, 0 missing; 2 to run" in changed
    assert "again: 2 cells, other code of contender mine" in changed
    monkeypatch.setattr("oversampling_bench.benchmarks.design.cell.versions", lambda: dict.fromkeys(LIBRARIES, "9"))
    upgraded = run_small("none", options=("--dry-run",)).out
    assert "2 cells: 0 done, 2 stale" in upgraded
    assert f"again: 2 cells, numpy {np.__version__} → 9" in upgraded


def test_what_went_wrong_is_run_again_when_asked_for(run_small, plugin):
    contenders = ("none", plugin("raises"), plugin("dies"))
    assert run_small(*contenders).code == 1
    assert "6 cells, 6 done before" in run_small(*contenders).err
    assert "6 cells, 5 done before, 1 to run again" in run_small(*contenders, options=("--retry", "crashed")).err
    asked = run_small(*contenders, options=("--retry", "crashed", "--retry", "no_op", "--dry-run")).out
    assert "4 done, 0 stale, 2 to retry" in asked
    assert "again: 1 cell, ended crashed" in asked
    assert "3 done, 0 stale, 3 to retry" in run_small(*contenders, options=("--retry", "all", "--dry-run")).out


def test_what_is_declined_is_scored_as_none_is_and_marked(run_small, plugin, tmp_path):
    undeclared = tmp_path / "undeclared.py"
    undeclared.write_text(Path(plugin("declines")).read_text().replace("DECLINES = True\n", ""))
    done = run_small("none", plugin("declines"))
    assert done.code == 0, done.err
    cells = read_csv(done.folder / "cells.csv").set_index(["contender", "seed"])
    assert cells.loc["declines"]["status"].tolist() == ["ok", "declined"]
    assert cells.loc["declines"]["tune_fits"].tolist() == [1, 1]
    assert cells.loc["declines"]["chosen"].tolist() == ["ndarray of 3 folds"] * 2
    assert cells.loc["declines", 1]["reason"] == "the seed is odd"
    assert cells.loc["declines", 1]["roc_auc"] == cells.loc["none", 1]["roc_auc"]
    text = (done.folder / "details.md").read_text()
    assert "`declines` (mostly copies, declined)" in text or "`declines` (declined" in text
    assert "## Declined" in text
    assert "| `declines` | tree" in " ".join(text.split())
    refused = run_small("none", str(undeclared), out="other")
    assert refused.code == 1
    cells = read_csv(refused.folder / "cells.csv").set_index(["contender", "seed"])
    assert cells.loc["undeclared"]["status"].tolist() == ["ok", "no_op"]
    assert "## Declined" not in (refused.folder / "details.md").read_text()
