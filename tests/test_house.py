"""The rules that the tree keeps: arrows one way, small rooms, true docstring examples, a wheel that holds it all."""

import ast
import doctest
import importlib.util
import subprocess
import sys
from pathlib import Path

import oversampling_bench
import pytest
from oversampling_bench.benchmarks.catalog import registry

REPOSITORY = Path(__file__).parent.parent
INSTALLED = Path(oversampling_bench.__file__).parent
FILES = sorted(INSTALLED.rglob("*.py"))
NAMES = [".".join(path.relative_to(INSTALLED).with_suffix("").parts) for path in FILES]
MODULES = list(zip(NAMES, FILES, strict=True))

ROOMS = ["catalog", "design", "measure", "parallel", "record", "report", "publish"]
"""The harness in the order in which data flows; a room imports itself and those before it."""
LEAVES = ["datasets", "oversamplers", "benchmarks.learners", "benchmarks.protocols"]
"""What plugs in: imports nothing of ours but its own folder."""
FORBIDDEN_TO_REPORTS = [
    *(f"benchmarks.measure.{name}" for name in ("trial", "inner", "rows", "resample", "synthetic")),
    "benchmarks.parallel",
    "benchmarks.catalog.registry",
    "benchmarks.catalog.wrapping",
    "benchmarks.design.plan",
    "oversamplers",
]
LARGEST_ROOM = 12


def imported(name, text):
    """Name the modules of ours that a module imports, wherever in its text."""
    found = set()
    package = name.split(".")[:-1]
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=module, level=0, names=names) if module and module.startswith(
                "oversampling_bench"
            ):
                base = module.split(".")[1:]
                found |= {".".join([*base, alias.name]) for alias in names}
            case ast.ImportFrom(module=module, level=level, names=names) if level:
                base = package[: len(package) - level + 1] + (module.split(".") if module else [])
                found |= {".".join([*base, alias.name]) for alias in names}
            case ast.Import(names=names):
                found |= {a.name.partition(".")[2] for a in names if a.name.startswith("oversampling_bench.")}
    return found


def room(name):
    parts = name.split(".")
    return parts[1] if parts[0] == "benchmarks" and len(parts) > 2 else "top" if parts[0] == "benchmarks" else parts[0]


def upward(name, text):
    """Give the imports of a module that run against the flow."""
    own = room(name)
    leaf = next((leaf for leaf in LEAVES if name.startswith(f"{leaf}.")), None)
    if leaf:
        return {each for each in imported(name, text) if not each.startswith(f"{leaf}.")}
    if own == "verify":
        allowed = {"catalog", "design", "measure", "parallel", "verify"}
    elif own in ROOMS:
        allowed = set(ROOMS[: ROOMS.index(own) + 1])
    else:
        return set()
    return {
        each for each in imported(name, text) if room(f"{each}.x") not in allowed and "errors" not in each.split(".")
    }


@pytest.mark.parametrize(("name", "path"), MODULES, ids=NAMES)
def test_docstring_examples_are_true(name, path):
    module = importlib.import_module(f"oversampling_bench.{name}".removesuffix(".__init__"))
    assert doctest.testmod(module).failed == 0


def test_there_are_docstring_examples_in_every_kind_of_room():
    with_examples = {room(name) for name, path in MODULES if ">>> " in path.read_text()}
    assert {"catalog", "design", "measure", "parallel", "report", "top"} <= with_examples


@pytest.mark.parametrize(("name", "path"), MODULES, ids=NAMES)
def test_no_arrow_runs_back_up(name, path):
    assert upward(name, path.read_text()) == set()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("benchmarks.catalog.registry", "from ..design.plan import Plan"),
        ("benchmarks.measure.trial", "def f():\n    from ..report import page"),
        ("benchmarks.record.store", "from .. import session"),
        ("benchmarks.report.sections.group.scores", "from ....verify.tables import ordinary"),
        ("benchmarks.parallel.engines.local", "from ...record.store import Store"),
        ("oversamplers.smote", "from ..benchmarks.errors import UsageError"),
        ("datasets.adult", "import oversampling_bench.benchmarks.api"),
        ("benchmarks.learners.forest", "from ..catalog.label import parse"),
    ],
)
def test_one_that_does_is_caught(name, line):
    assert upward(name, line)


def test_rendering_imports_nothing_that_runs_cells():
    program = (
        "import sys\nfrom oversampling_bench.benchmarks.report import page\npage.all_sections()\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    assert "oversampling_bench.benchmarks.report.sections.group.scores" in modules
    ours = [name.removeprefix("oversampling_bench.") for name in modules]
    assert [name for name in ours if name.startswith(tuple(FORBIDDEN_TO_REPORTS))] == []
    assert not {"torch", "imblearn", "distributed", "psutil"} & set(modules)


def test_rooms_are_small():
    folders = {path.parent for path in FILES if "benchmarks" in path.parts}
    sizes = {str(folder.relative_to(INSTALLED)): len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: size for name, size in sizes.items() if size > LARGEST_ROOM} == {}


def test_the_wheel_holds_every_file_of_the_tree():
    """Packages are listed by name in pyproject.toml; one that is forgotten there would be missing."""
    tree = {
        path.relative_to(REPOSITORY)
        for top in ("benchmarks", "datasets", "oversamplers")
        for path in (REPOSITORY / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "README.md"
    }
    public = Path("benchmarks", "public")
    expected = {path.relative_to(public) if path.is_relative_to(public) else path for path in tree}
    found = {path.relative_to(INSTALLED) for path in INSTALLED.rglob("*") if path.is_file()}
    assert expected - found == set()


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("speed/*.py")), ids=lambda path: path.stem)
def test_speed_tests_which_nobody_runs_every_day_can_still_be_imported(path):
    spec = importlib.util.spec_from_file_location(f"speed_{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_a_word_that_once_had_many_homes_has_one():
    """One word, one meaning."""
    homes = {}
    for name, path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in (
                "find",
                "main",
                "Protocol",
                "section",
            ):
                homes.setdefault(node.name, []).append(name)
    assert {word: where for word, where in homes.items() if len(where) > 1} == {}


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
