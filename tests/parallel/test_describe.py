"""Data sets are read in processes of their own, under the limits: whatever they do, the run says one line."""

import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.catalog.data import describe_data
from oversampling_bench.benchmarks.catalog.registry import chosen
from oversampling_bench.benchmarks.catalog.resolve import resolve
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.parallel import describe, start
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.step.memory import Message
from oversampling_bench.benchmarks.parallel.step.process import Ended
from oversampling_bench.benchmarks.record.folder import read_csv

LOADS = "import os, signal, time\nimport numpy as np\nimport pandas as pd\ndef load():\n    {}\n"

SUITE = suites.make(name="s", datasets=["a"], contenders=["none"], seeds=[0])


@pytest.fixture
def run_table(cli, tmp_path):
    """Run the baseline on a data set; give what `cli` gives."""

    def run(path, *options):
        arguments = ("quick", "--dataset", path, "--contender", "none", "--seeds", 1, "--out", tmp_path / "out")
        return cli("run", *arguments, *options)

    return run


@pytest.fixture
def planted(tmp_path):
    """Plant a data set whose `load` does something."""

    def plant(name, does):
        path = tmp_path / f"{name}.py"
        path.write_text(LOADS.format(does))
        return path

    return plant


@pytest.mark.parametrize("name", ["adult", "blobs"])
def test_what_is_said_from_apart_is_what_is_seen_here(plugin, name):
    ((label, choice),) = resolve("dataset", [plugin(name) if name == "blobs" else name]).choices.items()
    with describe.describing(Limits(100)) as look:
        assert look.describe(choice, label, chosen("protocol", "strict"), SUITE) == describe_data(choice, label)


TIME = ("--timeout", 5)
SPACE = ("--memory", 0.5)  # and the time that it takes: some machines need more than 5 s to give it
GROWS = "kept = [bytearray(b'x' * 50_000_000) for _ in range(80)]; time.sleep(600)"


@pytest.mark.parametrize(
    ("name", "does", "limit", "complaint"),
    [
        ("grows", GROWS, SPACE, "data set 'grows' takes more than 0.5 GB to read (--memory)"),
        ("hangs", "time.sleep(600)", TIME, "data set 'hangs' takes longer than 5 s to read (--timeout)"),
        (
            "dies",
            "os.kill(os.getpid(), signal.SIGKILL)",
            TIME,
            "data set 'dies' cannot be loaded: its process died of SIGKILL",
        ),
        (
            "leaves",
            "os._exit(3)",
            TIME,
            "data set 'leaves' cannot be loaded: its process ended itself with exit code 3",
        ),
        ("raises", "raise ValueError('\\x1b[31mred')", TIME, "data set 'raises' cannot be loaded: red"),
    ],
)
def test_what_a_data_set_does_stays_apart(run_table, planted, name, does, limit, complaint):
    done = run_table(planted(name, does), *limit)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err


FORGES = """
import json, os, sys, time
from sklearn.datasets import make_classification
import pandas as pd

def load():
    frame = sys._getframe()
    while (frame := frame.f_back) and frame.f_code.co_qualname != "Prepare.run":
        pass
    if frame:  # where its rows are prepared, it answers itself, and without rows
        content = json.dumps({"words": {"encode_s": 0.0}, "arrays": {}}).encode()
        pipes = []
        for fd in range(3, 256):
            try:
                os.pwrite(fd, b"%16d" % len(content) + content, 0)
            except OSError:
                pipes.append(fd)
        for fd in pipes:
            try:
                os.write(fd, b".")
            except OSError:
                pass
        time.sleep(60)
    X, y = make_classification(n_samples=200, weights=[0.8], random_state=0)
    return pd.DataFrame(X, columns=[f"c{i}" for i in range(20)]), pd.Series(y)
"""


def test_a_data_set_that_answers_in_our_place_ends_no_run(run_table, tmp_path):
    (tmp_path / "forges.py").write_text(FORGES)
    done = run_table(tmp_path / "forges.py")
    assert done.code == 1
    (cell,) = read_csv(tmp_path / "out" / "cells.csv").itertuples()
    assert (cell.status, cell.reason) == ("crashed", "its answer cannot be read ('y_test')")


def test_no_code_of_a_data_set_runs_in_the_process_of_the_run(run_table, planted, plugin, tmp_path):
    path = planted("own", f"return {{}}[open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}} ')]")
    path.write_text(path.read_text() + f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}} ')\n")
    assert run_table(path).code == 2
    assert run_table(path, "--dry-run").code == 2
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 4
    assert str(os.getpid()) not in pids


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({}, "it describes no table"),
        ({"table": {"hash": "x"}}, "it describes no table"),
        ({"table": {"hash": "x"}, "more": 1}, "its words are none of SaidWords"),
    ],
)
def test_an_answer_that_is_none_is_said(words, complaint):
    about = describe.About("data set 'x'", "read", "cannot be loaded")
    with pytest.raises(UsageError, match=f"data set 'x' cannot be loaded: its answer cannot be read .{complaint}"):
        describe._table(describe._answer(Ended(Message(words)), about, Limits(1), describe.SaidWords), about)


PLUGIN = """
import os, signal, time
from imblearn.over_sampling import RandomOverSampler
{}
def make(random_state, sampling_strategy="auto", k=1):
    return RandomOverSampler(random_state=random_state)
"""


