"""Results in other formats: their numbers are those of cells.csv, and no name does any harm in them."""

import json
import re
import shutil
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from oversampling_bench.benchmarks.publish.export import METADATA
from oversampling_bench.benchmarks.publish.formats import document
from oversampling_bench.benchmarks.publish.formats.document import ResultsDocument, json_schema
from oversampling_bench.benchmarks.publish.formats.latex import HELD_BACK
from oversampling_bench.benchmarks.record.folder import read_csv
from oversampling_bench.benchmarks.record.provenance import Provenance

pytestmark = pytest.mark.pictures

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(GOLDEN, tmp_path / "golden")


def exported(cli, folder, form):
    done = cli("export", folder, "--format", form)
    assert done.code == 0, done.err
    return Path(done.out.strip())


def rows_of(text):
    """Give the rows of each table, by contender."""
    tables = text.split(r"\begin{table}")[1:]
    cells = [
        [line.removesuffix(r" \\").split(" & ") for line in each.splitlines() if line.endswith(r" \\")]
        for each in tables
    ]
    return [{row[0]: row[1:] for row in rows} for rows in cells]


def test_a_table_has_the_numbers_of_the_leaderboard(cli, folder):
    path = exported(cli, folder, "latex")
    assert path == folder / "export.tex"
    forest, boosting = rows_of(path.read_text())
    # By hand, from cells.csv: smote's mean lift is -0.17 points, its ROC AUC 0.805, its balanced error 19.5 %.
    assert forest[r"\texttt{smote}"] == [
        "$-$0.17", "[$-$2.61, +2.28]", "undecided", r"\textbf{0.8050}", r"\textbf{19.50}", "24.50", "14.50", "1.60",
    ]  # fmt: skip
    assert forest[r"\texttt{none}"][:4] == ["0.00", "--", "baseline", "0.7600"]
    assert forest[r"\texttt{lucky}"][:3] == ["0.00", "--", "2 of 6 seeds"]
    assert forest[r"\texttt{broken}"] == ["--", "--", "0 of 6 seeds", *["--"] * 5]
    assert boosting[r"\texttt{smote}"][:4] == ["$-$1.00", "--", "", "0.8500"]
    assert "3 seeds are too few" in path.read_text()


def test_oversamplers_stand_above_the_line_and_controls_below(cli, folder):
    text = exported(cli, folder, "latex").read_text()
    above, below = text.split(r"\bottomrule")[0].split("\\midrule\n")[1:]
    assert re.findall(r"^\\texttt{(.*?)} ", above, re.MULTILINE) == ["smote", "lucky", "broken"]
    assert re.findall(r"^\\texttt{(.*?)} ", below, re.MULTILINE) == ["random", "none", r"other\_seed"]
    assert text.splitlines()[1].startswith(r"% Needs \usepackage{booktabs}")


def test_a_lift_that_is_shown_is_bold(cli, folder):
    cells = pd.read_csv(folder / "cells.csv")
    own = (cells["classifier"] == "forest") & (cells["contender"] == "smote")
    cells.loc[own, "lift_over_threshold"] = [0.04, 0.05, 0.06, 0.05, 0.04, 0.06]
    cells.to_csv(folder / "cells.csv", index=False)
    forest = rows_of(exported(cli, folder, "latex").read_text())[0]
    assert forest[r"\texttt{smote}"][0] == r"\textbf{+5.00}"
    assert forest[r"\texttt{smote}"][2] == "better"


