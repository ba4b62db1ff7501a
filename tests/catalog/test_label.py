import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oversampling_bench.benchmarks.catalog.label import alternatives, format_label, parse
from oversampling_bench.benchmarks.errors import UsageError

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = NUMBERS | st.booleans() | st.none() | st.lists(NUMBERS, max_size=3)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=3))
def test_what_is_written_is_read_back(name, params):
    assert parse(format_label(name, params)) == (name, params)


@given(st.dictionaries(NAMES, NUMBERS, max_size=3))
def test_a_label_may_be_a_value(params):
    inner = format_label("smote", params)
    assert parse(format_label("filtered", {"of": inner})) == ("filtered", {"of": inner})


def test_the_written_form_is_canonical():
    assert format_label(*parse("smote[ b = 2, a = [1, 2] ]")) == "smote[a=[1,2],b=2]"


@pytest.mark.parametrize(
    "label",
    [
        "",
        "smote[",
        "smote[k=1",
        "smote[k]",
        "smote[=1]",
        "smote[k=]",
        "smote[k=1]]",
        "smote[k=[1]",
        "smote[k=1,k=2]",
        "smote[k={[]:1",
    ],
)
def test_what_cannot_be_read_is_refused_by_name(label):
    with pytest.raises(UsageError, match=r"cannot read|do not match|stands twice"):
        parse(label)


def test_a_sweep_is_every_combination_of_its_values():
    assert alternatives("a[x=1|2, y='p|q', z=[1, 2]|[3]]") == [
        "a[x=1,y='p|q',z=[1, 2]]",
        "a[x=1,y='p|q',z=[3]]",
        "a[x=2,y='p|q',z=[1, 2]]",
        "a[x=2,y='p|q',z=[3]]",
    ]
    assert alternatives("a[of=b[x=1|2]|c]") == ["a[of=b[x=1]]", "a[of=b[x=2]]", "a[of=c]"]


def test_a_bar_in_a_value_is_quoted_so_that_it_is_no_sweep():
    written = format_label("mine", {"target": "a|b"})
    assert (written, parse(written)) == ("mine[target='a|b']", ("mine", {"target": "a|b"}))
    assert alternatives(written) == [written]


@pytest.mark.parametrize("label", ["smote[k=1|]", "smote[k=|1]", "smote[k=1||2]"])
def test_a_sweep_without_a_value_is_refused(label):
    with pytest.raises(UsageError, match=r"write param=value\|value"):
        alternatives(label)


def test_what_is_in_quotes_is_no_label_of_its_own():
    assert alternatives("mine.csv[target='price [EUR]',positives=0.1|0.05]") == [
        "mine.csv[target='price [EUR]',positives=0.1]",
        "mine.csv[target='price [EUR]',positives=0.05]",
    ]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8), min_size=1, max_size=2))
def test_any_text_comes_back_alone_and_in_a_list(words):
    written = format_label("mine", {"drop": words, "target": words[0]})
    assert parse(written) == ("mine", {"drop": words, "target": words[0]})
    assert alternatives(written) == [written]


def test_a_number_of_numpy_is_a_number():
    assert format_label("mine", {"positive": np.int64(1)}) == "mine[positive=1]"
