"""Pictures for a paper: vectors, as wide as asked, the same each time, and no leaderboard changes by them."""

import re

import pytest
from oversampling_bench.benchmarks.record.folder import CURVES

pytestmark = pytest.mark.pictures


@pytest.fixture(scope="module")
def folder(program, plugin, tmp_path_factory):
    """Give a folder that a small run wrote."""
    import subprocess

    out = tmp_path_factory.mktemp("figures") / "out"
    chosen = ["--dataset", plugin("blobs"), "--contender", "none", "--contender", "random", "--classifier", "tree"]
    subprocess.run([str(each) for each in (*program, "run", "quick", *chosen, "--out", out)], check=True)
    return out


def written(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("form", "starts"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_each_picture_is_written_in_the_format_the_same_each_time(cli, folder, tmp_path, form, starts):
    shown = written(folder / "figures")
    for out in ("a", "b"):
        done = cli("export", folder, "--format", form, "--out", tmp_path / out)
        assert (done.code, done.out.strip()) == (0, str(tmp_path / out))
    drawn = written(tmp_path / "a")
    assert {name.rpartition(".")[0] for name in drawn} == {name.rpartition(".")[0] for name in shown}
    assert all(content.startswith(starts) for content in drawn.values())
    assert drawn == written(tmp_path / "b")
    assert shown == written(folder / "figures")


def test_it_is_as_wide_as_the_column(cli, folder, tmp_path):
    assert cli("export", folder, "--format", "svg", "--width", "3.5", "--out", tmp_path / "narrow").code == 0
    for content in written(tmp_path / "narrow").values():
        assert re.search(rb'<svg [^>]*width="([\d.]+)pt"', content).group(1) == b"252"


@pytest.mark.parametrize("width", ["0", "-1", "nan", "1000"])
def test_a_width_that_is_none_is_said(cli, folder, width):
    done = cli("export", folder, "--format", "pdf", "--width", width)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--width" in done.err


def test_without_curves_it_says_what_to_do(cli, folder, tmp_path):
    (folder / CURVES).rename(tmp_path / CURVES)
    done = cli("export", folder, "--format", "pdf")
    (tmp_path / CURVES).rename(folder / CURVES)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "oversampling-bench report" in done.err
