"""One stored cell again."""

import shutil

import oversampling_bench as ob
import pytest


@pytest.fixture(scope="module")
def raced(plugin, rivals, tmp_path_factory):
    """Run a few contenders; give the folder."""
    out = tmp_path_factory.mktemp("raced") / "out"
    return ob.run("quick", datasets=plugin("blobs"), contenders=rivals, learners="tree", seeds=2, out=out).folder


def test_a_stored_cell_can_be_run_again(raced, tmp_path, cli, plugin):
    folder = shutil.copytree(raced, tmp_path / "out")
    where = ("--out", folder, "--dataset", plugin("blobs"))
    done = cli("reproduce", "quick/blobs/tree/smote/1", *where)
    assert done.code == 0
    assert "same: 37 of 37 columns agree exactly" in done.out
    forged(folder, "quick,blobs,tree,smote,1,", brier=lambda _: "0.5")
    done = cli("reproduce", "quick/blobs/tree/smote/1", *where)
    assert done.code == 1
    assert "brier: 0.5 stored, 0." in done.out
    assert "NOT the same: 36 of 37" in done.out


def forged(folder, row, **changes):
    """Change values of a row of `cells.csv`."""
    text = (folder / "cells.csv").read_text().splitlines()
    number = next(number for number, line in enumerate(text) if line.startswith(row))
    values = dict(zip(text[0].split(","), text[number].split(","), strict=True))
    text[number] = ",".join((values | {name: change(values[name]) for name, change in changes.items()}).values())
    (folder / "cells.csv").write_text("\n".join(text) + "\n")


def test_another_processor_may_round_otherwise_where_the_learner_says_so(run_small, cli, plugin):
    options = ("--classifier", "logistic", "--classifier", "forest")
    folder = run_small("none", seeds=1, options=options).folder
    where = ("--out", folder, "--dataset", plugin("blobs"))
    for learner in ("logistic", "forest"):
        forged(folder, f"quick,blobs,{learner},none,0,", brier=lambda value: repr(float(value) + 1e-12))
    done = cli("reproduce", "quick/blobs/logistic/none/0", *where)
    assert done.code == 0
    assert "same: 36 of 37 columns agree exactly, 1 within 1e-09, which logistic allows for: another proc" in done.out
    done = cli("reproduce", "quick/blobs/forest/none/0", *where)
    assert done.code == 1
    assert "NOT the same: 36 of 37 columns agree exactly" in done.out.splitlines()[-1]
    forged(folder, "quick,blobs,logistic,none,0,", tp=lambda value: str(int(value) - 1))
    done = cli("reproduce", "quick/blobs/logistic/none/0", *where)
    assert done.code == 1
    assert "NOT the same: 35 of 37 columns agree exactly, 1 within 1e-09" in done.out


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("smote", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/tree/smote/one", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/tree/smoet/1", "did you mean 'quick/blobs/tree/smote/1'?"),
        ("gone/blobs/tree/smote/1", "unknown cell"),
    ],
)
def test_a_cell_that_is_not_stored_is_named(raced, cli, name, complaint):
    done = cli("reproduce", name, "--out", raced)
    assert done.code == 2
    assert complaint in done.err


def test_a_folder_without_results_is_named_with_the_way_out(cli):
    done = cli("reproduce", "quick/blobs/tree/smote/1", "--out", "gone")
    assert done.code == 2
    assert "gone holds no results: no cells.csv with environment.json; name another folder with --out" in done.err
