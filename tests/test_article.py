"""The article's section: the arithmetic, and words that follow the numbers."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks import article
from oversampling_bench.benchmarks.article_figures import draw_article
from oversampling_bench.benchmarks.groups import group_cells
from oversampling_bench.benchmarks.record import COLUMNS

ENVIRONMENT = {
    "suite": {"protocol": "article", "datasets": ["adult"], "classifiers": ["forest"]},
    "contenders": {"none": {}, "basic_vae": {}},
}


def groups(unique=0.001, spread=0.002):
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
    return list(group_cells(pd.DataFrame(rows), ENVIRONMENT))


def test_what_the_article_reports_stands_beside_seed_42_and_the_mean():
    text = article.section(groups(), [])
    overall = next(line for line in text.splitlines() if line.startswith("| forest as it is: overall"))
    assert [part.strip() for part in overall.split("|")[2:5]] == ["16", "15.00", "16.00 ± 1.41"]
    assert "not given" in text


def test_the_articles_arithmetic():
    # 24.08 % x 36 % + 75.92 % x 8 % = 8.67 % + 6.07 %
    assert "make 14.7 % overall, not 16 %" in article.section(groups(), [])
    assert pytest.approx(0.2408, abs=5e-5) == article.POSITIVES


def test_the_change_is_paired():
    assert "overall error changes by -1.00 ± 0.00 points" in article.section(groups(), [])


def test_collapse_is_said_only_where_the_numbers_say_it():
    assert "copies of one average point" in article.section(groups(), [])
    assert "copies of one average point" not in article.section(groups(unique=0.9), [])
    assert "copies of one average point" not in article.section(groups(spread=0.9), [])


def test_it_applies_to_the_articles_protocol_and_system_only():
    assert article.applies(groups(), ENVIRONMENT)
    assert not article.applies(groups(), ENVIRONMENT | {"suite": {"protocol": "strict"}})
    without = groups()
    del without[0].scored["basic_vae"]
    assert not article.applies(without, ENVIRONMENT)
    assert not article.applies([], ENVIRONMENT)


def test_its_figures_are_drawn_and_shown(tmp_path):
    history = {"reconstruction_mse": [0.3, 0.2, 0.1]}
    details = {}
    for seed in (42, 0):
        balance = {"before": [100, 25], "after": [100, 100]}
        details["adult", "forest", "none", seed] = {"class_balance": balance, "history": {}}
        details["adult", "forest", "basic_vae", seed] = {"class_balance": balance, "history": history}
    drawn = draw_article(tmp_path / "figures", groups(), details)
    assert set(drawn) == set(article.FIGURES)
    assert all((tmp_path / "figures" / name).read_bytes().startswith(b"\x89PNG") for name in drawn)
    before = {name: (tmp_path / "figures" / name).read_bytes() for name in drawn}
    draw_article(tmp_path / "figures", groups(), details)
    assert before == {name: (tmp_path / "figures" / name).read_bytes() for name in drawn}
    text = article.section(groups(), drawn)
    assert all(f"](figures/{name})" in text for name in drawn)
