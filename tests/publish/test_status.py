"""What committed results lack is the same whether data sets are looked at here or in processes of their own."""

import shutil
from pathlib import Path

from oversampling_bench.benchmarks.design.plan import Look
from oversampling_bench.benchmarks.publish.status import lines, status

RESULTS = Path(__file__).parents[2] / "results"


def test_the_command_says_what_is_behind_and_by_what(cli, tmp_path):
    folder = shutil.copytree(RESULTS / "reference_forests", tmp_path / "reference_forests")
    cells = (folder / "cells.csv").read_text().splitlines(keepends=True)
    (folder / "cells.csv").write_text("".join(cells[:-1]))
    found = status([folder], Look().once())
    done = cli("status", folder)
    assert (done.code, done.out.splitlines()) == (1, lines(found))
    assert lines(found)[0] == f"- `{folder}`: behind the code"


def test_results_of_no_built_in_suite_are_compared_with_nothing(cli, tmp_path):
    folder = shutil.copytree(Path(__file__).parents[1] / "golden", tmp_path / "golden")
    assert "suite golden is none of the built-in ones" in cli("status", folder).out
