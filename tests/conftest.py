import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from oversampling_bench.benchmarks import command
from oversampling_bench.benchmarks.catalog import registry
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.design.plan import make_plan
from oversampling_bench.benchmarks.measure.outcome import TIMINGS
from oversampling_bench.benchmarks.measure.rows import encoder
from oversampling_bench.benchmarks.record.folder import STORE, read_csv
from oversampling_bench.benchmarks.record.provenance import ContenderInfo, LearnerInfo, Provenance
from oversampling_bench.benchmarks.record.schema import STORED, insert
from oversampling_bench.benchmarks.report.markdown import table

TESTS = Path(__file__).parent


HERE, KILLED, CLUSTER = "on this machine", "on this machine, and killed", "on a cluster"
SHARING = {
    "tests/test_results.py",
    "tests/test_merge.py",
    "tests/test_readme.py",
    "tests/test_doors.py",
    "tests/test_api.py",
    "tests/advise/test_advise.py",
    "tests/measure/test_inner.py",
    "tests/oversamplers/test_filtered.py",
    "tests/oversamplers/test_generators.py",
    "tests/oversamplers/test_teacher.py",
    "tests/record/test_own_measures.py",
    "tests/record/test_salvage.py",
    "tests/record/test_store.py",
    "tests/publish/test_browser.py",
    "tests/publish/test_reproduce.py",
    "tests/publish/test_web.py",
    "tests/publish/test_submit.py",
    "tests/report/test_compare.py",
}
"""Files whose tests share what takes a while to make; on several workers each would make it anew."""


def scope(nodeid):
    """Say which tests run one after the other: those that start and time processes, kill runs, or have a cluster."""
    if (file := nodeid.partition("::")[0]) in SHARING:
        return file
    if not nodeid.startswith("tests/parallel/"):
        return nodeid
    return CLUSTER if "dask" in nodeid else KILLED if file.endswith("test_survival.py") else HERE


