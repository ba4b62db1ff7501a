"""`import oversampling_bench`: a run from Python, what it gives, and where it works."""

import multiprocessing
import subprocess
import sys

import numpy as np
import oversampling_bench as ob
import pandas as pd
import pytest

RIVALS = ["none", "threshold", "smote"]


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [120, 40])
    X = pd.DataFrame({"height": rng.normal(y, 1.0), "colour": rng.choice(["red", "blue"], len(y))})
    return X, y


@pytest.fixture(scope="module")
def result(table):
    return ob.run(*table, contenders=RIVALS, learners=["logistic"], seeds=5)


def test_a_table_is_run_and_the_result_says_what_was_found(result):
    assert result.cells["status"].tolist() == ["ok"] * 15
    assert set(result.cells["contender"]) == set(RIVALS)
    assert result.finding.startswith("On table with logistic (5 seeds), ")
    assert "**" not in result.finding
    text = result.leaderboard()
    assert text.startswith("# Leaderboard: table\n")
    assert text == (result.folder / "leaderboard.md").read_text()
    assert text._repr_markdown_() == str(text)
    assert "](figures/tradeoff_table_logistic.png)" in text
    assert "](data:image/png;base64," in result._repr_markdown_()
    assert "](figures/" not in result._repr_markdown_()
    assert "15 cells" in repr(result)
    assert result.provenance.data["table"].categorical == 1


def test_pictures_are_shown_and_saved(result, tmp_path):
    assert result.figures == ["reliability_table_logistic.png", "tradeoff_table_logistic.png"]
    picture = result.figure("tradeoff_table_logistic")
    assert picture._repr_png_().startswith(b"\x89PNG")
    picture.save(tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes() == result.figure().png
    with pytest.raises(ob.UsageError, match=r"did you mean 'tradeoff_table_logistic\.png'"):
        result.figure("tradeof_table_logistic")


def test_it_prints_nothing_unless_asked(table, capfd):
    ob.run(*table, contenders=["none"], learners=["logistic"], seeds=1)
    assert capfd.readouterr() == ("", "")
    ob.run(*table, contenders=["none"], learners=["logistic"], seeds=1, progress=True)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "[1/1] table · logistic · none · seed 0: ok" in captured.err


def test_a_temporary_folder_goes_with_its_result(table):
    made = ob.run(*table, contenders=["none"], learners=["logistic"], seeds=1)
    folder = made.folder
    assert folder.is_dir()
    del made
    assert not folder.exists()


def test_a_folder_that_is_named_is_kept_and_gone_on_with(table, tmp_path):
    first = ob.run(*table, contenders=["none"], learners=["logistic"], seeds=np.int64(2), out=tmp_path / "o")
    own = "sklearn.metrics:f1_score"
    second = ob.run(*table, contenders=["none"], learners=["logistic"], seeds=3, measures=own, out=tmp_path / "o")
    assert (len(first.cells), len(second.cells)) == (2, 3)
    assert second.cells["f1_score"].between(0, 1).all()
    before = first.cells.merge(second.cells, on="seed", suffixes=("_a", "_b"))
    assert (before["fit_s_a"] == before["fit_s_b"]).all()  # not measured again
    again = ob.read_results(tmp_path / "o")
    assert again.cells.equals(second.cells)
    assert "same" in ob.compare(tmp_path / "o", again)


def test_a_suite_is_run_by_its_name_with_changes(plugin):
    made = ob.run("quick", datasets=[plugin("blobs")], contenders=["none"], seeds=[7], protocol="article")
    assert made.cells["seed"].tolist() == [7]
    assert made.provenance.suite.protocol == "article"


def test_the_command_and_python_give_the_same_cells(run_small, plugin):
    done = run_small("none", "smote")
    made = ob.run("quick", datasets=[plugin("blobs")], contenders=["none", "smote"], learners="tree")
    theirs = ob.read_results(done.folder)
    scores = ["contender", "seed", "balanced_error", "brier", "lift_over_threshold"]
    assert made.cells[scores].equals(theirs.cells[scores])


def test_labels_are_any_two_values_and_a_class_is_a_contender(table):
    from imblearn.over_sampling import RandomOverSampler

    X, y = table
    words = np.where(y == 1, "yes", "no")
    how = {"learners": ["logistic"], "seeds": 2}
    with_words = ob.run(X, words, positive="yes", contenders=["none", RandomOverSampler], **how)
    with_bool = ob.run(X, y == 1, contenders=["none", "random"], **how)
    as_array = ob.run(X[["height"]].to_numpy(), y, contenders=["none"], **how)
    names = with_words.cells["contender"].unique().tolist()
    assert [name.rpartition(":")[2] for name in names] == ["RandomOverSampler", "none"]
    one, two = (made.cells.sort_values(["contender", "seed"])["brier"].tolist() for made in (with_words, with_bool))
    assert sorted(one) == sorted(two)
    assert len(as_array.cells) == 2


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda X, y: ob.run("defualt"), "unknown suite 'defualt'; did you mean 'default'"),
        (lambda X, y: ob.run("quick", y), "y and positive go with a table X"),
        (lambda X, y: ob.run(X), "a table X needs its labels y"),
        (lambda X, y: ob.run(X, y[:-1]), "X has 160 rows and y 159"),
        (lambda X, y: ob.run(X, 1 - y), "'1' (positive) is the more frequent value"),
        (lambda X, y: ob.run(X, np.arange(160)), "column 'y' must hold two values, it holds 160"),
        (
            lambda X, y: ob.run(X, np.where(y == 1, "a", "b")),
            "column 'y' has no value '1' (positive); values: b (120), a (40)",
        ),
        (lambda X, y: ob.run(X.to_numpy()[0], y), "X must have rows and columns, got an array of shape (2,)"),
        (lambda X, y: ob.run(X, y, contenders=["smoet"]), "unknown contender 'smoet'; did you mean 'smote'?"),
        (lambda X, y: ob.run(X, y, learners=["forrest"]), "unknown classifier 'forrest'; did you mean 'forest'?"),
        (lambda X, y: ob.run(X, y, seeds=0), "--seeds 0: give 1 or more"),
        (lambda X, y: ob.run(X, y, seeds=1.5), "--seeds 1.5: give a whole number, or a list of them"),
        (lambda X, y: ob.run("quick", seeds=["x"]), "--seeds ['x']: give a whole number, or a list of them"),
        (lambda X, y: ob.run(X, y, engine="dask"), "engine='dask' takes suites"),
        (lambda X, y: ob.run(X, y, seeds=[]), "key 'seeds': give a list of one or more"),
        (
            lambda X, y: ob.run("quick", seeds=[-1]),
            "key 'seeds[0]': give 0 or more, got -1",
        ),
        (lambda X, y: ob.run(X, y, contenders="smoet"), "unknown contender 'smoet'"),
        (lambda X, y: ob.run(X, y, seeds=[1, 1]), "seed 1 stands twice"),
        (lambda X, y: ob.run(X, y, name="my table"), "name='my table': give letters, digits and _"),
        (lambda X, y: ob.run(X, y, name="adult"), "no installed data set's name"),
        (lambda X, y: ob.run(X, y, datasets=["adult"]), "datasets go with a suite, not with a table X"),
        (lambda X, y: ob.run(X, y, protocol="strictly"), "unknown protocol 'strictly'; did you mean 'strict'?"),
        (lambda X, y: ob.run(X, y, jobs=0), "--jobs 0: give 1 or more"),
        (lambda X, y: ob.run(X, y, engine="cloud"), "--engine: unknown engine 'cloud'; valid: dask, local"),
        (lambda X, y: ob.run(X, y, contenders=[type("Local", (), {})]), "class Local must be importable"),
        (lambda X, y: ob.read_results("gone"), "gone holds no results: no cells.csv with environment.json"),
        (lambda X, y: ob.compare("gone", "gone"), "gone holds no results"),
        (lambda X, y: ob.check("smoet"), "unknown contender 'smoet'"),
    ],
)
def test_bad_input_is_one_line(table, call, complaint):
    with pytest.raises(ob.UsageError) as error:
        call(*table)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_check_gives_verdicts_and_prints_nothing(capfd):
    verdicts = ob.check("random", only=["rows finite"])
    assert [(verdict.check, verdict.status) for verdict in verdicts] == [("can be loaded", "ok"), ("rows finite", "ok")]
    assert capfd.readouterr() == ("", "")


