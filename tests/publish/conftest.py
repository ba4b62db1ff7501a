"""Names that would do harm where they were taken for markup, and results folders that are edited by hand."""

import csv
import json

import pandas as pd
import pytest

NASTY = {
    "smote": 'a_b&50%$1#{x}~^\\textbf|"<script>',
    "random": "\x1b[31m\u202ertl\u200b\r\nnext\n% x",
    "lucky": "\\\\[1cm]",
    "toy": "toy]}\\input{x}\n",
    "boosting": "boo|sting",
}


def _rename(folder, names):
    with (folder / "cells.csv").open(newline="") as file:
        rows = [[names.get(value, value) for value in row] for row in csv.reader(file)]
    with (folder / "cells.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)

    def renamed(value):
        if isinstance(value, dict):
            return {names.get(key, key): renamed(each) for key, each in value.items()}
        return [names.get(each, each) for each in value] if isinstance(value, list) else value

    content = json.loads((folder / "environment.json").read_text())
    (folder / "environment.json").write_text(json.dumps({key: renamed(value) for key, value in content.items()}))


def _change(folder, row, column, value):
    cells = pd.read_csv(folder / "cells.csv", dtype=str, keep_default_na=False)
    cells.loc[row, column] = value
    cells.to_csv(folder / "cells.csv", index=False)


@pytest.fixture(scope="session")
def nasty():
    """Give names that would do harm, for those of the golden folder."""
    return NASTY


@pytest.fixture(scope="session")
def rename():
    """Give a function that gives contenders, data sets and learners of a folder other names."""
    return _rename


@pytest.fixture(scope="session")
def change():
    """Give a function that edits one value of cells.csv by hand."""
    return _change
