"""What is committed is true: every leaderboard in `results/` renders from the cells beside it, README from those."""

import importlib.util
import io
import re
import shutil
import subprocess
import tarfile
from functools import cache, partial
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.design.plan import Look, make_plan
from oversampling_bench.benchmarks.publish import index
from oversampling_bench.benchmarks.publish.status import status
from oversampling_bench.benchmarks.record.folder import read_results

REPOSITORY = Path(__file__).parent.parent
FOLDERS = ["benchmarks", "datasets", "oversamplers", "results", "tests"]
SPEC = importlib.util.spec_from_file_location("readme", REPOSITORY / "tests" / "readme.py")
README = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(README)
COMMITTED = README.COMMITTED


@pytest.fixture(scope="module")
def commit(tmp_path_factory):
    """Give the last commit's files: a run of one's own into `results/` is not what these tests are about."""
    archive = subprocess.run(["git", "-C", REPOSITORY, "archive", "HEAD"], capture_output=True, check=False)
    if archive.returncode:
        pytest.skip("not a git repository")
    folder = tmp_path_factory.mktemp("commit")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # Python 3.11.0 to .3
    return folder


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_leaderboard_renders_from_its_cells(cli, commit, tmp_path, name):
    source = commit / "results" / name
    folder = shutil.copytree(source, tmp_path / name)
    assert cli("report", folder).code == 0
    for page in ("leaderboard.md", "details.md"):
        assert (folder / page).read_text() == (source / page).read_text()


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_leaderboard_is_a_screen_and_a_half(commit, name):
    text = (commit / "results" / name / "leaderboard.md").read_text()
    assert len(text.encode()) <= 12_000
    (table,) = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert {line.count(" |") for line in table.splitlines() if not line.startswith("|:")} == {7}


@pytest.fixture(scope="module")
def look():
    return Look().once()  # several suites run on one table


@pytest.fixture(scope="module")
def behind(commit, look):
    """Say what each of the committed folders lacks."""
    return status([commit / "results" / name for name in COMMITTED], look)


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_cells_are_what_the_suite_asks_for_now(commit, behind, look, name):
    """What they lack of it is said in `results/README.md`, see the next test."""
    results = read_results(commit / "results" / name)
    plan = make_plan(suites.read(name), look)
    built_in = {label for label, each in plan.contenders.items() if each.choice.entry.source == "built-in"}
    reasons = behind[str(results.folder)]
    lacking = {reason.removeprefix("no contender ") for reason in reasons if reason.startswith("no contender ")}
    expected = {tuple(cell.id) for cell in plan.cells if cell.contender in built_in - lacking}
    found = set(results.cells[["dataset", "classifier", "contender", "seed"]].itertuples(index=False, name=None))
    assert found == expected
    assert results.provenance.planned == len(results.cells) == len(found)
    assert results.provenance.suite == suites.read(name)
    assert not results.provenance.git.dirty


@pytest.fixture(scope="module")
def said(behind, commit):
    """Say what is behind, in the README's words."""
    return README.in_words(commit, behind)


@pytest.fixture(scope="module", autouse=True)
def index_once(commit):
    """Make the index of the committed folders once: no test changes them."""
    made = cache(partial(index.index, commit / "results"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "index", lambda _: made())
        yield


def test_the_readmes_show_what_results_hold_and_what_is_behind(commit, said):
    assert README.stale(commit, said) == []


def test_a_table_or_a_status_of_a_readme_that_is_not_that_of_the_results_is_caught(commit, said, tmp_path):
    assert README.stale(commit, said + "\n- another line") == ["results/README.md"]
    (tmp_path / "results").mkdir()
    for each in ("benchmarks", "README.md", *(f"results/{path.name}" for path in (commit / "results").iterdir())):
        (tmp_path / each).symlink_to(commit / each)
    text = (commit / "results" / "README.md").read_text()
    (tmp_path / "results" / "README.md").unlink()
    (tmp_path / "results" / "README.md").write_text(text.replace("| `smote`", "| `smite`", 1))
    assert README.stale(tmp_path, said) == ["results/README.md"]


def test_readme_is_a_face_of_one_page():
    assert len((REPOSITORY / "README.md").read_text().splitlines()) <= 150
    assert all((REPOSITORY / name / "README.md").is_file() for name in FOLDERS)


PAGES = [*FOLDERS, ".", "benchmarks/parallel"]


@pytest.mark.parametrize("page", [*(f"{folder}/README.md" for folder in PAGES), "CONTRIBUTING.md"])
def test_links_lead_somewhere(page):
    path = REPOSITORY / page
    text = path.read_text()
    for link, _, anchor in re.findall(r"\]\(((?!https?:)[^)#]*)(#([^)]*))?\)", text):
        target = path.parent / link if link else path
        assert target.exists(), f"{page}: {link}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page}: {link}#{anchor}"


def test_ci_runs_readmes_commands():
    readme, ci = ((REPOSITORY / name).read_text() for name in ("README.md", ".ci/run"))
    assert "python -m pip install tox && python -m tox -e bench" in readme
    for command in ("python -m pip install tox", "python -m tox\n", "python -m tox -e bench -- quick"):
        assert command in ci
        assert command in readme
