"""Plugins from outside: an installed package, files, bare classes, broken ones; and `new`, which starts one."""

import os
import re
import shlex
import subprocess
import sys
from importlib import metadata
from types import SimpleNamespace

import pytest
from oversampling_bench.benchmarks.catalog import bare_class, registry, resolve
from oversampling_bench.benchmarks.catalog.entry import Entry
from oversampling_bench.benchmarks.catalog.scaffold import create
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.record.folder import read_csv


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """Install modules as entry points, without pip; give a function."""

    def install(kind, **modules):
        monkeypatch.syspath_prepend(str(tmp_path))
        points = []
        for name, text in modules.items():
            if text is not None:
                (tmp_path / f"out_{name}.py").write_text(text)
            points.append(metadata.EntryPoint(name.replace("__", " "), f"out_{name}", registry.GROUPS[kind]))
        monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == registry.GROUPS[kind] else [])
        registry.installed.cache_clear()

    yield install
    registry.installed.cache_clear()


def test_an_installed_package_races_by_name(cli, tmp_path):
    done = cli(
        "run", "quick", "--dataset", "moons", "--contender", "none", "--contender", "midpoints", "--out", tmp_path / "o"
    )
    assert done.code == 0, done.err
    assert set(read_csv(tmp_path / "o" / "cells.csv")["contender"]) == {"none", "midpoints"}
    listed = cli("list").out
    assert "[oversampler, encoded, oversampling-bench-midpoints 0.1.0] Midpoints: each new row" in listed
    assert "moons" in listed


def test_a_bare_class_races(run_small):
    smote, tomek = "imblearn.over_sampling:SMOTE[k_neighbors=3]", "imblearn.under_sampling:TomekLinks"
    done = run_small("none", smote, tomek)
    assert done.code == 0, done.err
    cells = read_csv(done.folder / "cells.csv").set_index("contender")
    assert set(cells.index) == {
        "none",
        "imblearn.over_sampling:SMOTE[k_neighbors=3]",
        "imblearn.under_sampling:TomekLinks",
    }
    own = read_csv(run_small("smote[k_neighbors=3]", out="own").folder / "cells.csv")
    assert own["brier"].tolist() == cells.loc[smote, "brier"].tolist()


@pytest.mark.parametrize(
    ("name", "status"),
    [("nowhere:X", "not_installed")],
)
def test_a_bare_class_that_is_none_fails_alone(run_small, name, status):
    done = run_small("none", name)
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv").set_index("contender")
    assert set(cells.loc[name, "status"]) == {status}
    assert set(cells.loc["none", "status"]) == {"ok"}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("imblearn.over_sampling:ADSYN", "has no attribute 'ADSYN'"),
        ("math:pi", "math:pi is no class with a method fit_resample"),
        ("imblearn.over_sampling:SMOTE[k=3]", "unknown parameter"),
    ],
)
def test_a_mistyped_class_is_named_before_anything_runs(run_small, name, complaint):
    done = run_small("none", name)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_the_package_of_a_class_is_not_imported_before_its_cells(tmp_path, monkeypatch):
    package = tmp_path / "nosy"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"import os\nopen({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}} ')\n"
    )
    text = "class Cleans:\n    _sampling_type = 'under-sampling'\n    def fit_resample(self, X, y): ...\n"
    (package / "inner.py").write_text(f"print('{{}}')\n{text}")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = registry.find("contender", "nosy.inner:Cleans")
    assert (entry.declared().role, entry.declared().cleans, entry.declared().deterministic) == ("control", True, True)
    assert entry.path == package / "inner.py"
    with pytest.raises(UsageError, match="has no attribute 'Clean'"):
        registry.find("contender", "nosy.inner:Clean")
    assert not {"nosy", "nosy.inner"} & set(sys.modules)
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2, "each name is looked at once"
    assert str(os.getpid()) not in pids


@pytest.mark.parametrize("line", ["raise RuntimeError", "import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)",
                                  "import os; [os.write(fd, b'x') for fd in (1, 2)]; os._exit(0)",
                                  "import time; time.sleep(600)"])  # fmt: skip
