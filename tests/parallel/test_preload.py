"""What the forkserver holds: what a run's contenders and learners import, and no more."""

import os
import shutil
import signal
import sys
import threading
from multiprocessing import util

import pytest
from oversampling_bench.benchmarks import options
from oversampling_bench.benchmarks.parallel import preload, start
from oversampling_bench.benchmarks.parallel.engine import Limits
from oversampling_bench.benchmarks.parallel.engines.local import Local

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


def test_one_whose_end_somebody_else_has_waited_for_is_followed_by_another():
    context = start.start_context(["wave"])
    start.warm_up(context)
    os.kill(start._server._forkserver_pid, signal.SIGKILL)
    os.waitpid(start._server._forkserver_pid, 0)
    start.warm_up(context)
    assert holds(context, "wave")
    os.kill(start._server._forkserver_pid, signal.SIGKILL)
    os.waitpid(start._server._forkserver_pid, 0)
    assert holds(start.start_context(["wave", "sndhdr"]), "sndhdr")


def test_one_whose_socket_somebody_has_cleaned_away_is_followed_by_another():
    context = start.start_context(["wave"])
    start.warm_up(context)
    shutil.rmtree(util.get_temp_dir())
    assert holds(start.start_context(["wave", "chunk"]), "chunk")


def test_runs_of_two_threads_take_turns(planned):
    came, cells = [], planned(1)[:1]
    before, program = [os.environ.get(name) for name in start.THREADS], sys.modules["__main__"]
    limits = Limits(60, 4e9)

    def run():
        Local(1).run_cells(cells, limits, lambda _, outcome: came.append(outcome.record["status"]))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert came == ["ok", "ok"]
    assert [os.environ.get(name) for name in start.THREADS] == before
    assert start.HOLDS not in os.environ
    assert sys.modules["__main__"] is program
