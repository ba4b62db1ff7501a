"""One door: built-ins, files and entry points; clashes and broken files are refused."""

import ast
from importlib import metadata

import pytest
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.catalog.contract import Declared
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
