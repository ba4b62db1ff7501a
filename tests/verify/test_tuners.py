"""Planted bad tuners are caught; sound ones are checked with all contenders."""

import pytest
from oversampling_bench.benchmarks.verify.conformance import check

BAD = {
    "drawn": ("lambda trial: {'threshold': __import__('random').random()}", "another one"),
    "other": ("lambda trial: {'treshold': 0.3}", "fields of Learnt; treshold: Extra inputs"),
    "infinite": ("lambda trial: {'threshold': float('inf')}", "finite number"),
    "descending": ("lambda trial: {'isotonic': [[0.2, 0.1], [0.3, 0.4]]}", "ascending probabilities"),
    "beyond": ("lambda trial: {'isotonic': [[0.1, 0.2], [0.3, 4.0]]}", "in [0, 1]"),
    "seeded": ("lambda trial: {'params': {'random_state': 3}}", "random_state is the seed's"),
    "uneven": ("lambda trial: {'isotonic': [[0.1, 0.2], [0.3]]}", "two lists of the same length"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_tuner_is_caught(name, tmp_path):
    body, came = BAD[name]
    path = tmp_path / f"bad_{name}.py"
    path.write_text(f'"""A tuner."""\n\nWRAPS = {{"of": "smote"}}\n\n\ndef tuner(random_state):\n    return {body}\n')
    (failed,) = [verdict for verdict in check(str(path)) if verdict.status == "failed"]
    assert failed.check == "learns soundly"
    assert came in failed.came
