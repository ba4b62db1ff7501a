"""Results of others: what is taken, how it is shown, and what is caught."""

import json
import shutil
from pathlib import Path

import oversampling_bench as ob
import pytest
from oversampling_bench.benchmarks.catalog.scaffold import create
from oversampling_bench.benchmarks.measure.outcome import TIMINGS
from oversampling_bench.benchmarks.publish.consistent import problems
from oversampling_bench.benchmarks.record.folder import read_csv, read_results

OTHER = 'def make(random_state, sampling_strategy="auto"):\n    raise RuntimeError\n'
KEY = ("--key", "fixed")


@pytest.fixture(scope="module")
def race(tmp_path_factory, plugin):
    """Give a folder, what somebody else ran on the same data with a contender of their own, and the file of that."""
    folder = tmp_path_factory.mktemp("races")
    (mine,) = create("contender", "mine", package=False, folder=folder)
    of = {"datasets": plugin("blobs"), "learners": ["tree"], "seeds": 5}
    own = ob.run("quick", contenders=["none", "random"], **of, out=folder / "own").folder
    return own, ob.run("quick", contenders=["none", mine], **of, out=folder / "sent").folder, mine


@pytest.fixture
def submit(race, cli, tmp_path, plugin):
    """Give a function that submits, to a copy; without stores, as folders are committed."""
    for path in race[:2]:
        shutil.copytree(path, tmp_path / path.name, ignore=shutil.ignore_patterns("cells.sqlite*"))

    def run(*more, origin="acme", folder="sent", mine=race[2]):
        files = ("--contender", mine, "--dataset", plugin("blobs"))
        return cli("submit", tmp_path / folder, "--to", tmp_path / "own", "--origin", origin, *files, *KEY, *more)

    run.sent, run.own = tmp_path / "sent", tmp_path / "own"
    return run


def edit(folder, of="mine", seeds=(3,), **changes):
    """Change values of cells, as somebody would who knows where they lie; a change may be a function of the others."""
    path = folder / "cells.csv"
    header, *rows = [line.split(",") for line in path.read_text().splitlines()]
    for row in rows:
        if row[3] == of and int(row[4]) in seeds:
            values = dict(zip(header, row, strict=True))
            for name, change in changes.items():
                row[header.index(name)] = str(change(values) if callable(change) else change)
    path.write_text("".join(",".join(row) + "\n" for row in (header, *rows)))


def say(folder, change):
    """Change what a folder says of itself."""
    path = folder / "environment.json"
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))


def untouched(folder):
    return not (folder / "submitted").exists()


def test_what_fits_is_taken_and_shown_with_its_origin(submit, race):
    before = (submit.own / "cells.csv").read_text()
    done = submit()
    assert done.code == 0, done.err
    assert done.out.count("same: 37 of 37 columns agree exactly") == 6  # three cells, and the baseline beside each
    assert "5 cells of `mine`, by acme" in done.out
    assert (submit.own / "cells.csv").read_text() == before
    shown = "".join((submit.own / page).read_text() for page in ("leaderboard.md", "details.md"))
    assert "Coverage: 15 of 15 cells scored" in shown
    assert "[Submitted by others](details.md#submitted-by-others): `mine` (by acme)." in shown
    assert "## Submitted by others\n" in shown
    (row,) = [line for line in shown.splitlines() if line.startswith("| `mine`") and "| acme " in line]
    assert "| 6 cells " in row
    checked = json.loads((submit.own / "submitted" / "acme" / "checked.json").read_text())
    assert (checked["origin"], checked["key"], len(checked["again"])) == ("acme", "fixed", 6)
    result = ob.read_results(submit.own)
    assert result.provenance.submitted["mine"].who == "acme"
    assert "submitted" not in json.loads((submit.own / "environment.json").read_text())
    sent = read_csv(race[1] / "cells.csv").query("contender == 'mine'").drop(columns=TIMINGS)
    taken = result.cells.query("contender == 'mine'").drop(columns=TIMINGS)
    assert taken.reset_index(drop=True).equals(sent.reset_index(drop=True))


def test_a_submitted_cell_can_be_run_again_like_any_other(submit, cli, plugin):
    submit("--check", 1)
    where = ("--out", submit.own, "--dataset", plugin("blobs"))
    done = cli("reproduce", "quick/blobs/tree/mine/2", *where)
    assert done.code == 2
    assert "unknown contender 'mine'" in done.err
    assert cli("compare", submit.own, submit.own).out.count("| `mine`") == 1


def test_a_second_one_of_the_same_origin_takes_the_place_of_the_first(submit):
    assert submit("--check", 1).code == 0
    edit(submit.sent, seeds=range(5), sample_s=12.5)
    assert submit("--check", 1).code == 0
    assert set(ob.read_results(submit.own).cells.query("contender == 'mine'")["sample_s"]) == {12.5}
    done = submit(origin="others")
    assert done.code == 2
    assert "contender 'mine' was submitted by acme; rename yours" in done.err