def test_a_class_that_nothing_can_be_known_of_is_left_to_its_cells(tmp_path, monkeypatch, line):
    name = f"unknowable_{abs(hash(line))}"
    (tmp_path / f"{name}.py").write_text(line)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(bare_class, "PATIENCE_S", 3.0)
    assert bare_class.problem(f"{name}:X") == ""
    assert bare_class.declarations(f"{name}:X") == {}


def test_a_class_that_this_process_holds_is_asked_here(monkeypatch):
    monkeypatch.setitem(sys.modules, "held", SimpleNamespace(Held=type("Held", (), {"fit_resample": None})))
    assert bare_class.declarations("held:Held")["role"] == "oversampler"


def test_a_class_that_only_drops_rows_is_a_control():
    roles = {
        name: registry.find("contender", name).declared().role
        for name in ("imblearn.under_sampling:NearMiss", "imblearn.over_sampling:SMOTE", "imblearn.combine:SMOTEENN")
    }
    assert list(roles.values()) == ["control", "oversampler", "oversampler"]


BROKEN = {
    "raises": ("raise RuntimeError('at import')\ndef make(random_state): ...\n", None),
    "lacks": ("x = 1\n", "contender 'lacks' of out_lacks defines no function make or classifier"),
    "a__b": ("def make(random_state): ...\n", "contender 'a b' of out_a__b: its name must be a Python identifier"),
    "gone": (None, "contender 'gone' of out_gone: there is no module out_gone"),
    "torn": ("def make(:\n", "cannot be read"),
    "odd": ("SPACE = 'tabel'\ndef make(random_state): ...\n", "unknown SPACE 'tabel'; did you mean 'table'?"),
    "needs": ("import nobody_has_it\ndef make(random_state): ...\n", None),
    "smote": ("def make(random_state): ...\n", "contender 'smote' comes from both built-in and out_smote; rename one"),
}


def test_list_survives_broken_plugins_and_says_what_is_wrong(outside, cli):
    outside("contender", **{name: text for name, (text, _) in BROKEN.items()})
    listed = cli("list", "contenders")
    assert listed.code == 0
    for name, (_, problem) in BROKEN.items():
        (line,) = [line for line in listed.out.splitlines() if line.startswith(f"  {name.replace('__', ' ')} ")]
        if problem:
            assert "CANNOT BE USED: " in line
            assert problem in line
    assert "NEEDS nobody_has_it, which is not installed" in listed.out


@pytest.mark.parametrize("name", [name for name, (_, problem) in BROKEN.items() if problem])
def test_one_that_is_asked_for_by_name_is_refused(outside, name):
    outside("contender", **{name: BROKEN[name][0]})
    with pytest.raises(UsageError, match=BROKEN[name][1].split(";")[0].replace("(", ".")):
        registry.find("contender", name.replace("__", " "))


def test_a_run_of_everything_goes_on_without_them(outside):
    outside("contender", **{name: text for name, (text, _) in BROKEN.items() if name != "smote"})
    found = resolve.resolve("contender", ["*"])
    assert set(found.left_out) == {name.replace("__", " ") for name, (_, problem) in BROKEN.items() if problem} - {
        "smote"
    }
    assert {"none", "smote", "raises", "needs"} <= set(found.choices)


def test_a_plugin_that_raises_or_needs_a_package_fails_in_its_cells(run_small, tmp_path):
    for name in ("raises", "needs"):
        (tmp_path / f"{name}.py").write_text(BROKEN[name][0])
    done = run_small("none", tmp_path / "raises.py", tmp_path / "needs.py", seeds=1)
    assert done.code == 1
    cells = read_csv(done.folder / "cells.csv").set_index("contender")
    assert (cells.loc["raises", "status"], cells.loc["raises", "phase"]) == ("failed", "load")
    assert cells.loc["needs", "status"] == "not_installed"
    assert "nobody_has_it" in cells.loc["needs", "reason"]


def test_what_is_not_meant_for_such_data_is_skipped_and_said(run_small):
    done = run_small("none", "smoten", "smotenc")
    assert done.code == 0
    assert set(read_csv(done.folder / "cells.csv")["contender"]) == {"none", "smotenc"}
    assert "it is for categorical columns" in (done.folder / "details.md").read_text()