def test_no_name_is_a_command_to_latex(cli, folder, rename, nasty):
    rename(folder, nasty)
    content = json.loads((folder / "environment.json").read_text())
    content["git"] = {"commit": "abc\n\\input{x}", "dirty": True}
    (folder / "environment.json").write_text(json.dumps(content))
    text = exported(cli, folder, "latex").read_text()
    forest = rows_of(text)[0]
    escaped = r"a\_b\&50\%\$1\#\{x\}\textasciitilde{}\textasciicircum{}\textbackslash{}textbf\textbar{}\char34{}"
    assert rf"\texttt{{{escaped}\textless{{}}script\textgreater{{}}}}" in text
    numbers = ("001B", "202E", "200B", "000D", "000A")
    esc, rtl, unseen, cr, lf = (rf"\textless{{}}U+{each}\textgreater{{}}" for each in numbers)
    assert rf"\texttt{{{esc}[31m{rtl}rtl{unseen}{cr}{lf}next{lf}\% x}}" in forest
    assert r"\texttt{\textbackslash{}\textbackslash{}[1cm]}" in forest
    assert rf"\caption{{\texttt{{toy]\}}\textbackslash{{}}input\{{x\}}{lf}}} with" in text
    assert r"\label{tab:golden-toy-input-x-U-000A-boo-sting}" in text
    assert [line for line in text.splitlines() if r"\input{" in line] == [text.splitlines()[0]]
    assert text.startswith("% Suite golden, run from commit abc ")
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert all(each.isprintable() or each == "\n" for each in text)


def test_two_names_that_make_one_label_have_two(cli, folder, rename):
    rename(folder, {"boosting": "fo|rest", "forest": "fo.rest"})
    labels = re.findall(r"\\label{(.*)}", exported(cli, folder, "latex").read_text())
    assert labels == ["tab:golden-toy-fo-rest", "tab:golden-toy-fo-rest-2"]


def test_latex_is_not_given_more_tables_than_it_can_hold_back(cli, folder):
    cells = pd.read_csv(folder / "cells.csv")
    several = [cells.assign(dataset=f"toy{number}") for number in range(HELD_BACK)]
    pd.concat(several).to_csv(folder / "cells.csv", index=False)
    pages = exported(cli, folder, "latex").read_text().split(r"\clearpage")
    assert [page.count(r"\begin{table}") for page in pages] == [HELD_BACK, HELD_BACK]


def test_a_document_holds_what_is_said_and_all_cells(cli, folder):
    path = exported(cli, folder, "json")
    assert path == folder / "export.json"
    content = json.loads(path.read_text())
    assert ResultsDocument.model_validate(content).schema_ == content["schema"] == document.SCHEMA
    forest = content["groups"][0]
    assert (forest["dataset"], forest["classifier"], forest["seeds"]) == ("toy", "forest", 6)
    found = {each["contender"]: each for each in forest["contenders"]}
    # As in the leaderboard: smote's differences in balanced error are -4.50 [-5.41, -3.59] points.
    error = found["smote"]["differences"]["balanced_error"]
    assert [round(error[name] * 100, 2) for name in ("mean", "low", "high")] == [-4.5, -5.41, -3.59]
    assert (error["n"], error["word"]) == (6, "better")
    assert found["random"]["lift"]["word"] == "worse"
    assert found["lucky"]["lift"]["word"] is None
    assert (found["lucky"]["complete"], found["lucky"]["unscored"]) == (False, {"failed": 1})
    assert found["broken"]["unscored"] == {"no_op": 6}
    assert (found["broken"]["scores"], found["broken"]["seconds"]) == ({}, None)
    assert found["none"]["lift"] is None
    assert found["smote"]["ranks"]["roc_auc"] == 1
    assert found["smote"]["scores"]["roc_auc"]["mean"] == pytest.approx(0.805)


def test_its_cells_are_those_of_the_file(cli, folder):
    content = json.loads(exported(cli, folder, "json").read_text())
    cells = read_csv(folder / "cells.csv")
    again = pd.DataFrame(content["cells"])[cells.columns]
    pd.testing.assert_frame_equal(again.astype(cells.dtypes), cells)
    broken = next(cell for cell in content["cells"] if cell["status"] == "no_op")
    assert broken["roc_auc"] is None
    assert type(broken["n_train"]) is int


def test_a_document_shows_nothing_that_moves_a_cursor(cli, folder, rename, change, nasty):
    rename(folder, nasty)
    change(folder, 0, "reason", "\x1b[2Jgone\n<b>|")
    text = exported(cli, folder, "json").read_text()
    assert all(each.isprintable() or each == "\n" for each in text)
    content = json.loads(text)
    assert {cell["contender"] for cell in content["cells"]} >= {nasty["smote"], nasty["random"]}
    assert content["cells"][0]["reason"] == "\x1b[2Jgone\n<b>|"