@pytest.mark.parametrize("label", ["{}[k=2]", "filtered[of={}]", "filtered[of={}[k=2]]"])
def test_no_code_of_a_plugin_runs_in_the_process_of_the_run(run_table, plugin, tmp_path, label):
    path, pids = tmp_path / "mine.py", tmp_path / "pids"
    path.write_text(PLUGIN.format(f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}} ')"))
    assert run_table(plugin("blobs"), "--contender", label.format(path)).code == 0
    assert run_table(plugin("blobs"), "--contender", label.format(path).replace("k=2", "j=2")).code in (0, 2)
    assert str(os.getpid()) not in pids.read_text().split()


@pytest.mark.parametrize(
    ("does", "complaint"),
    [
        ("os._exit(3)", "cannot be imported: its process ended itself with exit code 3"),
        ("raise ValueError('no')", "cannot be imported (ValueError: no)"),
        ("time.sleep(60)", "takes longer than 3 s to import (--timeout)"),
        ("", "unknown parameter of contender 'mine': 'j'"),
    ],
)
def test_a_plugin_that_cannot_be_looked_at_is_named(run_table, plugin, tmp_path, does, complaint):
    path = tmp_path / "mine.py"
    path.write_text(PLUGIN.format(does))
    done = run_table(plugin("blobs"), "--contender", f"{path}[j=2]", "--timeout", 3)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_a_forkserver_makes_way_for_one_that_holds_more(monkeypatch):
    stopped = []
    begun = []
    server = SimpleNamespace(_forkserver_pid=2**30, set_forkserver_preload=list, connect_to_new_process=None)
    server._stop = lambda: stopped.append(vars(server).update(_forkserver_pid=None))
    server.ensure_running = lambda: begun.append(os.environ[start.HOLDS])
    monkeypatch.setattr(start, "_server", server)
    monkeypatch.setattr(start, "_held", ["imblearn"])
    monkeypatch.setattr(start, "_ending", [None])  # nothing of it needs an end
    start.start_context()
    start.start_context(["imblearn"])
    assert (len(stopped), begun) == (0, [])
    start.start_context(["torch"])
    assert (len(stopped), begun) == (1, ["imblearn,torch"])
    assert start.HOLDS not in os.environ


def _parquet(path, **columns):
    pd.DataFrame(columns).to_parquet(path)


def test_a_parquet_file_that_blows_up_is_refused_within_the_limit(run_table, tmp_path):
    pytest.importorskip("pyarrow")
    zeros = np.zeros(40_000_000)
    _parquet(tmp_path / "bomb.parquet", **{f"c{i}": zeros for i in range(3)}, y=(zeros == 0).astype("int8"))
    assert (tmp_path / "bomb.parquet").stat().st_size < 2_000_000
    done = run_table(tmp_path / "bomb.parquet", "--target", "y", "--positive", 1, "--memory", 0.5)
    assert done.code == 2
    assert "takes more than 0.5 GB to read (--memory)" in done.err
    assert done.err.count("\n") == 1


def test_odd_tables_are_refused_or_read(run_table, tmp_path):
    pytest.importorskip("pyarrow")
    target = ("--target", "y", "--positive", 1)
    y = [0, 0, 0, 1] * 10
    (tmp_path / "hollow.parquet").write_bytes(b"")
    _parquet(tmp_path / "none.parquet", a=[], y=[])
    _parquet(tmp_path / "nested.parquet", a=[[1, 2]] * 40, y=y)
    (tmp_path / "nuls.csv").write_bytes(b"a,y\n" + b"\x00\x00,\x00\n" * 40)
    for name, complaint in (
        ("hollow.parquet", "hollow.parquet cannot be read"),
        ("none.parquet", "none.parquet has no rows"),
        ("nested.parquet", "column 'a' of nested.parquet holds lists or records"),
        ("nuls.csv", "cannot be loaded"),
    ):
        done = run_table(tmp_path / name, *target)
        assert (done.code, done.err.count("\n")) == (2, 1), name
        assert complaint in done.err
    _parquet(tmp_path / "painted.parquet", **{"\x1b[31mred": [each / 3 for each in range(40)], "y": y})
    done = run_table(tmp_path / "painted.parquet", *target)
    assert done.code == 0, done.err
    assert "\x1b" not in done.err
    assert "\x1b" not in Path(tmp_path / "out" / "leaderboard.md").read_text()


def test_very_many_columns_are_said_briefly(run_table, tmp_path):
    table = pd.DataFrame({f"c{i}": [each / 3 for each in range(40)] for i in range(250)})
    table.assign(y=[0, 0, 0, 1] * 10).to_csv(tmp_path / "wide.csv", index=False)
    done = run_table(tmp_path / "wide.csv", "--target", "y", "--positive", 1)
    assert done.code == 0, done.err
    assert done.err.count("\n") < 60
    wrong = run_table(tmp_path / "wide.csv", "--target", "z", "--positive", 1)
    assert wrong.code == 2
    assert len(wrong.err) < 1000


def test_the_start_of_the_forkserver_is_not_the_time_of_a_data_set(plugin):
    start.renew(start.start_context())
    ((label, choice),) = resolve("dataset", [plugin("blobs")]).choices.items()
    with describe.describing(Limits(1.0)) as look:
        assert look.describe(choice, label, chosen("protocol", "strict"), SUITE).rows


def test_a_temporary_folder_whose_path_is_too_long_for_sockets_is_named(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", f"/tmp/{'x' * 80}")
    with pytest.raises(UsageError, match=r"TMPDIR /tmp/x+ is too long a path to make sockets in"):
        start.start_context()
    monkeypatch.setattr(tempfile, "tempdir", f"/tmp/{'x' * 60}")
    start.start_context()
