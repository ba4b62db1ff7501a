"""What pictures show is kept beside the records: without its store, a folder draws the same ones."""

import json

import numpy as np
import pytest
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.roc import Roc
from oversampling_bench.benchmarks.record.folder import CURVES, FIGURES, STORE
from oversampling_bench.benchmarks.report.curves import FALSE_ALARMS, Curves
from oversampling_bench.benchmarks.report.reliability import Reliability

WHERE = CellId("adult", "forest", "none", 0)


@pytest.fixture
def curves():
    y, probability = np.repeat([0, 1], 50), np.linspace(0, 1, 100)
    reliability = Reliability()
    reliability.add(WHERE, np.tile(y, 4), np.tile(probability, 4))
    left = {WHERE: {"class_balance": {"before": [50, 50]}, "history": {"loss": [1 / 3]}}}
    steps = Roc(np.array([0, 0.5, 1]), np.array([1, 0.1, 0]))
    return Curves.of({WHERE: steps, WHERE._replace(seed=1): Roc.of(y, probability)}, reliability, left)


def test_the_baselines_misses_are_the_mean_over_seeds(curves):
    # One curve falls from 1 to 0.1 at half of the false alarms, the other misses nothing from none on.
    at_none, at_a_tenth, at_all = np.searchsorted(FALSE_ALARMS, [0.0, 0.1 - 1e-9, 1.0])
    misses = curves.misses("adult", "forest")
    assert misses[[at_none, at_a_tenth, at_all]].tolist() == [0.5, 0.41, 0.0]
    assert curves.misses("adult", "logistic") is None


def test_they_are_read_as_they_were_written(curves, tmp_path):
    (tmp_path / CURVES).write_text(curves.text())
    assert Curves.read(tmp_path / CURVES) == curves
    assert curves.left[0].history["loss"] == [0.333333]
    assert [each.n for each in curves.reliable("adult", "forest")["none"]] == [40] * 10


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 0}', '{"format": 1, "roc": [{"dataset": "adult"}]}'])
def test_others_are_refused_in_one_line(tmp_path, text):
    (tmp_path / CURVES).write_text(text)
    with pytest.raises(UsageError, match=CURVES) as caught:
        Curves.read(tmp_path / CURVES)
    assert "\n" not in str(caught.value)


@pytest.mark.pictures
def test_without_its_store_a_folder_draws_the_same_pictures(run_small, cli):
    folder = run_small("none", "smote", seeds=2).folder
    drawn = {path.name: path.read_bytes() for path in (folder / FIGURES).iterdir()}
    assert {name.partition("_")[0] for name in drawn} >= {"tradeoff", "reliability"}
    (folder / STORE).unlink()
    for name in drawn:
        (folder / FIGURES / name).unlink()
    assert cli("report", folder).code == 0
    assert drawn == {path.name: path.read_bytes() for path in (folder / FIGURES).iterdir()}
    json.loads((folder / CURVES).read_text())
