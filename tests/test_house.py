"""Doctests of every module, and the rules that the tree keeps."""

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.catalog import registry

PACKAGES = ["benchmarks", "oversamplers", "datasets"]
FILES = [
    (package, path)
    for package in PACKAGES
    for folder in importlib.import_module(f"oversampling_bench.{package}").__path__
    for path in sorted(Path(folder).glob("*.py"))
]


@pytest.mark.parametrize(("package", "path"), FILES, ids=[path.stem for _, path in FILES])
def test_docstring_examples_are_true(package, path):
    module = importlib.import_module(f"oversampling_bench.{package}.{path.stem}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(("package", "path"), FILES, ids=[path.stem for _, path in FILES])
def test_a_leaf_imports_nothing_above_it(package, path):
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{'.' * node.level}{node.module or ''}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    above = {name for name in imported if name.startswith("..") or "oversampling_bench" in name}
    assert not above, f"{path.name} reaches out of its folder: {above}"


def test_the_bare_names_shadow_nobody():
    """Nothing called `datasets` or `benchmarks` is importable because we are installed."""
    program = (
        "import importlib.util as u; print([n for n in ('datasets', 'benchmarks', 'oversamplers') if u.find_spec(n)])"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["list"]])
def test_help_and_list_import_nothing_heavy(arguments):
    program = (
        "import sys\nfrom oversampling_bench.benchmarks.command import main\n"
        f"sys.argv[1:] = {arguments}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([n for n in ('torch', 'sklearn', 'imblearn', 'pandas', 'numpy', 'matplotlib') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_list_names_everything(cli):
    out = cli("list").out
    for name in [*registry.installed("contender"), *registry.installed("dataset"), "forest_leaf5", "quick", "article"]:
        assert f"  {name} " in out
    assert cli("list", "suites").out.startswith("suites:\n  article ")