def test_the_same_lot_draws_the_same_cells_and_another_one_others(submit):
    drawn = []
    for more in (("--key", "a"), ("--key", "a"), ("--key", "b"), ("--key", "c"), ()):
        submit("--check", 1, *more)
        checked = json.loads((submit.own / "submitted" / "acme" / "checked.json").read_text())
        drawn.append(checked["again"][0])
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1
    assert all("mine" in each for each in drawn)


EDITED = {
    "a rate": ({"error_positive": "0.01"}, "error_positive is 0.01, but fn / (fn + tp) is"),
    "a count": ({"tp": lambda row: int(row["tp"]) + 1}, "tn + fp + fn + tp is 61, but n_test 60"),
    "counts that add up": (
        {"tp": lambda row: int(row["tp"]) + 1, "fn": lambda row: int(row["fn"]) - 1},
        "error is",
    ),
    "more positives than there are": (
        {
            "tp": "48", "fn": "0", "tn": "12", "fp": "0",
            "error": "0.0", "error_positive": "0.0", "error_negative": "0.0", "balanced_error": "0.0",
        },
        "60 test rows, 12 of them positive, but 240, 60 and 48 in",
    ),
    "another lift": ({"lift_over_threshold": "0.9"}, "lift_over_threshold is 0.9, but lies from"),
    "no lift": ({"lift_over_threshold": ""}, "has no lift_over_threshold"),
    "an unknown status": ({"status": "perfect"}, "unknown status 'perfect'"),
    "an unknown phase": ({"phase": "lunch"}, "unknown phase 'lunch'"),
    "scores without a status": ({"status": "failed"}, "it is failed, but has tn"),
    "an impossible AUC": ({"roc_auc": "1.2"}, "roc_auc cannot be 1.2"),
    "a picture in a reason": ({"reason": "<img src=x>"}, "reason holds what no run writes there"),
    "other seeds": ({"seed": "77"}, "seed 77: "),
    "a seed twice": ({"seed": "2"}, "seed 2 stands twice"),
    "another suite": ({"suite": "full"}, "its cells are of another suite than 'quick'"),
    "no label": ({"contender": "mine[k"}, "'mine[k' is no label of a contender"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "complaint"), EDITED.values(), ids=EDITED)
def test_edited_cells_are_caught_without_running_any(submit, changes, complaint):
    edit(submit.sent, **changes)
    done = submit()
    assert done.code == 2
    assert "sent cannot be taken: " in done.err
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert untouched(submit.own)


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        ("{sent}/evil.py", "names a file; name it yourself, with --contender FILE"),
        ("recalibrated[of={sent}/evil.py]", "names a file; name it yourself, with --contender FILE"),
        ("evil:Mine", "is a class of some module; if you would run it, say --contender 'evil:Mine'"),
    ],
)
def test_nothing_is_run_that_only_the_submission_names(submit, tmp_path, monkeypatch, label, complaint):
    (submit.sent / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n{OTHER}class Mine: fit_resample = 1\n")
    monkeypatch.syspath_prepend(str(submit.sent))
    name = label.format(sent=submit.sent)
    say(submit.sent, lambda said: said["contenders"].update({name: said["contenders"].pop("mine")}))
    edit(submit.sent, seeds=range(5), contender=name)
    done = submit()
    assert done.code == 2
    assert complaint in done.err
    assert not (tmp_path / "ran").exists()
    assert untouched(submit.own)


def set_in(*path):
    *inner, last, value = path

    def change(said):
        for name in inner:
            said = said[name]
        said[last] = value

    return change


SAID = {
    "other data": (set_in("data", "blobs", "hash", "0" * 16), "data set blobs differs"),
    "another protocol": (set_in("suite", "protocol", "article"), "protocol is article instead of strict"),
    "other code of it": (set_in("protocol", "code", "0"), "the code of protocol strict is another one"),
    "another encoder": (set_in("suite", "encoder", "minmax"), "encoder is minmax instead of standard"),
    "another number of rows": (set_in("suite", "n_requested", 7), "n_requested is 7 instead of None"),
    "other code of what both have": (
        set_in("contenders", "none", "code", "0"), "own has another contender 'none', of other code; rename yours"),
    "nothing of the contender": (
        lambda said: said["contenders"].pop("mine"), "environment.json does not say what contender 'mine' is"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "complaint"), SAID.values(), ids=SAID)
def test_what_was_made_by_other_rules_or_of_other_things_is_caught(submit, change, complaint):
    say(submit.sent, change)
    done = submit()
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1
    assert untouched(submit.own)


def test_other_code_than_was_submitted_is_not_run(submit, tmp_path):
    (tmp_path / "mine.py").write_text(OTHER)
    done = submit(mine=tmp_path / "mine.py")
    assert done.code == 2
    assert "the code of contender 'mine' here (file mine.py) is not what was submitted: its hash is " in done.err
    assert untouched(submit.own)


def test_scores_that_only_probabilities_know_are_caught_by_running_cells_again(submit):
    edit(submit.sent, seeds=range(5), brier="0.01")
    done = submit("--check", 1)
    assert done.code == 1
    assert "brier: 0.01 stored, 0." in done.out
    assert "NOT taken: blobs · tree · mine · seed" in done.out.splitlines()[-1]
    assert "has other scores" in done.out.splitlines()[-1]
    assert untouched(submit.own)


def test_counts_that_agree_with_all_rates_are_caught_likewise(submit):
    perfect = {"tp": "12", "fn": "0", "tn": "48", "fp": "0"}
    edit(submit.sent, seeds=range(5), **perfect,
         **dict.fromkeys(("error", "error_positive", "error_negative", "balanced_error"), "0.0"))  # fmt: skip
    edit(submit.sent, seeds=range(5), lift_over_threshold="0.0")
    done = submit("--check", 1)
    assert done.code == 1
    assert "tp: 12 stored, " in done.out
    assert untouched(submit.own)


def test_a_lift_that_its_curves_do_not_give_is_caught_likewise(submit):
    shift = {"lift_over_threshold": lambda row: float(row["lift_over_threshold"]) + 1e-6}
    edit(submit.sent, seeds=range(5), **shift)
    done = submit("--check", 1)
    assert done.code == 1
    assert "has lift_over_threshold" in done.out.splitlines()[-1]
    assert untouched(submit.own)


def test_cells_that_both_have_must_agree(submit):
    edit(submit.sent, of="none", brier="0.01")
    done = submit()
    assert done.code == 2
    assert "blobs · tree · none · seed 3 has brier 0.01, but 0." in done.err
    assert untouched(submit.own)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_in("versions", "scipy", "0.1"), "made with scipy 0.1 instead of 1."),
        (set_in("learners", "tree", "code", "0"), "made with other code of learner tree"),
    ],
)
def test_other_versions_are_taken_where_what_both_have_agrees_and_said(submit, change, said):
    say(submit.sent, change)
    assert submit("--check", 1).code == 0
    assert said in (submit.own / "details.md").read_text()


