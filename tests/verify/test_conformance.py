"""The conformance suite: everything installed passes it, and planted bad ones are caught, each by its check."""

from pathlib import Path
from time import perf_counter

import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.verify import conformance
from oversampling_bench.benchmarks.verify.conformance import OF_CONTENDERS as CHECKS
from oversampling_bench.benchmarks.verify.dataset_checks import CHECKS as DATASET_CHECKS

QUICK = {
    "basic_vae": "basic_vae[epochs=2]",
    "tabular_gan": "tabular_gan[steps=10]",
    "conditional_vae": "conditional_vae[epochs=1]",
    "autoregressive": "autoregressive[epochs=1]",
    "relabelled": "relabelled[teacher=booster]",
    "filtered": "filtered[teacher=booster]",
}
TABLES = ["adult", "moons", "common[name=car_good]", "common[name=ecoli1]", "common[name=crx]", "sklearn[name=wine]"]


@pytest.mark.parametrize("name", sorted(registry.installed("contender")))
def test_every_contender_is_sound(name):
    verdicts = list(conformance.check(QUICK.get(name, name)))
    assert not [verdict for verdict in verdicts if verdict.status == "failed"]
    stale = [verdict.check for verdict in verdicts if "take it out" in verdict.reason]
    assert not stale
    declared = registry.find("contender", name).declared().expected_failures
    known = {verdict.check.removeprefix(conformance.THEIRS) for verdict in verdicts if verdict.status == "known"}
    assert known == set(declared)


def test_a_teacher_that_is_tried_is_sound_where_that_could_matter():
    titles = ["same seed, same rows", "global random state untouched", "input untouched", "second call like the first"]
    verdicts = conformance.check("relabelled[folds=2]", only=[*titles, "learner taken", "one minority row"])
    assert {verdict.status for verdict in verdicts} == {"ok"}


@pytest.mark.parametrize("name", TABLES)
def test_data_sets_are_sound(name):
    conformance.assert_sound(name)


SAMPLER = """
import time, os
import numpy as np
from imblearn.over_sampling import RandomOverSampler

class Mine(RandomOverSampler):
    BEFORE = None

    def fit_resample(self, X, y):
        rng = np.random.default_rng(self.random_state)
        BEFORE
        X_new, y_new = super().fit_resample(X, y)
        n = len(X)
        if hasattr(X_new, "to_numpy"):
            X_new = X_new.reset_index(drop=True)
        else:
            X_new[n:] += rng.normal(size=X_new[n:].shape).astype(X.dtype)
        AFTER
        return X_new, y_new

def make(random_state, sampling_strategy="auto"):
    sampler = Mine(random_state=random_state, sampling_strategy=sampling_strategy)
    MADE
    return sampler
"""

AFTER, BEFORE, MADE, HEAD = "AFTER", "BEFORE", "MADE", "HEAD"
LOST = "X_new = X_new[:, :4]"
BAD = {
    "same seed, same rows": (AFTER, "X_new[n:] += np.random.normal()"),
    "other seed, other rows": (BEFORE, "self.random_state, rng = 0, np.random.default_rng(0)"),
    "global random state untouched": (AFTER, "np.random.seed(3)"),
    "input untouched": (AFTER, "X[:] = 0"),
    "original rows first": (AFTER, "X_new, y_new = X_new[::-1], y_new[::-1]"),
    "asked counts met": (AFTER, "X_new, y_new = X_new[:-1], y_new[:-1]"),
    "rows finite": (AFTER, "X_new[-1, 0] = np.nan"),
    "columns and types kept": (AFTER, "X_new = X_new.astype('float64')"),
    "second call like the first": (AFTER, "self.calls = getattr(self, 'calls', 0) + 1; X_new[n:] += self.calls"),
    "searched values taken": (HEAD, "SEARCH = {'k': [3, 5]}"),
    "learner taken": (HEAD, "TAKES_LEARNER = True"),
    "declined with a reason": (AFTER, "X_new, y_new, self.declined_ = X_new[:n], y_new[:n], 'because'"),
    "one minority row": (BEFORE, "[][int((y == 1).sum() == 1) - 1:] or [0, 0][(y == 1).sum() == 1 and 7]"),
    "fewer minority rows than neighbours": (BEFORE, "assert (y == 1).sum() != 3"),
    "duplicate rows": (AFTER, "X_new[n:] /= np.ptp(X[y == 1], axis=0).max()"),
    "constant columns": (AFTER, "X_new[n:] /= X[y == 1].std(axis=0)"),
    "all columns numeric": (AFTER, "X_new = X_new if X.shape[1] != 3 else X_new[:, :2]"),
    "all columns categorical": (BEFORE, "{5: 0, 3: 0, 8: 0, 10: 0}[X.shape[1] if X.shape[1] != 5 else 9]"),
    "pickles": (MADE, "sampler.callback = lambda: None"),
    "imbalanced-learn: check_target_type": (
        BEFORE,
        "y = y if len(np.unique(y)) < 20 else (y > np.median(y)).astype(int)",
    ),
}


