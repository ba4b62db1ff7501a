"""The article's section: the arithmetic, and words that follow the numbers."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design.cell import CellId
from oversampling_bench.benchmarks.measure.outcome import COLUMNS, LIFT
from oversampling_bench.benchmarks.report.curves import Curves
from oversampling_bench.benchmarks.report.page import Report
from oversampling_bench.benchmarks.report.reliability import Reliability
from oversampling_bench.benchmarks.report.sections import article

pytestmark = pytest.mark.pictures


@pytest.fixture
def report(make_provenance):
    """Give a function that lays out cells of the article's system under its protocol."""
    suite = {"protocol": "article", "datasets": ["adult"], "classifiers": ["forest"]}

    def make(unique=0.001, spread=0.002, figures=(), **changes):
        provenance = make_provenance(suite | changes, {"none": "control", "basic_vae": "oversampler"})
        return Report(frame(unique, spread), provenance, figures)

    return make


def render(report):
    return article.render(report, report.groups)


def frame(unique, spread):
    rows = []
    for seed, shift in ((42, 0.0), (0, 0.02)):
        for contender, error in (("none", 0.15), ("basic_vae", 0.14)):
            row = dict.fromkeys(COLUMNS, np.nan) | {"dataset": "adult", "classifier": "forest", "contender": contender}
            row |= {
                "seed": seed,
                "status": "ok",
                "error": error + shift,
                "error_positive": 0.36,
                "error_negative": 0.08,
            }
            row |= {"tn": 90, "fp": 10, "fn": 9, "tp": 16, "balanced_error": 0.22, "n_synthetic": 15000}
            row |= {"synthetic_unique": unique, "synthetic_spread": spread, "synthetic_valid": 0.0}
            rows.append(row)
    return pd.DataFrame(rows)


def test_what_the_article_reports_stands_beside_seed_42_and_the_mean(report):
    text = render(report())
    overall = next(line for line in text.splitlines() if line.startswith("| forest as it is: overall"))
    assert [part.strip() for part in overall.split("|")[2:5]] == ["16", "15.00", "16.00 ± 1.41"]
    assert "not given" in text


def test_the_articles_arithmetic(report):
    # 24.08 % x 36 % + 75.92 % x 8 % = 8.67 % + 6.07 %
    assert "make 14.7 % overall, not 16 %" in render(report())
    assert pytest.approx(0.2408, abs=5e-5) == article.POSITIVES


def test_the_change_is_paired(report):
    assert "overall error changes by -1.00 ± 0.00 points" in render(report())


def test_collapse_is_said_only_where_the_numbers_say_it(report):
    assert "copies of one average point" in render(report())
    assert "copies of one average point" not in render(report(unique=0.9))
    assert "copies of one average point" not in render(report(spread=0.9))


def test_it_applies_to_the_articles_protocol_and_system_only(report):
    assert render(report())
    assert not render(report(protocol="strict"))
    whole = report()
    without = Report(whole.cells[whole.cells["contender"] == "none"], whole.provenance)
    assert not render(without)
    assert not article.render(whole, [])


def test_its_figures_are_drawn_and_shown(report, tmp_path):
    details = {}
    for seed in (42, 0):
        balance = {"before": [100, 25], "after": [100, 100]}
        for name, history in (("none", {}), ("basic_vae", {"reconstruction_mse": [0.3, 0.2, 0.1]})):
            details[CellId("adult", "forest", name, seed)] = {"class_balance": balance, "history": history}
    curves = Curves.of({}, Reliability(), details)
    article.draw(report(), curves, tmp_path / "figures")
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    assert set(drawn) == set(article.FIGURES)
    assert all(png.startswith(b"\x89PNG") for png in drawn.values())
    article.draw(report(), curves, tmp_path / "figures")
    assert drawn == {path.name: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    text = render(report(figures=list(drawn)))
    assert all(f"](figures/{name})" in text for name in drawn)


def test_a_better_vae_stands_beside_the_articles(make_provenance):
    rng, cells = np.random.default_rng(0), []
    for seed in range(6):
        for name, error, spread, lift in (
            ("none", 0.37, np.nan, 0.0),
            ("basic_vae", 0.37, 0.003, 0.0),
            ("conditional_vae", 0.30, 0.9, -0.01),
        ):
            one = frame(0.001, spread).iloc[:1].assign(contender=name, seed=seed, error_positive=error, roc_auc=0.9)
            cells.append(one.assign(n_train=800, n_test=200, **{LIFT: lift and lift + 0.001 * rng.normal()}))
    suite = {"protocol": "article", "datasets": ["adult"]}
    roles = {"none": "control", "basic_vae": "oversampler", "conditional_vae": "oversampler"}
    whole = Report(pd.concat(cells, ignore_index=True), make_provenance(suite, roles))
    text = render(whole)
    assert "their spread goes from 0.003 to 0.9 of that of real positives" in text
    assert "change by -7.00 points on positives and 0.00 on negatives, and it does less than a moved threshold" in text
