import pytest
from hypothesis import given
from hypothesis import strategies as st
from oversampling_bench.benchmarks.catalog.label import format_label, parse
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