def test_code_that_a_contender_takes_from_beside_it_is_its_code(tmp_path):
    (tmp_path / "_help.py").write_text("x = 1\n")
    (tmp_path / "one.py").write_text("from ._help import x\ndef make(random_state): ...\n")
    before = registry.find("contender", str(tmp_path / "one.py")).fingerprint()
    (tmp_path / "_help.py").write_text("x = 1  # as it was\n")
    assert registry.find("contender", str(tmp_path / "one.py")).fingerprint() == before
    (tmp_path / "_help.py").write_text("x = 22\n")
    assert registry.find("contender", str(tmp_path / "one.py")).fingerprint() != before


@pytest.mark.parametrize(
    "line",
    [
        "from my_plugin.gan import x",
        "import my_plugin.gan",
        "from . import gan",
        "from .gan import x",
        "from my_plugin import gan",
    ],
)
def test_code_that_a_plugin_takes_from_its_own_package_is_its_code(tmp_path, line):
    package = tmp_path / "my_plugin"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "gan.py").write_text("x = 1\n")
    (package / "door.py").write_text(f"{line}\ndef make(random_state): ...\n")
    entry = Entry("contender", "door", "my_plugin.door", package / "door.py", "my-plugin 1.0")
    before = entry.fingerprint()
    (package / "gan.py").write_text("x = 22\n")
    assert entry.fingerprint() != before


def test_two_files_of_one_name_are_refused(run_small, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text("def make(random_state, k=1): ...\n")
    done = run_small(tmp_path / "a" / "mine.py", f"{tmp_path / 'b' / 'mine.py'}[k=2]")
    assert done.code == 2
    assert "contender 'mine' comes from both" in done.err


@pytest.mark.parametrize("kind", ["contender", "dataset"])
def test_new_writes_a_file_that_is_sound_and_races(cli, tmp_path, monkeypatch, kind, plugin):
    monkeypatch.chdir(tmp_path)
    written = cli("new", kind, "fresh_one")
    assert "wrote fresh_one.py" in written.out
    assert "CHANGE THIS" in (tmp_path / "fresh_one.py").read_text()
    checked = cli("check", "fresh_one.py")
    assert checked.code == 0, checked.out
    other = ("--dataset", plugin("blobs")) if kind == "contender" else ("--contender", "none")
    assert cli("run", "quick", f"--{kind}", "fresh_one.py", *other, "--out", tmp_path / "out").code == 0
    assert "is there already; nothing was written" in cli("new", kind, "fresh_one").err


@pytest.mark.parametrize(
    ("name", "complaint"), [("a b", "cannot be a name"), ("x[y]", "cannot be a name"), ("smote", "is there already")]
)
def test_new_refuses_names_that_cannot_be(cli, tmp_path, monkeypatch, name, complaint):
    monkeypatch.chdir(tmp_path)
    done = cli("new", "contender", name)
    assert done.code == 2
    assert complaint in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["contender", pytest.param("dataset", marks=pytest.mark.torture)])
def test_new_writes_a_package_that_can_be_installed_and_races(cli, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    assert cli("new", kind, "fresh_two", "--package").code == 0
    folder = tmp_path / "oversampling-bench-fresh-two"
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--quiet", "--target", target]
    subprocess.run([*pip, folder], check=True, capture_output=True)
    program = "from oversampling_bench.benchmarks.command import main; main()"
    environment = os.environ | {"PYTHONPATH": str(target)}
    listed = subprocess.run(
        [sys.executable, "-c", program, "list"], env=environment, capture_output=True, text=True, check=True
    )
    assert "fresh_two" in listed.stdout
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder / "test_fresh_two.py"]
    tested = subprocess.run(tests, env=environment, capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout


WORKFLOW = ".github/workflows/race.yml"


def steps_of(folder):
    """Read the steps of a package's workflow, after a look at what is around them."""
    import yaml

    workflow = yaml.safe_load((folder / WORKFLOW).read_text())
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["defaults"]["run"]["shell"] == "bash"
    (job,) = workflow["jobs"].values()
    assert 0 < job["timeout-minutes"] <= 60
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z/-]+@v\d+", each) for each in used), used
    return job["steps"]