@pytest.fixture
def planted(tmp_path):
    """Write a sampler with one line changed; give its path."""

    def write(place, line, head=""):
        text = SAMPLER.replace("    BEFORE = None\n\n", "")
        for name in (AFTER, BEFORE, MADE):
            text = text.replace(name, line if name == place else "pass")
        (tmp_path / "bad.py").write_text((f"{line}\n" if place == HEAD else head) + text)
        return str(tmp_path / "bad.py")

    return write


def only(name, title):
    return [verdict for verdict in conformance.check(name, only=[title]) if verdict.check == title]


def test_there_is_a_bad_one_for_each_check():
    told = {"categories from training rows", "learner changed soundly"}
    assert set(CHECKS) <= set(BAD) | told


@pytest.mark.parametrize("title", BAD)
def test_a_planted_bad_one_is_caught(planted, title):
    (good,) = only(planted("", ""), title)
    assert good.status == "ok", good
    (bad,) = only(planted(*BAD[title]), title)
    assert bad.status == "failed", bad
    assert bad.expected
    assert bad.came
    assert bad.mend


def test_an_oversampler_that_adds_nothing_is_caught(planted):
    (bad,) = only(planted(AFTER, "X_new, y_new = X_new[:n], y_new[:n]"), "asked counts met")
    assert (bad.status, bad.came) == ("failed", "40")


def test_one_that_declines_gives_its_reason(planted):
    line = "X_new, y_new = X_new[:n], y_new[:n]"
    (bad,) = only(planted(AFTER, line, "DECLINES = True\n"), "declined with a reason")
    assert (bad.status, bad.came) == ("failed", "''")
    line += "; self.declined_ = 'because'"
    assert only(planted(AFTER, line, "DECLINES = True\n"), "declined with a reason")[0].status == "ok"


def test_categories_that_no_training_row_has_are_caught(planted):
    line = "X_new.loc[X_new.index >= n, 'colour'] = X['colour'].cat.categories[-1]"
    title = "categories from training rows"
    assert only(planted("", "", 'SPACE = "table"\n'), title)[0].status == "ok"
    (bad,) = only(planted(AFTER, line, 'SPACE = "table"\n'), title)
    assert bad.status == "failed"
    assert "unseen" in bad.came


def test_a_control_that_breaks_the_learner_is_caught(tmp_path):
    (tmp_path / "bad.py").write_text('ROLE = "control"\n\n\ndef classifier(estimator):\n    return "me"\n')
    (bad,) = only(str(tmp_path / "bad.py"), "learner changed soundly")
    assert (bad.status, bad.expected) == ("failed", "a classifier with fit and predict_proba")


@pytest.mark.parametrize(
    ("line", "came"),
    [("time.sleep(60)", "none"), ("os._exit(3)", "it died with exit code 3"), ("1 / 0", "ZeroDivisionError")],
)
def test_one_that_hangs_or_dies_fails_the_check_and_not_the_suite(planted, monkeypatch, line, came):
    monkeypatch.setattr(conformance, "PATIENCE_S", 5.0 if "sleep" in line else 60.0)
    (bad,) = only(planted(BEFORE, line), "same seed, same rows")
    assert bad.status == "failed"
    assert came in bad.came


def test_a_declared_failure_is_known_and_one_that_passes_is_stale(planted):
    head = 'EXPECTED_FAILURES = {"rows finite": "it is so", "input untouched": "not so"}\n'
    path = planted(*BAD["rows finite"], head)
    (known,) = only(path, "rows finite")
    assert (known.status, known.reason) == ("known", "it is so")
    assert "take it out" in only(path, "input untouched")[0].reason


def test_what_cannot_be_imported_says_so(plugin):
    (verdict,) = conformance.check(plugin("absent"))
    assert verdict.status == "failed"
    assert "a_package_that_nobody_has" in verdict.mend
    with pytest.raises(AssertionError, match="is not sound:"):
        conformance.assert_sound(plugin("absent"))


