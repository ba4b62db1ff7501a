"""`advise`, as its users meet it: an answer in words, a page, and code that keeps what was promised."""

import re
import subprocess
import sys

import numpy as np
import oversampling_bench as ob
import pandas as pd
import pytest


def table(n=400, seed=0, share=0.2):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < share
    plan = np.where(rng.random(n) < np.where(y, 0.6, 0.2), "basic", "plus")
    return pd.DataFrame(
        {
            "customer": [f"C{i:05d}" for i in rng.permutation(n)],
            "age": rng.normal(40 - 8 * y, 10, n).round(1),
            "plan": plan,
            "calls": rng.poisson(2 + 2 * y),
            "churned": np.where(y, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def advised(tmp_path_factory, rounds):
    """Ask about a small table, with two contenders."""
    folder = tmp_path_factory.mktemp("advised")
    table().to_csv(folder / "churn 2024.csv", sep=";", index=False)
    command = ["advise", "churn 2024.csv", "--target", "churned", "--positive", "yes", "--costs", "5:1"]
    command += ["--contender", "smote", "--contender", "class_weight", "--learner", "tree", "--jobs", "2"]
    program = f"from oversampling_bench.benchmarks.advise import race; race.ROUNDS = {rounds}; "
    program += "from oversampling_bench.benchmarks.command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder, done


def test_it_answers_in_words_and_leaves_a_page(advised):
    folder, done = advised
    assert done.stderr.startswith("reading churn 2024.csv")
    page = (folder / "results" / "churn_2024-advice" / "advice.md").read_text()
    first = done.stdout.strip().splitlines()[0]
    assert first in page.replace("**", "")
    assert re.search(
        r"Of 1,000 new rows like these, \d+ positives missed instead of \d+, \d+ false alarms instead", first
    )
    assert "that costs" in first
    for part in (
        "## In 1,000 new rows",
        "## The code",
        "## How sure",
        "## What was tried",
        "column 'customer' has other",
    ):
        assert part in page
    assert "`tree` as it is" in page
    assert (folder / "results" / "churn_2024-advice" / "leaderboard.md").exists()


def test_the_code_keeps_what_was_promised(advised):
    folder, _ = advised
    code = folder / "results" / "churn_2024-advice" / "advised.py"
    page = (folder / "results" / "churn_2024-advice" / "advice.md").read_text()
    assert code.read_text() in page
    done = subprocess.run([sys.executable, code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    missed, alarms = re.findall(r"([\d.]+) (?:positives missed|false alarms)", done.stdout)
    promised = [line for line in page.splitlines() if "threshold moved" in line][-1]
    assert f" {missed} |" in promised
    assert f" {alarms} |" in promised


@pytest.mark.parametrize(
    "contender", ["smote", "undersample", "class_weight", "smotenc", "filtered[of=crossover]", "none"]
)
@pytest.mark.parametrize("learner", ["forest[n_estimators=10]", "logistic"])
def test_whatever_is_advised_its_code_does_what_the_race_did(contender, learner, tmp_path, monkeypatch):
    from oversampling_bench.benchmarks.advise.code import pipeline
    from oversampling_bench.benchmarks.advise.race import Runner

    data = table(200)
    data.to_csv(tmp_path / "mine.csv", index=False)
    monkeypatch.chdir(tmp_path)
    known = ob.read_table("mine.csv", "churned", "yes")
    code = pipeline(
        "x", 'ob.read_table("mine.csv", "churned", "yes")', known.X, Runner(learner, contender), 0.5, [0], {}
    )
    made = {"__name__": "advised"}
    exec(compile(code, "advised.py", "exec"), made)
    train, test = known.split(0)
    own = made["model"](0).fit(known.X.iloc[train].reset_index(drop=True), known.y.iloc[train].reset_index(drop=True))
    ours = ob.Oversampled(contender, learner, 0).fit(known.X.iloc[train], known.y.iloc[train])
    rows = known.X.iloc[test].reset_index(drop=True)
    assert np.array_equal(own.predict_proba(rows), ours.predict_proba(rows))
    assert ("ob.Oversampled" in code) == (contender in ("smotenc", "filtered[of=crossover]"))


def test_a_contender_with_a_learner_is_what_a_cell_makes_of_them(run_small, blobs, plugin):
    folder = run_small("smotenc", seeds=1, options=["--classifier", "forest[n_estimators=10]"]).folder
    cells = ob.read_results(folder).cells
    known = ob.OwnTable(*blobs)
    train, test = known.split(0)
    made = ob.Oversampled("smotenc", "forest[n_estimators=10]", 0).fit(known.X.iloc[train], known.y.iloc[train])
    wrong = (made.predict(known.X.iloc[test]) != known.y.iloc[test].to_numpy()).mean()
    assert wrong == cells["error"].iloc[0]


@pytest.mark.usefixtures("short_race")
def test_from_python_with_arrays():
    data = table(200)
    found = ob.advise(
        data[["age", "plan", "calls"]],
        data["churned"] == "yes",
        learners="tree",
        contenders=["smote"],
        recall=0.8,
        minutes=0.5,
    )
    assert found.verdict in ("leave the rows alone", "cannot tell", "another learner", "use a contender")
    assert found.answer in found.page.replace("**", "")
    assert "80% of the positives are found" in found.page
    assert "ob.OwnTable(X, y)" in found.code
    assert set(found.result.cells["classifier"]) == {"tree", "forest", "boosting"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--target", "churnd", "--positive", "yes"], "there is no column 'churnd' (--target); columns: customer, age"),
        (["--target", "churned", "--positive", "maybe"], "has no value 'maybe' (--positive); values: no ("),
        (["--target", "churned"], "--positive VALUE is missing; values of 'churned': no ("),
        ([], "--target COLUMN is missing; columns: customer"),
        (["--target", "churned", "--positive", "yes", "--costs", "0:1"], "--costs 0:1: both must be more than 0"),
        (["--target", "churned", "--positive", "yes", "--minutes", "0"], "--minutes 0: give more than 0"),
        (["--target", "churned", "--positive", "yes", "--learner", "sklearn.svm:SVR"], "SVR is no classifier"),
        (["--target", "churned", "--positive", "yes", "--keep", "x"], "there is no column 'x' (--keep)"),
    ],
)
def test_bad_input_is_one_line(cli, tmp_path, options, complaint):
    path = tmp_path / "churn.csv"
    table(60).to_csv(path, index=False)
    done = cli("advise", path, *options, "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert len([line for line in done.err.splitlines() if not line.startswith("reading")]) == 1


def test_a_file_that_is_not_there_or_no_table_is_said(cli, tmp_path):
    assert "does not exist" in cli("advise", tmp_path / "no.csv").err
    assert "give a file that ends in .csv" in cli("advise", tmp_path / "no.xlsx").err


def test_a_learner_without_probabilities_is_said(cli, tmp_path):
    path = tmp_path / "churn.csv"
    table(100).to_csv(path, index=False)
    options = ["--target", "churned", "--positive", "yes", "--learner", "sklearn.svm:LinearSVC"]
    done = cli("advise", path, *options, "--contender", "smote", "--out", tmp_path / "out", "--minutes", "0.5")
    assert done.code == 2
    assert "has no probabilities" in done.err
