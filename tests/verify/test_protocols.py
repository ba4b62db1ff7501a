"""Every protocol that is here passes its checks, and planted bad ones are caught."""

import pytest
from oversampling_bench.benchmarks.catalog.registry import installed
from oversampling_bench.benchmarks.verify.conformance import check


@pytest.mark.parametrize("name", [*installed("protocol"), "groups[column=hospital]", "time_order[column=year]"])
def test_each_installed_protocol_is_sound(name):
    assert {verdict.status for verdict in check(name)} == {"ok"}


BAD = {
    "overlap": ("return rows, rows[:9]", "rows are both trained and tested on"),
    "twice": ("return rows[9:], rows[[0, 0, 1, 4]]", "1 rows are tested on twice"),
    "beyond": ("return rows[9:], rows[:9] + 1000", "0 to 199; those that are tested on go from 1000 to 1008"),
    "masks": ("return rows > 9, rows <= 9", "are of type bool"),
    "one": ("return rows[9:]", "two arrays; it gave ndarray"),
    "one_class": ("return rows[y == 0][:90], rows[y == 1]", "the 90 rows that are trained on do not hold both"),
    "global": ("rows = np.random.permutation(rows)\n    return rows[40:], rows[:40]", "gives other rows each time"),
    "writes": ("X['height'] = 0.0\n    return rows[40:], rows[:40]", "another one"),
    "drawn": ("rows = np.random.default_rng().permutation(rows)\n    return rows[40:], rows[:40]", "another one"),
    "parts": ("return rows[40:], rows[:40]", "one that is"),
}


def test_one_that_parts_the_groups_that_it_makes_of_a_column_is_caught(tmp_path, cli):
    path = tmp_path / "torn.py"
    path.write_text(
        "import numpy as np\n\n\ndef ties(X, column):\n    return {'groups': X[column]}\n\n\n"
        "def split(X, y, seed, column, groups=None):\n    rows = np.arange(len(y))\n"
        "    return rows[rows % 7 > 0], rows[rows % 7 == 0]\n"
    )
    done = cli("check", f"{path}[column=hospital]")
    assert done.code == 1
    assert "one that is" in done.out


def test_a_file_that_is_no_python_is_named_and_taken_for_nothing_else(tmp_path, cli):
    (tmp_path / "torn.py").write_text("def split(X, y, seed:\n")
    done = cli("check", tmp_path / "torn.py")
    assert done.code == 2
    assert (
        f"file {tmp_path / 'torn.py'} cannot be read (SyntaxError: '(' was never closed (torn.py, line 1))" in done.err
    )


@pytest.mark.parametrize("name", BAD)
def test_a_bad_protocol_is_caught(name, tmp_path, cli):
    body, said = BAD[name]
    heeds = ", groups=None" if name == "parts" else ""
    text = f"import numpy as np\n\n\ndef split(X, y, seed{heeds}):\n    rows = np.arange(len(y))\n    {body}\n"
    if name == "parts":
        text = text.replace("rows[40:], rows[:40]", "rows[1:][rows[1:] % 7 > 0], rows[rows % 7 == 0]")
    (tmp_path / f"bad_{name}.py").write_text(text)
    done = cli("check", tmp_path / f"bad_{name}.py")
    assert done.code == 1
    assert said in done.out
