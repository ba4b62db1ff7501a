"""Suite files: what they may hold, and what is said of those that hold something else."""

import inspect

import pytest
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.errors import UsageError
from oversampling_bench.benchmarks.protocols import strict

GOOD = 'datasets = ["adult"]\ncontenders = ["none"]\nseeds = [0]\n'


def test_built_in_suites_are_what_the_design_says():
    default, article, quick = (suites.read(name) for name in ("default", "article", "quick"))
    assert default.protocol == quick.protocol == "strict"
    assert default.seeds == list(range(30))
    assert {"none", "gaussian_noise", "smote", "smotenc", "basic_vae"} < set(default.contenders)
    assert {"random", "class_weight", "threshold", "undersample"} < set(default.contenders)
    assert all("other_seed" in suites.read(name).contenders for name in ("default", "scarce", "many"))
    assert suites.read("scarce").datasets == [f"adult[positives={share}]" for share in (0.1, 0.05, 0.02, 0.01)]
    assert article.protocol == "article"
    assert article.contenders == ["none", "gaussian_noise", "smote", "basic_vae", "conditional_vae"]
    assert article.seeds == [42, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert article.n_requested == 15000
    assert len(quick.seeds) == 2


def test_anyones_own_file_is_a_suite_named_after_it(tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD)
    suite = suites.read(str(tmp_path / "mine.toml"))
    assert (suite.name, suite.protocol, suite.classifiers) == ("mine", "strict", ["forest"])


PUBLISHED = '[[published]]\ndataset = "adult"\nclassifier = "forest"\nmeasure = "error"\nsaid = "x"\nsource = "y"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("datasets = [", "cannot be read (TOMLDecodeError"),
        (GOOD.replace("contenders", "contender"), "unknown key 'contender'; did you mean 'contenders'?"),
        (GOOD + 'name = "../up"\n', "key 'name': give letters, digits, '_', '.' and '-', the first a letter"),
        (GOOD + 'contendrs = ["smote"]\n', "unknown key 'contendrs'; did you mean 'contenders'?"),
        (GOOD + 'protocol = ""\n', "key 'protocol': give text that is not empty, got ''"),
        (GOOD + "protocol = 3\n", "key 'protocol': give text in quotes, got 3"),
        (GOOD.replace("seeds = [0]", "seeds = []"), "key 'seeds': give a list of one or more, got []"),
        (GOOD.replace("[0]", '["0"]'), "key 'seeds[0]': give a whole number, got '0'"),
        (GOOD.replace("[0]", "[-1]"), "key 'seeds[0]': give 0 or more, got -1"),
        (GOOD.replace('["none"]', '"none"'), "key 'contenders': give a list, in brackets, got 'none'"),
        (GOOD.replace('datasets = ["adult"]\n', ""), "key 'datasets' is missing"),
        (GOOD + "equivalence = {roc_auc = 0}\n", "key 'equivalence.roc_auc': give more than 0, got 0"),
        (GOOD + "equivalence = 0.1\n", "key 'equivalence': give names and values, in braces, got 0.1"),
        (
            GOOD + PUBLISHED + "value = nan\nwithin = 0.1\n",
            "key 'published[0].value': give a number that is not infinite",
        ),
        (GOOD + PUBLISHED + "value = 0.5\nwithin = inf\n", "key 'published[0].within'"),
        (
            GOOD + PUBLISHED.replace('"adult"', '"adlut"') + "value = 0.5\nwithin = 0.1\n",
            "key 'published[0].dataset': unknown data set 'adlut'; did you mean 'adult'?",
        ),
        (GOOD + "[[published]]\nvlaue = 1\n", "unknown key of published[0] 'vlaue'; did you mean 'value'?"),
        (GOOD + '[[claims]]\nsays = "x"\n', "key 'claims[0].source' is missing"),
        (GOOD + 'encoder = "minimax"\n', "key 'encoder': give 'standard' or 'minmax', got 'minimax'"),
        (GOOD + "max_seeds = 2.5\n", "key 'max_seeds': give a whole number, got 2.5"),
        (GOOD + "n_requested = 0\n", "key 'n_requested': give 1 or more, got 0"),
    ],
)
def test_a_wrong_file_is_named_with_the_key(tmp_path, text, complaint):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as error:
        suites.read(str(path))
    assert str(error.value).startswith(f"suite file {path}")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"mine.toml cannot be read"):
        suites.read(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize(("count", "taken"), [(1, [42]), (3, [42, 0, 8]), (5, [42, 0, 8, 9, 10])])
def test_seeds_are_counted_on_from_the_last(count, taken):
    assert suites.take_seeds([42, 0, 8], count) == taken


def test_counting_on_passes_over_seeds_already_taken():
    assert suites.take_seeds([3, 2], 4) == [3, 2, 4, 5]


def test_data_sets_with_few_test_positives_get_more_seeds():
    suite = suites.make(name="s", datasets=["a"], contenders=["none"], seeds=[3, 4], test_positives=100, max_seeds=6)
    # A fifth of the positives is tested on: of 1,000, two seeds see 400; of 200, three see 120; of 20, no six see 100.
    assert [suite.seeds_for(positives) for positives in (1000, 200, 20)] == [[3, 4], [3, 4, 5], [3, 4, 5, 6, 7, 8]]
    assert suites.changed(suite, test_positives=None).seeds_for(20) == [3, 4]


def test_the_share_that_is_tested_on_is_that_of_strict():
    assert inspect.signature(strict.split).parameters["test_size"].default == suites.TEST_SIZE


def _wrong():
    """Every key with values that it cannot have."""
    values = [
        None,
        True,
        1.5,
        float("inf"),
        float("nan"),
        -1,
        "x y",
        "",
        [],
        [None],
        [[1]],
        {},
        {"a": None},
        {"a": -1.0},
    ]
    for key in suites.Suite.model_fields:
        for value in values:
            yield key, value


def test_what_is_wrong_is_never_said_in_the_words_of_a_library():
    said = []
    for key, value in _wrong():
        try:
            suites.make(**({"name": "a", "datasets": ["adult"], "contenders": ["none"], "seeds": [0]} | {key: value}))
        except UsageError as error:
            said.append(str(error))
    assert len(said) > 100
    assert [line for line in said if "nput" in line or "should" in line or "another value" in line] == []
