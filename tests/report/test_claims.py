"""Numbers of others beside ours, and what others say, tested: on made-up cells whose differences are known."""

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.measure.outcome import COLUMNS
from oversampling_bench.benchmarks.report.groups import regions
from oversampling_bench.benchmarks.report.page import Report
from oversampling_bench.benchmarks.report.sections import claims, published
from oversampling_bench.benchmarks.report.sections.front.finding import first_words
from oversampling_bench.benchmarks.report.statistics import over_units

SOURCES = [f"d{number}" for number in range(8)]
AUC = {"none": {"tree": 0.70, "boosting": 0.90}, "smote": {"tree": 0.75, "boosting": 0.90}}


def cells(datasets=SOURCES, seeds=5):
    """Make cells in which SMOTE gives a tree 0.05 of AUC, a little more on each next table, and boosting nothing."""
    rows = []
    for number, dataset in enumerate(datasets):
        for contender, by_learner in AUC.items():
            for classifier, auc in by_learner.items():
                gained = number / 1000 if (contender, classifier) == ("smote", "tree") else 0.0
                for seed in range(seeds):
                    row = dict.fromkeys(COLUMNS, np.nan) | {"dataset": dataset, "classifier": classifier}
                    row |= {"contender": contender, "seed": seed, "status": "ok", "n_train": 80, "n_test": 20}
                    rows.append(row | {"roc_auc": auc + gained + seed / 10_000, "balanced_error": 0.2})
    return pd.DataFrame(rows)


@pytest.fixture
def make_report(make_provenance):
    def make(frame=None, **suite):
        roles = {"none": "control", "smote": "oversampler"}
        given = {"datasets": SOURCES, "classifiers": ["tree", "boosting"], "contenders": list(roles)} | suite
        return Report(cells() if frame is None else frame, make_provenance(given, roles))

    return make


def claim(expect, classifier="tree", **more):
    rest = {"says": "It helps", "source": "Somebody 2001", "contender": "smote", "measure": "roc_auc"}
    return rest | {"classifier": classifier, "expect": expect} | more


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (claim("higher"), "holds"),
        (claim("lower"), "does not hold"),
        (claim("equivalent"), "does not hold"),
        (claim("not higher"), "does not hold"),
        (claim("not lower"), "holds"),
        (claim("equivalent", "boosting"), "holds"),
        (claim("not higher", "boosting"), "holds"),
        (claim("higher", "boosting"), "does not hold"),
        (claim("higher", than="boosting"), "holds"),
        (claim("lower", "boosting", than="tree"), "holds"),
        (claim("higher", against="smote", contender="none"), "does not hold"),
        (claim("higher", "forest"), "too few sources"),
        (claim("higher", contender="adasyn"), "too few sources"),
    ],
)
def test_a_claim_holds_or_does_not_by_the_difference_over_sources(make_report, given, verdict):
    (found,) = claims.tested(make_report(claims=[given]))
    assert found.verdict == verdict


def test_the_difference_is_that_of_the_means_and_p_is_adjusted_for_all_claims(make_report):
    report = make_report(claims=[claim("higher"), claim("higher", than="boosting"), claim("higher", "forest")])
    one, more, none = claims.tested(report)
    gained = np.array([0.05 + number / 1000 for number in range(8)])
    assert one.vote.values.to_numpy() == pytest.approx(gained)
    assert more.vote.values.to_numpy() == pytest.approx(gained)
    assert one.p_for == pytest.approx(2 * over_units(gained).p)
    assert one.p_against == 1
    assert np.isnan(none.p_for)
    text = claims.render(report, report.groups)
    assert "| It helps [1] | ROC AUC of `smote` less `none`, tree " in " ".join(text.split())
    assert "+0.0535 [" in text
    assert "[1] Somebody 2001" in text


