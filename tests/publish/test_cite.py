"""What a paper says of the software and of results made with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from oversampling_bench.benchmarks.design.suite import changed, read
from oversampling_bench.benchmarks.publish.cite import citation
from oversampling_bench.benchmarks.publish.statement import command

REPOSITORY = Path(__file__).parents[2]
GOLDEN = REPOSITORY / "tests" / "golden"


def test_it_is_cited_as_the_repository_says():
    known = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text())
    found = citation()
    assert found.title == known["title"]
    assert found.authors == ", ".join(each["name"] for each in known["authors"])
    assert found.year == known["date-released"].year
    assert found.version == known["version"]
    assert found.licence == known["license"]


def test_without_a_folder_only_the_software_is_cited(cli):
    done = cli("cite")
    assert done.code == 0
    sentence, bibtex = done.out.rstrip().split("\n\n")
    assert sentence.startswith("the oversampling-bench developers (2026). oversampling-bench: should I oversample,")
    assert bibtex.startswith("@software{oversampling-bench,\n  author  = {{the oversampling-bench developers}},\n")
    assert bibtex.endswith("\n}")
    assert bibtex.count("{") == bibtex.count("}")


def test_citing_the_software_imports_nothing_heavy():
    program = (
        "import sys\nfrom oversampling_bench.benchmarks.command import main\nsys.argv[1:] = ['cite']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([n for n in ('torch', 'sklearn', 'pandas', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(GOLDEN, tmp_path / "golden")


def edit(folder, **changes):
    """Change parts of environment.json."""
    content = json.loads((folder / "environment.json").read_text())
    (folder / "environment.json").write_text(json.dumps(content | changes))


def stated(cli, folder):
    done = cli("cite", folder)
    assert done.code == 0, done.err
    return done.out.rstrip().split("\n\n")[-1]


def test_a_statement_says_what_was_run_on_what(cli, folder):
    edit(
        folder,
        versions={"oversampling-bench": "0.1.0", "numpy": "2.4.6", "python": "3.11.7"},
        git={"commit": "abc123", "dirty": False},
        machines={"Abacus, 2 cores, 2 at a time": 39},
    )
    text = stated(cli, folder)
    for fact in (
        'the suite "golden" (Made-up cells for the golden file) of oversampling-bench 0.1.0.',
        "Data: toy (100 rows, 2 columns, 20.00 % positive, hash 0);",
        'Protocol "strict", encoder "standard", 6 seeds (0 to 5): each is one split,',
        ": none, random, smote, lucky, broken, other_seed. Learners: forest, boosting.",
        "Of 40 planned cells, 32 are scored; without scores, and nothing imputed: 1 failed, 6 no_op; not run: 1.",
        "Versions: numpy 2.4.6, python 3.11.7. Code: commit abc123, without changes.",
        "Hardware: Linux x86_64; Abacus, 2 cores, 2 at a time (39 cells); 1 thread a cell.",
        "`oversampling-bench run golden.toml`, with the suite that stands in environment.json in that file;",
        f"`oversampling-bench reproduce golden/toy/boosting/smote/0 --out {folder}`.",
    ):
        assert fact in text
    assert "\n" not in text


def test_changes_that_no_commit_holds_are_said(cli, folder):
    edit(folder, git={"commit": "abc123", "dirty": True})
    assert "commit abc123, with changes that no commit holds." in stated(cli, folder)
    edit(folder, git=None)
    assert "outside of a git repository, so that no commit is known." in stated(cli, folder)


def test_what_is_not_built_in_is_named_with_its_source(cli, folder):
    content = json.loads((folder / "environment.json").read_text())["contenders"]
    content["smote"] |= {"source": "file mine.py", "code": "c0de"}
    edit(folder, contenders=content)
    assert "smote (file mine.py, hash of its code c0de), lucky" in stated(cli, folder)


def test_the_folder_need_not_be_named_where_it_is_the_usual_one(cli, tmp_path, monkeypatch):
    shutil.copytree(GOLDEN, tmp_path / "results" / "golden")
    monkeypatch.chdir(tmp_path)
    assert stated(cli, "results/golden").endswith("`oversampling-bench reproduce golden/toy/boosting/smote/0`.")


def test_names_are_shown_for_what_they_are(cli, folder):
    cells = pd.read_csv(folder / "cells.csv")
    cells.replace({"contender": {"lucky": "\x1b[31mlucky\u202e\nred"}}).to_csv(folder / "cells.csv", index=False)
    text = stated(cli, folder)
    assert "other_seed, ‹U+001B›[31mlucky‹U+202E›‹U+000A›red. Learners" in text
    assert text.isprintable()


def test_a_folder_without_a_cell_has_a_statement_too(cli, folder):
    (folder / "cells.csv").write_text((folder / "cells.csv").read_text().splitlines()[0] + "\n")
    assert "Of 40 planned cells, 0 are scored; not run: 40." in stated(cli, folder)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "oversampling-bench run default"),
        ({"protocol": "kfold[k=5]"}, "oversampling-bench run default --protocol 'kfold[k=5]'"),
        ({"datasets": ["a b.csv[target=y]"]}, "oversampling-bench run default --dataset 'a b.csv[target=y]'"),
        ({"seeds": [0, 1]}, "oversampling-bench run default --seeds 2"),
        ({"seeds": [7]}, None),
        ({"n_requested": 5}, None),
        ({"name": "mine"}, None),
    ],
)
def test_a_command_is_given_where_options_say_all_that_is_other(changes, expected):
    assert command(changed(read("default"), **changes)) == expected