def pytest_collection_modifyitems(items):
    """Put first what takes longest, and in the middle what would load the machine while the former measures time."""
    of = {place: [item for item in items if scope(item.nodeid) == place] for place in (HERE, KILLED, CLUSTER)}
    rest = [item for item in items if scope(item.nodeid) not in of]
    half = len(rest) // 2
    items[:] = [*of[HERE], *of[KILLED], *rest[:half], *of[CLUSTER], *rest[half:]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let one worker run the tests of `parallel` while others run the rest."""
    from xdist.scheduler import LoadScopeScheduling

    # Not by xdist's own groups: it puts their names where pytest 9.2 does not look any more.
    class ByScope(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByScope(config, log)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Compute on one thread, as cells do: two that share a core with somebody else's are slower than one, by far."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True)
def drawn(request):
    """Let pictures be composed but not painted, which is most of a small run's time; `pictures` marks who looks."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("pictures") is None:
            patch.setattr(Figure, "savefig", lambda figure, path, **how: Path(path).write_bytes(b"not painted"))
        yield


@pytest.fixture(scope="session")
def plugin():
    """Path of a planted plugin, by name."""
    return lambda name: str(TESTS / "plugins" / f"{name}.py")


@pytest.fixture(scope="session")
def adult():
    return registry.find("dataset", "adult").load().load()


@pytest.fixture(scope="session")
def adult_fold(adult):
    return encoder.make_fold(*adult, registry.chosen("protocol", "strict"), 0)


@pytest.fixture(scope="session")
def blobs(plugin):
    return registry.find("dataset", plugin("blobs")).load().load()


@pytest.fixture(scope="session")
def blobs_fold(blobs):
    return encoder.make_fold(*blobs, registry.chosen("protocol", "strict"), 0)


@pytest.fixture(scope="session")
def program():
    """Give the command as a process of its own."""
    return [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()"]


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run the command in this process; give exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["oversampling-bench", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            command.main()
        code = stop.value.code
        captured = capsys.readouterr()
        return SimpleNamespace(code=0 if code is None else code, out=captured.out, err=captured.err)

    return run


@pytest.fixture(scope="session")
def edit():
    """Give a function that changes values of all cells in a store, as one who knows of checksums would."""

    def edit(folder, **changes):
        query = f"SELECT {', '.join(STORED)} FROM cells"
        with closing(sqlite3.connect(folder / STORE)) as store, store:
            rows = [dict(zip(STORED, row, strict=True)) | changes for row in store.execute(query).fetchall()]
            insert(store, "cells", [list(row.values()) for row in rows])

    return edit


@pytest.fixture
def run_small(cli, plugin, tmp_path):
    """Run contenders on the small table, with few seeds and a tree; give what `cli` gives, and the folder."""

    def run(*contenders, seeds=2, out="out", options=()):
        folder = tmp_path / out
        if "--classifier" not in options:
            options = (*options, "--classifier", "tree")
        chosen = [part for name in contenders for part in ("--contender", name)]
        arguments = ["quick", "--dataset", plugin("blobs"), *chosen, "--seeds", seeds, "--out", folder, *options]
        done = cli("run", *arguments)
        done.folder = folder
        return done

    return run


RIVALS = ("none", "random", "smote")


@pytest.fixture(scope="session")
def rivals():
    """Give a few quick contenders."""
    return RIVALS


@pytest.fixture(scope="session")
def scores():
    """Give a function that reads the cells of a folder, all but what differs from run to run."""
    return lambda folder: read_csv(folder / "cells.csv").drop(columns=TIMINGS)


@pytest.fixture
def whole(run_small, scores):
    """Run the rivals over four seeds, without accident; give their scores."""
    return scores(run_small(*RIVALS, seeds=4, out="whole").folder)


@pytest.fixture(scope="session")
def planned(plugin):
    """Give a function that plans the rivals' cells."""

    def plan(seeds=5):
        changes = {"datasets": [plugin("blobs")], "contenders": list(RIVALS), "seeds": list(range(seeds))}
        return make_plan(suites.read("quick").model_copy(update=changes)).cells

    return plan


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Start a Dask scheduler and two real workers on loopback; give them, and where faulty contenders note pids."""
    from distributed import LocalCluster

    pids = tmp_path_factory.mktemp("pids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTED_PIDS", str(pids))  # workers inherit it
        (pids / "tmp").mkdir()
        patch.setenv("TMPDIR", str(pids / "tmp"))
        options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "host": "127.0.0.1"}
        with LocalCluster(**options) as cluster:
            yield cluster, pids


@pytest.fixture(scope="session")
def rounds():
    """Give the splits after each round of a short race: further rounds would tell nothing else of `advise`."""
    return (3, 5)


@pytest.fixture
def short_race(monkeypatch, rounds):
    """Let `advise` race for two rounds, in this process."""
    for module in ("advise.race", "adviser"):
        monkeypatch.setattr(f"oversampling_bench.benchmarks.{module}.ROUNDS", rounds)


@dataclass
class Survived:
    """What was done to runs, how often, and the harm that was counted; None where that is not looked for."""

    what: str
    how_often: str = ""
    lost: int = 0
    corrupt: int | None = None
    wrong: int | None = None
    left: int = 0

    @property
    def unharmed(self):
        return not any((self.lost, self.corrupt, self.wrong, self.left))

    def compare(self, one, two):
        """Count the cells of two tables that are missing in one or differ between them, timings apart."""
        sides = [cells.drop(columns=TIMINGS).astype(str) for cells in (one, two)]
        both = sides[0].merge(sides[1], how="outer", indicator=True)
        different = both[both["_merge"] != "both"][["dataset", "classifier", "contender", "seed"]]
        self.lost += len(different.drop_duplicates())

    def row(self):
        counts = (self.lost, self.corrupt, self.wrong, self.left)
        return [self.what, self.how_often, *("–" if count is None else count for count in counts)]


@pytest.fixture(scope="session")
def survived():
    """Give the class that counts what was survived."""
    return Survived


@pytest.fixture(scope="session")
def tally(request):
    """Collect what `tox -e torture` counted for `results/survival.md`; where a test fails, there is no such file."""
    found = []
    path = TESTS.parent / "results" / "survival.md"
    path.unlink(missing_ok=True)
    yield found
    if len(found) == TORTURES and not request.session.testsfailed:
        path.write_text(survival_table(found))


TORTURES = 4
"""Tests that count for the table: fewer have run where one failed, or was not chosen, or somebody stopped them."""


def survival_table(found):
    headers = [
        "what happens",
        "how often",
        "cells lost or changed",
        "corrupt stores",
        "wrong verdicts",
        "processes left",
    ]
    text = "Counted by `tox -e torture`, which fails, and leaves no table, where one of the counts is not 0."
    rows = [each.row() for each in sorted(found, key=lambda each: each.what)]
    return f"# What it survives\n\n{text}\n\n## Survived\n\n{table(headers, rows, left=2)}\n"


@pytest.fixture(scope="session")
def make_provenance():
    """Give a function that makes a provenance of a suite and of contenders' roles; the rest is made up."""

    def make(suite=None, roles=None, **others):
        given = {"name": "s", "datasets": ["toy"], "contenders": ["none"], "classifiers": ["forest"], "seeds": [0]}
        suite = given | (suite or {})
        learner = LearnerInfo(source="built-in", about=".", code="")
        about = {"space": "encoded", "source": "built-in", "about": ".", "code": ""}
        rest = {"harness": "", "versions": {}, "system": "", "cpu": "Abacus", "cores": 2, "jobs": 2, "git": None}
        return Provenance(
            suite=suite,
            contenders={name: ContenderInfo(role=role, **about) for name, role in (roles or {}).items()},
            learners=dict.fromkeys(suite["classifiers"], learner),
            **(rest | {"data": {}} | others),
        )

    return make


@pytest.fixture
def rng():
    return np.random.default_rng(0)
