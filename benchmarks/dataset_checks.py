"""What a data set must do, check by check, in the manner of `contender_checks`."""

import ast
from collections.abc import Callable

from .contender_checks import Broken, Subject
from .errors import one_line
from .protocol import check_data, data_hash, make_fold


def table_of_two_classes(subject: Subject) -> None:
    """Expect a DataFrame of numbers and categories, and a Series of 0 and 1."""
    try:
        check_data(*subject.module.load(**subject.params))
    except Exception as error:
        raise Broken(
            "a DataFrame of numbers and categories, and a Series of 0 and 1",
            one_line(error),
            'return X.astype({"column": "category"}) and (column == "value").astype("int64")',
        ) from error


def positives_rarer(subject: Subject) -> None:
    """Expect 1 for the rarer class."""
    share = float(subject.module.load(**subject.params)[1].mean())
    if share > 0.5:
        raise Broken("1 for the rarer class", f"{share:.1%} of the rows are 1", "swap 0 and 1")


def same_data_each_time(subject: Subject) -> None:
    """Expect the same table from two calls."""
    load = subject.module.load
    if data_hash(*load(**subject.params)) != data_hash(*load(**subject.params)):
        raise Broken("the same table from two calls", "different ones", "seed what is drawn, sort what is a set")


def can_be_split_and_encoded(subject: Subject) -> None:
    """Expect rows that both protocols can split and encode."""
    X, y = subject.module.load(**subject.params)
    for protocol in ("strict", "article"):
        try:
            fold = make_fold(X, y, protocol, 0)
        except Exception as error:
            raise Broken("rows that can be split and encoded", one_line(error), "see the message") from error
        if not fold.y_test.sum():
            raise Broken("positives among the test rows", "none", "a fifth of the rows is for testing: add positives")


def says_where_it_comes_from(subject: Subject) -> None:
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


CHECKS: dict[str, Callable[[Subject], None]] = {
    "table of two classes": table_of_two_classes,
    "positives rarer": positives_rarer,
    "same data each time": same_data_each_time,
    "can be split and encoded": can_be_split_and_encoded,
    "says where it comes from": says_where_it_comes_from,
}