def test_a_sampler_that_ignores_its_seed_and_gives_nan_is_caught_many_times(tmp_path, cli):
    """The one that passes 12 of imbalanced-learn's 15 checks."""
    (tmp_path / "awful.py").write_text(
        "import numpy as np\nfrom imblearn.over_sampling.base import BaseOverSampler\n"
        "class Awful(BaseOverSampler):\n    def _fit_resample(self, X, y):\n"
        "        X_all, y_all = [X], [y]\n        for label, count in self.sampling_strategy_.items():\n"
        "            X_all.append(np.full((count, X.shape[1]), np.nan, dtype=X.dtype))\n"
        "            y_all.append(np.full(count, label, dtype=y.dtype))\n"
        "        return np.concatenate(X_all), np.concatenate(y_all)\n"
        "def make(random_state, sampling_strategy='auto'):\n    return Awful(sampling_strategy=sampling_strategy)\n"
    )
    done = cli("check", tmp_path / "awful.py")
    assert done.code == 1
    for title in ("other seed, other rows", "rows finite", "one minority row", "constant columns"):
        assert f"FAILED  {title}" in done.out
    assert "to mend:" in done.out


GOOD_TABLE = '''"""Rows. Source: here. Licence: none."""
import numpy as np, pandas as pd
def load():
    y = np.repeat([0, 1], [60, 20])
    X = pd.DataFrame({"a": np.arange(80.0), "b": pd.Categorical(["x", "y"] * 40)})
    LINE
    return X, pd.Series(y)
'''
BAD_TABLES = {
    "table of two classes": "X['b'] = X['b'].astype('str')",
    "positives rarer": "y = 1 - y",
    "same data each time": "X['a'] = np.random.default_rng().normal(size=80)",
    "can be split and encoded": "y[:] = 0; y[:2] = 1",
    "says where it comes from": "",
}


@pytest.mark.parametrize("title", DATASET_CHECKS)
def test_a_planted_bad_table_is_caught(tmp_path, title):
    path = tmp_path / "bad_table.py"
    path.write_text(GOOD_TABLE.replace("LINE", ""))
    assert only(str(path), title)[0].status == "ok"
    text = GOOD_TABLE.replace("LINE", BAD_TABLES[title])
    path.write_text(text.replace("Licence: none.", "") if title == "says where it comes from" else text)
    (bad,) = only(str(path), title)
    assert bad.status == "failed", bad


SHOUTS = """
import os, struct, time
PICKLE = b"cos\\nsystem\\n(Vtouch PATH\\ntR."
for payload in (struct.pack("!i", len(PICKLE)) + PICKLE, struct.pack("!i", 10_000) + b"half a message"):
    for fd in range(3, 65):
        try:
            os.write(fd, payload)
        except OSError:
            pass
END
"""


@pytest.mark.parametrize("end", ["os._exit(0)", "time.sleep(600)", "os.fork() or time.sleep(600)\ntime.sleep(600)"])
@pytest.mark.parametrize("kind", ["contender", "dataset"])
def test_whoever_writes_into_every_descriptor_fails_and_nothing_else_happens(planted, tmp_path, capfd, kind, end):
    touched = tmp_path / "touched"
    head = SHOUTS.replace("PATH", str(touched)).replace("END", end)
    path = planted("", "", head)
    if kind == "dataset":
        Path(path).write_text(head + "def load(): ...\n")
    start = perf_counter()
    (verdict,) = conformance.check(path)
    assert perf_counter() - start < 60
    assert (verdict.check, verdict.status) == ("can be loaded", "failed")
    assert "descriptors" in verdict.mend
    assert not touched.exists()
    assert "Traceback" not in capfd.readouterr().err
    conformance.assert_sound("none")  # what starts processes lives on


@pytest.mark.parametrize("title", ["rows finite", "pickles", f"{conformance.THEIRS}check_target_type"])
def test_an_answer_that_somebody_else_wrote_is_a_failed_check(planted, tmp_path, title):
    touched = tmp_path / "touched"
    line = SHOUTS.replace("PATH", str(touched)).replace("END", "time.sleep(600)")
    (tmp_path / "shout.py").write_text(line)
    path = planted(BEFORE, f"exec(open({str(tmp_path / 'shout.py')!r}).read())")
    wanted = [title, "check_samplers"] if title.startswith(conformance.THEIRS) else [title]
    found = [verdict for verdict in conformance.check(path, only=wanted) if verdict.status == "failed"]
    assert len(found) == 1
    assert "descriptors" in found[0].mend
    assert not touched.exists()


def test_a_process_that_says_nothing_any_more_is_a_failed_check(planted, monkeypatch):
    monkeypatch.setattr(conformance, "DYING_S", 0.5)
    path = planted("", "", "import os, time\nos.closerange(3, 65)\ntime.sleep(600)\n")
    (verdict,) = conformance.check(path)
    assert (verdict.status, verdict.came) == ("failed", "it says nothing")
