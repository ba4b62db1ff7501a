"""Pages: one file without a network, whose numbers are those of cells.csv and whose names are text; sites of them."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.publish.web import page as pages
from oversampling_bench.benchmarks.record.folder import read_csv

pytestmark = pytest.mark.pictures

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(GOLDEN, tmp_path / "results" / "golden")


def made(cli, folder):
    done = cli("export", folder, "--format", "html")
    assert done.code == 0, done.err
    return (folder / "report.html").read_text(encoding="utf-8")


def packed(text):
    """Give what a page holds."""
    letters = re.search(r'id="packed">([^<]*)<', text).group(1)
    return json.loads(gzip.decompress(base64.b64decode(letters)))


def read(text):
    """Read a page as a browser does; give its elements, each with its attributes."""
    found, parser = [], HTMLParser()
    parser.handle_starttag = lambda tag, given: found.append((tag, dict(given)))
    parser.feed(text)
    return found


def links(text):
    """Give the files that a page leads to."""
    given = [attributes["href"].partition("#")[0] for _, attributes in read(text) if "href" in attributes]
    return set(given) - {"", "data:,"}


def test_a_page_is_one_file_that_asks_for_nothing_and_the_same_each_time(cli, folder):
    text = made(cli, folder)
    elements = read(text)
    assert {tag for tag, _ in elements}.isdisjoint({"img", "iframe", "object", "embed", "base"})
    assert not [given for _, given in elements if "src" in given]
    assert links(text) == {"cells.csv", "details.md"}
    assert len(text.encode()) < pages.LARGEST
    assert made(cli, folder) == text


def test_only_its_own_scripts_may_run(cli, folder):
    text = made(cli, folder)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 2
    assert re.findall(r"'sha256-([^']*)'", policy) == hashes


def test_its_means_are_those_of_the_cells(cli, folder):
    tables = packed(made(cli, folder))["content"]["tables"]
    cells = read_csv(folder / "cells.csv")
    scored = cells[cells["status"].isin(["ok", "partial", "declined"])]
    seen = 0
    for table in tables:
        for row in table["rows"]:
            own = scored[(scored["classifier"] == table["classifier"]) & (scored["contender"] == row["contender"])]
            for name, mean in row["mean"].items():
                expected = own[name].astype(float)
                assert mean == (pytest.approx(expected.mean(), rel=1e-9) if expected.notna().any() else None)
                seen += mean is not None
    assert seen > 50


def test_its_cells_are_those_of_the_file(cli, folder):
    found, cells = packed(made(cli, folder))["content"]["cells"], read_csv(folder / "cells.csv")
    assert (found["contender"], found["seed"]) == (cells["contender"].tolist(), cells["seed"].tolist())
    for name in ("roc_auc", "balanced_error", "lift_over_threshold"):
        assert [value is None for value in found["numbers"][name]] == cells[name].isna().tolist()
        known = [value for value in found["numbers"][name] if value is not None]
        assert known == pytest.approx(cells[name].dropna().tolist(), rel=1e-6)


def test_names_and_reasons_are_text(cli, folder, rename, change, nasty):
    rename(folder, nasty | {"random": "<script>alert(1)</script>", "toy": "<img src=x onerror=alert(1)>"})
    change(folder, 0, "status", "failed")
    change(folder, 0, "reason", "</script><script>alert(2)</script>\u202ex\x1b[2J")
    content = json.loads((folder / "environment.json").read_text())
    content["suite"]["description"] = "\u202e\x1b[2J<b onclick=alert(3)>x</b> [y](javascript:alert(4))"
    (folder / "environment.json").write_text(json.dumps(content))
    text = made(cli, folder)
    elements = read(text)
    assert [tag for tag, _ in elements].count("script") == 3  # the data, and our own
    assert {"img", "b"}.isdisjoint(tag for tag, _ in elements)
    assert not [name for _, given in elements for name in given if name.startswith("on")]
    assert not [link for link in links(text) if ":" in link]
    assert not {"\x1b", "\u202e"} & set(text)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_column_that_nobody_knows_is_refused(cli, folder):
    path = folder / "cells.csv"
    path.write_text(path.read_text().replace("roc_auc", "<script>alert(1)</script>", 1))
    done = cli("export", folder, "--format", "html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert not (folder / "report.html").exists()


def test_cells_that_would_not_fit_are_left_to_the_file(cli, folder, monkeypatch):
    whole = len(made(cli, folder).encode())
    monkeypatch.setattr(pages, "LARGEST", whole - 1)
    scores = packed(made(cli, folder))["content"]["cells"]["numbers"]
    assert "roc_auc" in scores
    assert not {"synthetic_spread", "calibration_slope"} & set(scores)
    monkeypatch.setattr(pages, "LARGEST", 1000)
    text = made(cli, folder)
    assert packed(text)["content"]["cells"] is None
    assert "39 cells would not fit" in text


@pytest.mark.parametrize("value", ["inf", "-inf", "1e400"])
def test_what_is_no_number_is_none(cli, folder, value, change):
    change(folder, 0, "roc_auc", value)
    assert packed(made(cli, folder))["content"]["cells"]["numbers"]["roc_auc"][0] is None


def test_logs_stand_with_the_cells_that_left_them(cli, folder):
    (folder / "logs").mkdir()
    log = "Traceback\n\x1b[31m<script>alert(1)</script>"
    (folder / "logs" / "toy_forest_lucky_seed2_0a1b2c.log").write_text(log)
    text = made(cli, folder)
    assert "&lt;script&gt;alert(1)" in text
    failures = packed(text)["content"]["failures"]
    logs = {(each["contender"], each["seed"]): each["log"] for each in failures}
    assert logs["lucky", 2] == "Traceback\n‹U+001B›[31m<script>alert(1)</script>"
    assert logs["broken", 0] == ""
    (folder / "logs" / "toy_forest_lucky_seed2_0a1b2d.log").write_text("whose?")
    failures = packed(made(cli, folder))["content"]["failures"]
    assert {each["log"] for each in failures} == {""}


def test_without_any_cell_there_is_a_page(cli, folder):
    path = folder / "cells.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert "No cell was run" in made(cli, folder)


@pytest.mark.parametrize("module", ["jinja2", "vl_convert"])
def test_what_is_not_installed_is_named(cli, folder, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    for cached in (pages.environment, pages.library, pages.charts):
        cached.cache_clear()
    monkeypatch.delitem(sys.modules, f"{pages.__package__}.charts", raising=False)
    done = cli("export", folder, "--format", "html")
    for cached in (pages.environment, pages.library, pages.charts):
        cached.cache_clear()
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "pip install 'oversampling-bench[web]'" in done.err


def test_a_site_has_an_index_and_a_page_for_each(cli, folder, tmp_path):
    shutil.copytree(folder, folder.parent / "an other")
    (folder.parent / "README.md").write_text("no results")
    done = cli("site", folder.parent, "--out", tmp_path / "site")
    assert (done.code, done.out.strip()) == (0, str(tmp_path / "site" / "index.html"))
    index = (tmp_path / "site" / "index.html").read_text()
    assert re.findall(r'<h2><a href="([^"]*)"', index) == ["an%20other/index.html", "golden/index.html"]
    for name in ("an other", "golden"):
        page = (tmp_path / "site" / name / "index.html").read_text()
        assert 'href="../index.html"' in page
        assert all((tmp_path / "site" / name / each).is_file() for each in links(page))
    assert (tmp_path / "site" / ".nojekyll").exists()
    again = cli("site", folder.parent, "--out", tmp_path / "site")
    assert again.code == 0
    assert (tmp_path / "site" / "index.html").read_text() == index


@pytest.mark.parametrize(
    ("results", "out", "said"),
    [
        ("nowhere", "site", "holds no results"),
        ("results", "file", "is no folder"),
        ("results", "results", "holds the results themselves"),
        ("results", "file/site", "cannot be written"),
    ],
)
def test_a_site_that_cannot_be_is_said_in_a_line(cli, folder, tmp_path, results, out, said):
    (tmp_path / "file").write_text("")
    done = cli("site", tmp_path / results, "--out", tmp_path / out)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err
    assert str(folder.parent if results == "results" else tmp_path) in done.err or out in done.err


def test_of_damaged_results_none_is_made(cli, folder, tmp_path, change):
    change(folder, 0, "status", "splendid")
    (folder / "environment.json").write_text("{")
    done = cli("site", folder.parent, "--out", tmp_path / "site")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "environment.json is damaged" in done.err
