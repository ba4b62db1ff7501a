"""One stored cell again."""

import pytest


def test_a_stored_cell_can_be_run_again(run_small, cli, plugin, rivals):
    folder = run_small(*rivals).folder
    where = ("--out", folder, "--dataset", plugin("blobs"))
    done = cli("reproduce", "quick/blobs/forest/smote/1", *where)
    assert done.code == 0
    assert "same: 28 of 28 columns agree exactly" in done.out
    text = (folder / "cells.csv").read_text().splitlines()
    row = next(number for number, line in enumerate(text) if line.startswith("quick,blobs,forest,smote,1,"))
    values = dict(zip(text[0].split(","), text[row].split(","), strict=True)) | {"brier": "0.5"}
    text[row] = ",".join(values.values())
    (folder / "cells.csv").write_text("\n".join(text) + "\n")
    forged = cli("reproduce", "quick/blobs/forest/smote/1", *where)
    assert forged.code == 1
    assert "brier: 0.5 stored, 0." in forged.out
    assert "NOT the same: 27 of 28" in forged.out


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("smote", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/forest/smote/one", "write suite/dataset/classifier/contender/seed"),
        ("quick/blobs/forest/smoet/1", "did you mean 'quick/blobs/forest/smote/1'?"),
        ("gone/blobs/forest/smote/1", "unknown cell"),
    ],
)
def test_a_cell_that_is_not_stored_is_named(run_small, cli, name, complaint, rivals):
    done = cli("reproduce", name, "--out", run_small(*rivals).folder)
    assert done.code == 2
    assert complaint in done.err


def test_a_folder_without_results_is_named_with_the_way_out(cli):
    done = cli("reproduce", "quick/blobs/forest/smote/1", "--out", "gone")
    assert done.code == 2
    assert "gone holds no results: no cells.csv with environment.json; name another folder with --out" in done.err
