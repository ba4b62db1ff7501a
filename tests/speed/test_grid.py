"""Seconds from the command to the leaderboard, beside what others take for as many fits; run by `tox -e speed`."""

import subprocess
import sys
from pathlib import Path

import pytest

OURS, PEER = "oversampling-bench", "imblearn pipeline, cross_validate"
PROGRAM = [sys.executable, "-c", "from oversampling_bench.benchmarks.command import main; main()", "run"]
PIPED = ["none", "class_weight", "random", "undersample", "gaussian_noise", "smote", "smotenc", "basic_vae"]
"""Those of `default` that a pipeline can hold, but autoregressive, which would take most of the time."""


def run(*arguments):
    subprocess.run([str(each) for each in arguments], check=True, capture_output=True)


@pytest.mark.benchmark(group="a run of one short cell")
def test_one_cell(benchmark, plugin, tmp_path):
    command = [*PROGRAM, "quick", "--dataset", plugin("blobs"), "--contender", "none", "--seeds", 1, "--fresh"]
    benchmark.pedantic(run, args=(*command, "--out", tmp_path / "out"), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="none and smote on Adult, forest, 10 seeds")
@pytest.mark.parametrize("who", [OURS, PEER])
@pytest.mark.parametrize("jobs", [1, 2])
def test_grid(benchmark, who, jobs, tmp_path):
    benchmark.extra_info |= {"who": who, "peer": PEER, "jobs": jobs}
    if who == PEER:
        command = [sys.executable, Path(__file__).with_name("peers.py"), "none,smote", 10, jobs]
    else:
        names = ["--contender", "none", "--contender", "smote", "--seeds", 10, "--jobs", jobs]
        command = [*PROGRAM, "default", *names, "--fresh", "--out", tmp_path / "out"]
    benchmark.pedantic(run, args=command, rounds=3)


@pytest.mark.benchmark(group="contenders of default that fit into a pipeline, Adult, forest, 10 seeds")
@pytest.mark.parametrize("who", [OURS, PEER])
def test_default(benchmark, who, tmp_path):
    benchmark.extra_info |= {"who": who, "peer": PEER, "jobs": 2}
    if who == PEER:
        command = [sys.executable, Path(__file__).with_name("peers.py"), ",".join(PIPED), 10, 2]
    else:
        names = [part for name in PIPED for part in ("--contender", name)]
        command = [*PROGRAM, "default", *names, "--seeds", 10, "--jobs", 2, "--fresh", "--out", tmp_path / "out"]
    benchmark.pedantic(run, args=command, rounds=1)


@pytest.mark.benchmark(group="none and smote on Adult, forest, 10 seeds, Dask")
@pytest.mark.parametrize("processes", [1, 2, 4])
def test_dask(benchmark, processes, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=processes, threads_per_worker=1, dashboard_address=None) as cluster:
        names = ["--contender", "none", "--contender", "smote", "--seeds", 10]
        where = ["--engine", "dask", "--scheduler", cluster.scheduler_address, "--out", tmp_path / "out"]
        benchmark.extra_info["processes"] = processes
        benchmark.pedantic(run, args=(*PROGRAM, "default", *names, "--fresh", *where), rounds=2)
