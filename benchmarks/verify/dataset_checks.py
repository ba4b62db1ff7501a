"""What a data set must do, check by check, in the manner of `contender_checks`."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..catalog.contract import Dataset
from ..catalog.data import check_data, data_hash
from ..catalog.entry import Entry
from ..catalog.registry import chosen
from ..errors import one_line
from ..measure.rows.encoder import make_fold
from .subject import Broken


@dataclass(frozen=True)
class Loaded:
    """A data set under check, with the parameters that it is checked with."""

    entry: Entry
    module: Dataset
    params: dict[str, Any]

    def load(self) -> tuple[Any, Any]:
        """Load the table."""
        return self.module.load(**self.params)


def table_of_two_classes(subject: Loaded) -> None:
    """Expect a DataFrame of numbers and categories, and a Series of 0 and 1."""
    try:
        check_data(*subject.load())
    except Exception as error:
        raise Broken(
            "a DataFrame of numbers and categories, and a Series of 0 and 1",
            one_line(error),
            'return X.astype({"column": "category"}) and (column == "value").astype("int64")',
        ) from error


def positives_rarer(subject: Loaded) -> None:
    """Expect 1 for the rarer class."""
    share = float(subject.load()[1].mean())
    if share > 0.5:
        raise Broken("1 for the rarer class", f"{share:.1%} of the rows are 1", "swap 0 and 1")


def same_data_each_time(subject: Loaded) -> None:
    """Expect the same table from two calls."""
    if data_hash(*subject.load()) != data_hash(*subject.load()):
        raise Broken("the same table from two calls", "different ones", "seed what is drawn, sort what is a set")


def can_be_split_and_encoded(subject: Loaded) -> None:
    """Expect rows that both protocols can split and encode."""
    X, y = subject.load()
    for protocol in ("strict", "article"):
        try:
            fold = make_fold(X, y, chosen("protocol", protocol), 0)
        except Exception as error:
            raise Broken("rows that can be split and encoded", one_line(error), "see the message") from error
        if not fold.y_test.sum():
            raise Broken("positives among the test rows", "none", "a fifth of the rows is for testing: add positives")


def says_where_it_comes_from(subject: Loaded) -> None:
    """Expect source and licence in the docstring."""
    if subject.entry.how == "table":
        return
    words = (ast.get_docstring(subject.entry.syntax) or "").lower()
    missing = [word for word in ("source", "licence") if word not in words and word.replace("c", "s") not in words]
    if missing:
        raise Broken(
            "a docstring with source and licence",
            f"no word on {' and '.join(missing)}",
            'add "Source: …", "Licence: …"',
        )


CHECKS: dict[str, Callable[[Loaded], None]] = {
    "table of two classes": table_of_two_classes,
    "positives rarer": positives_rarer,
    "same data each time": same_data_each_time,
    "can be split and encoded": can_be_split_and_encoded,
    "says where it comes from": says_where_it_comes_from,
}
