"""What rows contribute and what labels do: who is compared with whom, and what is said of it."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.outcome import COLUMNS, LIFT
from oversampling_bench.benchmarks.report.curves import Curves
from oversampling_bench.benchmarks.report.page import Report
from oversampling_bench.benchmarks.report.sections import rows_and_labels
from oversampling_bench.benchmarks.report.sections.group import cost

pytestmark = pytest.mark.pictures

AUCS = {
    "none": 0.80,
    "booster": 0.90,
    "relabelled[copies=5,teacher=own]": 0.80,
    "relabelled[copies=5,teacher=booster]": 0.85,
    "filtered[candidates=1.0,copies=5,of=smotenc,teacher=own]": 0.78,
    "filtered[candidates=1.0,copies=5,of=smotenc,teacher=booster]": 0.87,
    "filtered[candidates=1.0,copies=5,new=0.5,of=smotenc,teacher=booster]": 0.85,
}


@pytest.fixture
def report(make_provenance):
    """Give a function that lays out cells of contenders with these AUCs, which all rise and fall with the seed."""

    def make(aucs=AUCS, seeds=6):
        rng, rows = np.random.default_rng(0), []
        for seed in range(seeds):
            shift = 0.002 * rng.normal()
            for number, (name, auc) in enumerate(aucs.items()):
                row = dict.fromkeys(COLUMNS, np.nan)
                row |= {"dataset": "toy", "classifier": "forest", "contender": name, "seed": seed, "status": "ok"}
                row |= {"roc_auc": auc + shift + 0.0005 * rng.normal(), "n_train": 800, "n_test": 200}
                row |= {LIFT: auc - 0.8 + (0.001 * rng.normal() if name != "none" else 0.0)}
                row |= {"sample_s": 0.5 * number, "fit_s": 1.0, "n_synthetic": 10 * number, "balanced_error": 1 - auc}
                rows.append(row)
        suite = {"contenders": list(aucs)}
        return Report(pd.DataFrame(rows), make_provenance(suite, dict.fromkeys(aucs, "oversampler")))

    return make


def test_copies_are_compared_with_none_and_new_rows_with_copies_under_the_same_labels(report):
    labels, rows = rows_and_labels.compared(report())
    auc = {each.kind: each for each in labels + rows if each.score == "roc_auc"}
    means = {(kind.rows, kind.labels, kind.new): round(each.found.mean, 2) for kind, each in auc.items()}
    assert means == {
        ("copies", "own", 0.0): 0.0,
        ("copies", "booster", 0.0): 0.05,
        ("smotenc", "own", 1.0): -0.02,
        ("smotenc", "booster", 1.0): 0.02,
        ("smotenc", "booster", 0.5): 0.0,
    }
    # Two lifts are at false alarms of their own each, and are not subtracted.
    assert {each.score for each in labels} == {"roc_auc", LIFT}
    assert {each.score for each in rows} == {"roc_auc", "error_positive_at_10"}
    words = {(kind.rows, kind.labels, kind.new): each.word for kind, each in auc.items()}
    assert words["copies", "booster", 0.0] == "better"
    assert words["copies", "own", 0.0] == "equivalent"
    assert words["smotenc", "own", 1.0] == "worse"
    assert words["smotenc", "booster", 1.0] == "better"


def test_where_a_generator_earns_something_is_said(report):
    whole = report()
    text = rows_and_labels.render(whole, whole.groups)
    assert "smotenc under the booster's labels, toy with forest, ROC AUC +0.0199 [" in text.partition("; better: ")[2]
    assert "smotenc, 50 % of them new" in text


def test_few_seeds_have_no_words(report):
    whole = report(seeds=3)
    text = rows_and_labels.render(whole, whole.groups)
    assert "0 better, 0 worse, 0 equivalent" in text


def test_nothing_is_said_without_copies_under_two_kinds_of_labels(report):
    without = {name: auc for name, auc in AUCS.items() if "teacher=own" not in name}
    whole = report(without)
    assert rows_and_labels.render(whole, whole.groups) == ""


def test_the_pictures_are_drawn(report, tmp_path):
    whole = report()
    for section in (rows_and_labels, cost):
        section.draw(whole, Curves(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"rows_and_labels.png", "cost_toy_forest.png"}


def test_the_front_is_of_those_that_none_beats_in_both(report):
    whole = report()
    text = cost.render(whole, whole.groups)
    named = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert named == ["none", "booster"]
    assert cost.costs(whole.groups[0])["booster"] == pytest.approx(1.5)
    few = report({name: AUCS[name] for name in list(AUCS)[:3]})
    assert cost.render(few, few.groups) == ""


def test_nothing_is_said_where_several_add_the_same_in_other_numbers(report):
    assert rows_and_labels.compared(report(AUCS | {"relabelled[copies=9,teacher=own]": 0.81})) == ([], [])