@pytest.mark.parametrize("value", ["", "nan", "inf", "-inf"])
def test_what_is_no_number_is_null(cli, folder, value, change):
    change(folder, 0, "roc_auc", value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = json.loads(exported(cli, folder, "json").read_text())
    assert content["cells"][0]["roc_auc"] is None


def test_the_schema_that_is_published_is_that_of_the_document():
    """After a wanted change, write it again as benchmarks/publish/README.md says; raise its version if need be."""
    assert Path(document.__file__).with_name("results.schema.json").read_text() == json_schema()


def test_a_data_frame_has_types_and_says_where_it_comes_from(cli, folder):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = exported(cli, folder, "parquet")
    assert path == folder / "export.parquet"
    cells = read_csv(folder / "cells.csv")
    pd.testing.assert_frame_equal(pd.read_parquet(path), cells)
    origin = Provenance.parse(json.loads(parquet.read_schema(path).metadata[METADATA]), "metadata")
    assert origin == Provenance.read(folder / "environment.json")


def test_without_pyarrow_it_is_said_what_to_install(cli, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = cli("export", folder, "--format", "parquet")
    assert done.code == 2
    assert done.err.endswith("--format parquet needs pyarrow: pip install 'oversampling-bench[datasets]'\n")
    assert not (folder / "export.parquet").exists()


@pytest.mark.parametrize("form", ["latex", "json", "parquet"])
def test_a_folder_without_a_cell_is_exported_too(cli, folder, form):
    (folder / "cells.csv").write_text((folder / "cells.csv").read_text().splitlines()[0] + "\n")
    assert exported(cli, folder, form).stat().st_size


def complaint(done):
    """Give what went wrong, in one line."""
    assert done.code == 2
    assert done.err.startswith("oversampling-bench: ")
    assert done.err.count("\n") == 1
    return done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "gone", "--format", "json"], "gone holds no results: no cells.csv with environment.json"),
        (
            ["export", GOLDEN, "--format", "word"],
            "Invalid value for '--format': 'word' is not one of 'html', 'latex'",
        ),
        (["export", GOLDEN], "Missing option '--format'. Choose from: html, latex, parquet, json, svg, pdf\n"),
        (["export", GOLDEN, "--format", "json", "--out", "gone/x.json"], "--out gone/x.json cannot be written"),
        (["export", GOLDEN, "--format", "parquet", "--out", "gone/x"], "--out gone/x cannot be written"),
        (["export", GOLDEN, "--format", "json", "--out", "."], "--out . is no regular file"),
        (["cite", "gone"], "gone holds no results"),
    ],
)
def test_a_mistake_is_said_in_one_line(cli, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert said in complaint(cli(*arguments))
    assert not list(tmp_path.iterdir())


def test_results_are_not_overwritten_by_an_export_of_them(cli, folder):
    done = cli("export", folder, "--format", "latex", "--out", folder / "cells.csv")
    assert "is a file of the results themselves; name another" in complaint(done)
    assert (folder / "cells.csv").read_bytes() == (GOLDEN / "cells.csv").read_bytes()


@pytest.mark.parametrize(
    ("column", "value", "form", "said"),
    [
        ("status", "okay", "json", "cells.csv is damaged (status: input should be 'ok', 'partial'"),
        ("n_train", "many", "json", "cells.csv is damaged"),
        ("seed", "", "latex", "cells.csv is damaged"),
        ("seed", "one", "parquet", "cells.csv is damaged"),
    ],
)
def test_what_was_edited_by_hand_and_means_nothing_is_named(cli, folder, column, value, form, said, change):
    change(folder, 0, column, value)
    assert said in complaint(cli("export", folder, "--format", form))
    assert not list(folder.glob("*export*"))


@pytest.mark.parametrize("form", ["latex", "json"])
def test_rows_that_were_counted_to_zero_are_no_traceback(cli, folder, form):
    cells = pd.read_csv(folder / "cells.csv").assign(n_train=0)
    cells.to_csv(folder / "cells.csv", index=False)
    assert "cells.csv or environment.json is damaged" in complaint(cli("export", folder, "--format", form))