@pytest.mark.parametrize("kind", ["contender", "dataset"])
def test_new_writes_a_workflow_that_checks_races_and_compares(tmp_path, kind):
    *_, path = create(kind, "fresh_three", package=True, folder=tmp_path)
    folder = tmp_path / "oversampling-bench-fresh-three"
    assert path == folder / WORKFLOW
    steps = steps_of(folder)
    runs = [step["run"] for step in steps if "run" in step]
    race = "--contender none --contender fresh_three" if kind == "contender" else "--dataset fresh_three"
    for command in (
        "python -m pip install . pytest",
        "python -m pytest",
        "oversampling-bench check fresh_three",
        f"oversampling-bench run quick {race} --seeds 5 --out results/fresh_three",
        "oversampling-bench compare results/before results/fresh_three --fail-on worse --fail-on failure",
    ):
        assert any(command in run for run in runs), command
    restored, kept = (next(step["with"] for step in steps if f"cache/{verb}@" in step.get("uses", ""))
                      for verb in ("restore", "save"))  # fmt: skip
    assert restored["path"] == kept["path"] == "results/before"
    assert kept["key"].startswith(restored["restore-keys"])
    assert restored["key"] == kept["key"]


def test_the_commands_of_the_workflow_do_what_it_says(tmp_path, program, plugin):
    create("contender", "fresh_four", package=True, folder=tmp_path)
    folder, site, commands = tmp_path / "oversampling-bench-fresh-four", tmp_path / "site", tmp_path / "bin"
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--quiet", "--target", site]
    subprocess.run([*pip, folder], check=True, capture_output=True)
    commands.mkdir()
    (commands / "oversampling-bench").write_text(f'#!/bin/sh\nexec {shlex.join(program)} "$@"\n')
    (commands / "oversampling-bench").chmod(0o755)
    summary = tmp_path / "summary.md"
    environment = os.environ | {
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": f"{site}:{os.environ.get('PYTHONPATH', '')}",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    runs = {step["name"]: step["run"] for step in steps_of(folder) if "run" in step}

    def run(name, more=""):
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", runs[name] + more], cwd=folder, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    for name, more in {
        "Check": "",
        "Race": f" --classifier tree --dataset {plugin('blobs')}",  # as it is but for a small table, and no forest
        "Summary": "",
        "Keep the results": "",
        "Compare": "",
    }.items():
        code, said = run(name, more)
        assert code == 0, (name, said)
    shown = summary.read_text()
    assert shown.startswith("# Leaderboard: quick\n")
    assert "| `fresh_four` " in shown
    assert "![" not in shown
    compared = shown.partition("\n\n## Less the default branch\n\n")[2]
    assert compared.startswith("| data set")
    assert "same" in compared
    cells = folder / "results" / "fresh_four" / "cells.csv"
    cells.write_text(cells.read_text().replace("fresh_four,3,ok", "fresh_four,3,failed"))
    code, said = run("Compare")
    assert code == 1, said
    assert "1 cell failed: blobs · tree · fresh_four · seed 3: failed." in summary.read_text()


def test_two_folders_can_be_compared(run_small, cli, tmp_path):
    one = run_small("none", "smote", seeds=5, out="one").folder
    two = run_small("none", "smote", "random", seeds=6, out="two").folder
    same = cli("compare", one, two)
    assert same.code == 0
    rows = [[word.strip() for word in line.split("|")[1:-1]] for line in same.out.splitlines() if "tree" in line]
    assert sorted(rows) == [["blobs", "tree", name, "5", "same", "same", "same"] for name in ("`none`", "`smote`")]
    assert "In one folder only, somewhere: `random`" in same.out
    text = (two / "cells.csv").read_text().splitlines()
    header = text[0].split(",")
    worse = header.index("balanced_error")
    for number, line in enumerate(text):
        values = line.split(",")
        if values[3] == "smote":
            values[worse] = str(0.9 + int(values[4]) / 1000)
            text[number] = ",".join(values)
    (two / "cells.csv").write_text("\n".join(text) + "\n")
    changed = cli("compare", one, two).out
    (line,) = [line for line in changed.splitlines() if "`smote`" in line]
    assert "worse" in line
    assert cli("compare", one, tmp_path / "gone").code == 2