@pytest.mark.parametrize(
    ("differences", "expect", "verdict"),
    [
        (np.linspace(-0.02, -0.01, 13), "not higher", "holds"),  # it lowers, and so does not raise
        (np.linspace(0.0005, 0.0015, 13), "not higher", "holds"),  # it raises by less than matters to anybody
        (np.linspace(0.0005, 0.0015, 13), "equivalent", "holds"),
        (np.linspace(0.0005, 0.0015, 13), "higher", "holds"),  # and yet it is more than chance
        (np.linspace(0.01, 0.02, 13), "equivalent", "does not hold"),
        (np.linspace(-0.02, 0.02, 13), "equivalent", "undecided"),
        (np.zeros(13), "equivalent", "holds"),
        (np.full(13, 0.25), "equivalent", "does not hold"),
    ],
)
def test_what_is_negligible_refutes_no_claim_of_no_difference(make_report, differences, expect, verdict):
    names = [f"d{number}" for number in range(13)]
    frame = cells(names)
    gained = dict(zip(names, differences, strict=True))
    own = (frame["contender"] == "smote") & (frame["classifier"] == "tree")
    frame.loc[own, "roc_auc"] = 0.7 + frame["seed"] / 10_000 + frame["dataset"].map(gained)
    (found,) = claims.tested(make_report(frame, datasets=names, claims=[claim(expect)]))
    assert found.verdict == verdict


def test_p_of_one_sided_tests_are_scipys():
    from oversampling_bench.benchmarks.report.sections.claims import p_of
    from scipy.stats import ttest_1samp

    values = np.array([0.004, -0.002, 0.006, 0.001, 0.003, 0.0, 0.005])
    over = over_units(values)
    less = ttest_1samp(values, 0.005, alternative="less").pvalue
    more = ttest_1samp(values, -0.005, alternative="greater").pvalue
    assert p_of("not higher", over, 0.005) == pytest.approx(less)
    assert p_of("not lower", over, 0.005) == pytest.approx(more)
    assert p_of("equivalent", over, 0.005) == pytest.approx(max(less, more))
    assert p_of("other", over, 0.005) == pytest.approx(min(1, 2 * min(1 - less, 1 - more)))
    assert p_of("higher", over, 0.005) == over.p
    assert p_of("lower", over, 0.005) == 1


def test_where_nothing_differs_nothing_is_beyond_a_margin_of_nothing():
    from oversampling_bench.benchmarks.report.sections.claims import p_of

    none = over_units(np.zeros(7))
    assert [p_of(what, none, 0.0) for what in ("equivalent", "other", "not higher", "not lower")] == [1, 1, 1, 1]


def test_a_run_that_nothing_came_of_says_so(make_report):
    report = make_report(cells().iloc[:0], claims=[claim("higher")], published=[number()])
    assert "Of 1 claim of the literature, 1 cannot be tested." in claims.summary(report)
    assert "adjusted for all 0 rows that can be tested" in claims.render(report, report.groups)
    assert "not run |" in published.render(report, report.groups)


def test_where_sources_disagree_and_where_they_are_few_nothing_is_decided(make_report):
    frame = cells()
    rising = (frame["dataset"].isin(SOURCES[:4])) & (frame["contender"] == "smote") & (frame["classifier"] == "tree")
    frame.loc[rising, "roc_auc"] -= 0.11
    (found,) = claims.tested(make_report(frame, claims=[claim("higher")]))
    assert found.verdict == "undecided"
    (found,) = claims.tested(make_report(cells(SOURCES[:5]), datasets=SOURCES[:5], claims=[claim("higher")]))
    assert found.verdict == "too few sources"


def test_a_table_on_which_seeds_are_missing_takes_no_part(make_report):
    frame = cells()
    gone = (frame["dataset"] == "d3") & (frame["contender"] == "smote") & (frame["seed"] == 2)
    (found,) = claims.tested(make_report(frame[~gone], claims=[claim("higher")]))
    assert len(found.vote.values) == 7
    assert found.vote.lacking == 1


