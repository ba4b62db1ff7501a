"""What the forkserver holds: what a run's contenders and learners import, and no more."""

import os
import signal

import pytest
from oversampling_bench.benchmarks import options
from oversampling_bench.benchmarks.parallel import preload, start

TORCH, IMBLEARN, LIGHTGBM = (preload.SLOW[name] for name in ("torch", "imblearn", "lightgbm"))


def holds(context, module):
    process = context.Process(target=exec, args=(f"import sys; sys.exit(10 + ({module!r} in sys.modules))",))
    with start.starting():
        process.start()
    process.join()
    return process.exitcode == 11


def held(contenders, classifiers=("forest",)):
    suite = options.read_suite("quick", contenders=contenders, classifiers=classifiers)
    return set(preload.of_suite(suite)) - set(preload.OURS)


@pytest.mark.parametrize(
    ("contenders", "classifiers", "expected"),
    [
        (["none", "smote"], ["forest"], {IMBLEARN}),
        (["basic_vae"], ["forest"], {IMBLEARN, TORCH}),
        (["filtered[of=tabular_gan]"], ["forest"], {IMBLEARN, TORCH}),  # by what it wraps
        (["tuned[of=filtered[of=smote]]"], ["forest"], {IMBLEARN}),
        (["imblearn.over_sampling:ADASYN"], ["lightgbm:LGBMClassifier"], {IMBLEARN, LIGHTGBM}),
        (["no_such_thing"], ["forest"], set()),  # planning says so
    ],
)
def test_it_is_what_the_run_imports(contenders, classifiers, expected):
    assert held(contenders, classifiers) == expected


def test_a_plugin_by_path_says_what_it_imports(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def make(random_state):\n    from torch import nn\n")
    assert TORCH in held([str(path)])


def test_a_library_that_cannot_be_imported_is_left_to_the_cells_that_need_it(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text("raise OSError('no such driver')")
    monkeypatch.syspath_prepend(tmp_path)
    context = start.start_context(["broken_library", "wave"])
    start.warm_up(context)
    assert holds(context, "wave")


def test_one_that_was_killed_is_followed_by_one_that_holds_as_much():
    context = start.start_context(["wave"])
    start.warm_up(context)
    server = start._server._forkserver_pid
    os.kill(server, signal.SIGKILL)
    os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)
    assert holds(context, "wave")
