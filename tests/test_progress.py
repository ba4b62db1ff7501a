"""Time left: from the pace so far, counted down, silent where there is nothing to say."""

import io

import pytest
from oversampling_bench.benchmarks import progress
from rich.console import Console


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "perf_counter", lambda: now[0])
    return now


def test_time_left_follows_the_pace_and_counts_down(clock):
    shown = progress.RunProgress(4, Console(file=io.StringIO()))
    assert shown.left() == ""
    clock[0] += 10
    shown.finished("cell", {"status": "ok", "reason": ""})
    assert shown.left() == "about 30 s left"
    clock[0] += 4
    assert shown.left() == "about 26 s left"
    clock[0] += 100
    assert shown.left() == "about 0 s left"


def test_off_a_terminal_every_cell_is_a_line_with_its_verdict(clock):
    out = io.StringIO()
    shown = progress.RunProgress(2, Console(file=out, width=40))
    clock[0] += 10
    shown.finished("adult · forest · smote · seed 0", {"status": "failed", "reason": "ValueError: [no] such thing"})
    shown.finished("b", {"status": "ok", "reason": ""})
    assert out.getvalue().splitlines() == [
        "[1/2] adult · forest · smote · seed 0: failed (ValueError: [no] such thing), about 10 s left",
        "[2/2] b: ok",
    ]