def number(**given):
    rest = {
        "dataset": "d0",
        "classifier": "tree",
        "measure": "roc_auc",
        "said": ".700",
        "value": 0.7,
        "within": 0.0005,
        "seeds": 5,
    }
    return rest | {"source": "Somebody 2001"} | given


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (number(), "0.7002 | +0.0002 | 0.0005 | same"),  # the mean over five seeds
        (number(seed=4, value=0.6999), "0.7004 | +0.0005 | 0.0005 | same"),
        (number(seed=4, value=0.6998), "0.7004 | +0.0006 | 0.0005 | other"),
        (number(contender="smote"), "0.7502 | +0.0502 | 0.0005 | other"),
        (number(seed=9), "– | – | 0.0005 | not run"),
        (number(seeds=10), "– | – | 0.0005 | not run"),  # a mean over ten seeds is none over five
        (number(dataset="d77"), "– | – | 0.0005 | not run"),
        (number(measure="balanced_error", said="80 %", value=0.2, within=0.005), "20.0 | 0.0 | 0.5 | same"),
    ],
)
def test_a_published_number_stands_beside_that_which_comes_out_here(make_report, given, shown):
    report = make_report(published=[given])
    text = " ".join(published.render(report, report.groups).replace("+0.0 ", "0.0 ").split())
    assert shown in text
    assert "[1] Somebody 2001" in text


def test_a_mean_over_fewer_seeds_than_there_are_is_none(make_report):
    frame = cells()
    gone = (frame["dataset"] == "d0") & (frame["contender"] == "none") & (frame["seed"] == 2)
    report = make_report(frame[~gone], published=[number()])
    assert "not run" in published.render(report, report.groups)


def test_words_of_others_make_no_headings_and_no_tags(make_report):
    evil = "x\n\n# Forged\n\n<script>alert(1)</script> | a | \x1b[31m"
    report = make_report(
        published=[number(source=evil, note=evil, said=evil)], claims=[claim("higher", says=evil, note=evil)]
    )
    text = published.render(report, report.groups) + claims.render(report, report.groups)
    assert "\n# Forged" not in text
    assert "<script>" not in text
    assert "\x1b" not in text


def test_labels_are_written_as_reports_write_them(tmp_path):
    (tmp_path / "s.toml").write_text(
        'datasets = ["adult"]\ncontenders = ["none", "tuned[of=smote,budget=6]"]\nseeds = [0]\n[[published]]\n'
        'dataset = "adult"\nclassifier = "forest"\ncontender = "tuned[of=smote,budget=6]"\nmeasure = "error"\n'
        'said = "x"\nvalue = 0.5\nwithin = 0.1\nsource = "y"\n'
    )
    assert suites.read(str(tmp_path / "s.toml")).published[0].contender == "tuned[budget=6,of=smote]"


@pytest.mark.parametrize("key", ["published", "claims"])
def test_a_measure_that_there_is_not_is_said_before_anything_runs(key):
    one = number(measure="roc_uac") if key == "published" else claim("higher", measure="roc_uac")
    made = suites.make(name="s", datasets=["a"], contenders=["none"], seeds=[0], **{key: [one]})
    with pytest.raises(UsageError, match=f"suite s: {key}: unknown measure 'roc_uac'; did you mean 'roc_auc'?"):
        regions(made)


def test_the_authors_numbers_come_out_fold_by_fold(cli, tmp_path):
    """Balanced accuracies of DE-Forest's authors on haberman, to six decimals: see the suite for their source."""
    options = ["--dataset", "common[name=haberman]", "--classifier", "forest[n_estimators=15,random_state=0]"]
    done = cli("run", "reference", *options, "--seeds", "4", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    text = (tmp_path / "out" / "details.md").read_text().split("## Published, here, difference")[1]
    folds = [line for line in text.split("## ")[0].splitlines() if "haberman" in line and "RF_b" not in line]
    same = [line for line in folds if line.rstrip("| ").endswith("same")]
    assert [line.split("|")[4].strip() for line in same] == ["0", "1", "2", "3"]


def test_what_became_of_others_words_is_said_first(make_report):
    frame = cells()
    report = make_report(
        frame[frame["contender"] == "none"], published=[number(), number(seed=4, value=0.5)], contenders=["none"]
    )
    assert first_words(report) == "- **1 of 2 comparisons with published numbers come out the same.**"
    listed = [claim("higher"), claim("lower"), claim("higher", "forest")]
    words = first_words(make_report(claims=listed)).splitlines()
    assert words[-1] == "- **Of 3 claims of the literature, 1 hold, 1 do not, 1 cannot be tested.**"
    assert words[0].startswith("- **On d0 with tree")
