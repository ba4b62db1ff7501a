"""Time left: from the pace so far, counted down, silent where there is nothing to say."""

import io
from types import SimpleNamespace

import pytest
from oversampling_bench.benchmarks.catalog.data import Table
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.measure.outcome import Outcome
from oversampling_bench.benchmarks.parallel import progress
from oversampling_bench.benchmarks.parallel.progress import Estimate
from oversampling_bench.benchmarks.parallel.published import longest_first
from rich.console import Console


class Named(SimpleNamespace):
    def __str__(self):
        return " · ".join(map(str, self.id))


def cells(*contenders):
    return [Named(id=CellId("adult", "forest", name, 0), contender=name, seed=0) for name in contenders]


def ended(seconds, status="ok", reason=""):
    return Outcome({"status": status, "reason": reason}, elapsed_s=seconds)


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def test_time_left_follows_what_was_measured_and_counts_down(clock):
    one, *_ = planned = cells("a", "a", "a", "b", "b")
    shown = progress.RunProgress(planned, 2, Estimate(), Console(file=io.StringIO()))
    assert shown.left() == ""
    clock[0] += 10
    shown.finished(one, ended(10.0))
    assert shown.left() == "about 20 s left"  # four cells of 10 s, two at a time
    clock[0] += 4
    assert shown.left() == "about 16 s left"
    shown.finished(planned[3], ended(100.0))
    assert shown.left() == "about 1 min 0 s left"  # two of 10 s, one of 100 s
    clock[0] += 1000
    assert shown.left() == "about 0 s left"


def test_an_earlier_run_knows_how_long_it_takes(clock):
    known = Estimate([(CellId("adult", "forest", "a", 7), 30.0)])
    assert progress.RunProgress(cells("a", "b"), 1, known, Console(file=io.StringIO())).left() == "about 1 min 0 s left"


def test_what_is_most_alike_is_expected():
    estimate = Estimate()
    assert estimate.of(("adult", "forest", "a")) is None
    estimate.add(CellId("adult", "forest", "a", 0), 1.0)
    estimate.add(CellId("adult", "forest", "a", 1), 3.0)
    estimate.add(CellId("adult", "boosting", "a", 0), 8.0)
    estimate.add(CellId("other", "boosting", "b", 0), 28.0)
    assert estimate.of(("adult", "forest", "a")) == 2.0
    assert estimate.of(("other", "forest", "a")) == 4.0
    assert estimate.of(("other", "forest", "c")) == 10.0


def test_off_a_terminal_every_cell_is_a_line_with_its_verdict(clock):
    out = io.StringIO()
    planned = cells("smote", "none")
    shown = progress.RunProgress(planned, 1, Estimate(), Console(file=out, width=40))
    shown.finished(planned[0], ended(10.0, "failed", "ValueError: [no] such thing"))
    shown.finished(planned[1], ended(1.0))
    assert out.getvalue().splitlines() == [
        "[1/2] adult · forest · smote · 0: failed (ValueError: [no] such thing), about 10 s left",
        "[2/2] adult · forest · none · 0: ok",
    ]


def test_the_longest_cells_of_each_seed_come_first_and_splits_stay_together():
    took = {("small", "a"): 1.0, ("small", "b"): 3.0, ("large", "a"): 2.0, ("large", "b"): 9.0}
    known = Estimate((CellId(dataset, "forest", name, 7), seconds) for (dataset, name), seconds in took.items())
    planned = [
        Named(id=CellId(dataset, "forest", name, seed), seed=seed, split=(dataset, seed))
        for seed in (0, 1)
        for dataset, name in took
    ]
    ordered = [(cell.seed, cell.id.dataset, cell.id.contender) for cell in longest_first(planned, known, {})]
    assert ordered == [
        (seed, *rest) for seed in (0, 1) for rest in (("large", "b"), ("large", "a"), ("small", "b"), ("small", "a"))
    ]


def test_what_was_never_measured_takes_what_is_published():
    table = Table(hash="", rows=32_561, columns=14, categorical=8, positives=0.24, missing=0)
    planned = [
        Named(
            id=CellId("adult", "forest", name, 0), dataset="adult", classifier="forest", contender=name, seed=0, split=0
        )
        for name in ("none", "filtered", "smote")
    ]
    assert [cell.contender for cell in longest_first(planned, Estimate(), {"adult": table})] == [
        "filtered",
        "smote",
        "none",
    ]