SCRIPT = """
import numpy as np
import oversampling_bench as ob
print("beginning")
rng = np.random.default_rng(0)
y = np.repeat([0, 1], [60, 30])
if True:  # where others need `if __name__ == "__main__":`
    result = ob.run(rng.normal(size=(90, 2)) + y[:, None], y, contenders=["none"], learners=["logistic"], seeds=2)
    print(len(result.cells), result.cells["status"].unique().tolist())
"""


@pytest.mark.parametrize("how", [pytest.param("a file", marks=pytest.mark.torture), "standard input"])
def test_it_works_in_scripts_without_a_guard_and_where_there_is_no_file(tmp_path, how):
    """Standard input is what a notebook looks like: `__main__` has no file. No cell runs the script again."""
    text = SCRIPT
    (tmp_path / "mine.py").write_text(text)
    command = [sys.executable, str(tmp_path / "mine.py") if how == "a file" else "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["beginning", "2 ['ok']"]


FORKS = """
import multiprocessing, time
import numpy as np
import oversampling_bench as ob

y = np.repeat([0, 1], [60, 30])
X = np.sin(np.arange(180)).reshape(90, 2) + y[:, None]

def run():
    result = ob.run(X, y, contenders=["none"], learners=["logistic"], seeds=1)
    print(result.cells["status"].tolist(), flush=True)

run()
fork = multiprocessing.get_context("fork")
child = fork.Process(target=run)
child.start()
child.join()
fork.Process(target=time.sleep, args=(600,), daemon=True).start()
"""


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes that are forked")
def test_a_program_that_forks_runs_in_its_children_too_and_ends_when_it_is_through():
    done = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout.splitlines() == ["['ok']"] * 2, done.stderr


def test_it_works_where_a_notebook_has_a_loop_that_runs():
    program = (
        "import asyncio\nimport numpy as np\nimport oversampling_bench as ob\n"
        "async def cell():\n"
        "    y = np.repeat([0, 1], [60, 30])\n"
        "    X = np.sin(np.arange(180)).reshape(90, 2) + y[:, None]\n"
        "    result = ob.run(X, y, contenders=['none'], learners=['logistic'], seeds=1)\n"
        "    print(result.cells['status'].tolist())\n"
        "asyncio.run(cell())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["['ok']"], done.stderr


def test_importing_it_imports_nothing_heavy():
    program = (
        "import sys, oversampling_bench\nheavy = {'numpy', 'pandas', 'sklearn', 'torch', 'typer', 'pydantic', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), oversampling_bench.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", ob.__version__]


def test_its_names_are_documented():
    for name in ob.__all__:
        if name != "__version__":
            assert getattr(ob, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute 'runs'"):
        ob.runs  # noqa: B018