def test_other_versions_are_refused_where_nothing_shows_whether_they_matter(submit):
    say(submit.sent, set_in("harness", "0"))
    text = (submit.sent / "cells.csv").read_text().splitlines()
    (submit.sent / "cells.csv").write_text("\n".join(line for line in text if ",none," not in line) + "\n")
    edit(submit.sent, seeds=range(5), lift_over_threshold="")
    done = submit()
    assert done.code == 2
    assert "made with other code that measures, and nothing shows whether that matters: run none, too, on" in done.err


def test_seeds_that_lack_are_said(submit, race, plugin, tmp_path):
    of = {"datasets": plugin("blobs"), "learners": ["tree"], "seeds": [0, 2, 3]}
    ob.run("quick", contenders=["none", race[2]], **of, out=tmp_path / "fewer")
    done = submit("--check", 1, folder="fewer")
    assert done.code == 0, done.err
    said = "mine lacks seeds 1, 4 of blobs · tree"
    assert f"to be known: {said}" in done.out
    assert said in (submit.own / "details.md").read_text()


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"origin": "../acme"}, "--origin '../acme': give a name of letters, digits, '_', '.' and '-'"),
        ({"origin": ".."}, "--origin '..': give a name"),
        ({"folder": "gone"}, "gone holds no results: no cells.csv with environment.json"),
        ({"folder": "own"}, "own is the folder to submit; choose another"),
    ],
)
def test_what_cannot_be_is_named(submit, more, complaint):
    done = submit(**more)
    assert done.code == 2
    assert complaint in done.err
    assert done.err.count("\n") == 1


def test_columns_that_lack_are_named(submit):
    path = submit.sent / "cells.csv"
    path.write_text(path.read_text().replace(",tp,", ",true_positives,"))
    assert "columns that this version does not know: true_positives" in submit().err
    path.write_text(path.read_text().replace(",true_positives,", ",seconds,").replace("seconds", "error", 1))
    done = submit()
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "--check 0: give 1 or more" in submit("--check", 0).err


def test_what_was_edited_after_it_was_checked_is_withheld_and_said(submit, cli):
    assert submit("--check", 1).code == 0
    edit(submit.own / "submitted" / "acme", sample_s="0.5")
    assert cli("report", submit.own).code == 0
    shown = (submit.own / "details.md").read_text()
    assert "| mine, submitted by acme | it is not as it was checked; submit it again |" in shown
    assert "| `mine`" not in shown


def test_a_contender_of_the_folders_own_comes_before_one_that_was_submitted(submit, cli, race, plugin, tmp_path):
    assert submit("--check", 1).code == 0
    own = ("--classifier", "tree", "--dataset", plugin("blobs"), "--seeds", 5, "--out", submit.own)
    assert cli("run", "quick", "--contender", race[2], "--contender", "none", *own).code == 0
    shown = (submit.own / "details.md").read_text()
    assert "| mine, submitted by acme | there is another contender of that name |" in shown
    assert "## Submitted by others" not in shown


def test_nothing_that_was_committed_looks_edited():
    folders = sorted((Path(__file__).parents[2] / "results").glob("*/cells.csv"))
    assert folders
    assert {path.parent.name: found for path in folders
            if (found := list(problems(read_results(path.parent).cells)))} == {}  # fmt: skip
