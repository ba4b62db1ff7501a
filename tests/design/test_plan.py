"""Which cells a suite has, in which order, and what their keys depend on."""

import pytest
from oversampling_bench.benchmarks.design import cell as cells
from oversampling_bench.benchmarks.design import plan as planning
from oversampling_bench.benchmarks.design import suite as suites
from oversampling_bench.benchmarks.errors import UsageError


@pytest.fixture
def small(plugin):
    changes = {"datasets": [plugin("blobs")], "contenders": ["none", "smote[k_neighbors=3]"], "seeds": [4, 7]}
    return suites.read("quick").model_copy(update=changes)


def keys(suite):
    return {cell.id: cell.key for cell in planning.make_plan(suite).cells}


def test_every_contender_gets_its_first_seed_before_any_gets_its_second(small):
    cells = planning.make_plan(small).cells
    assert [(cell.seed, cell.contender) for cell in cells] == [
        (4, "none"),
        (4, "smote[k_neighbors=3]"),
        (7, "none"),
        (7, "smote[k_neighbors=3]"),
    ]
    assert {cell.dataset for cell in cells} == {"blobs"}


def test_a_data_set_with_few_test_positives_gets_more_seeds_and_others_do_not(small):
    # blobs has 60 positives, breast_cancer 212; a fifth of them is tested on.
    few = small.model_copy(
        update={
            "datasets": [*small.datasets, "sklearn[name=breast_cancer]"],
            "contenders": ["none"],
            "test_positives": 80,
            "max_seeds": 5,
        }
    )
    seeds = {}
    for cell in planning.make_plan(few).cells:
        seeds.setdefault(cell.dataset, []).append(cell.seed)
    table = planning.make_plan(few).data["blobs"]
    assert seeds["sklearn[name=breast_cancer]"] == [4, 7]
    assert seeds["blobs"] == few.seeds_for(table.rows * table.positives)
    assert len(seeds["blobs"]) > 2


def test_keys_are_the_same_each_time_and_differ_between_cells(small):
    assert keys(small) == keys(small)
    assert len(set(keys(small).values())) == 4


@pytest.mark.parametrize("change", [{"protocol": "article"}, {"n_requested": 5}])
def test_what_all_cells_share_is_in_every_key(small, change):
    changed = keys(small.model_copy(update=change))
    assert changed.keys() == keys(small).keys()
    assert not set(changed.values()) & set(keys(small).values())


def test_another_library_version_is_another_key(small, monkeypatch):
    before = keys(small)
    monkeypatch.setattr(cells.metadata, "version", lambda name: "0.0")
    assert not set(before.values()) & set(keys(small).values())


def test_another_parameter_is_another_key_but_another_suite_name_is_not(small):
    other = keys(small.model_copy(update={"contenders": ["smote[k_neighbors=4]"]}))
    assert not set(other.values()) & set(keys(small).values())
    assert keys(small.model_copy(update={"name": "renamed"})) == keys(small)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"contenders": ["smoet"]}, "unknown contender 'smoet'; did you mean 'smote'?"),
        ({"contenders": ["smote[k_neighbours=3]"]}, "'k_neighbours'; did you mean 'k_neighbors'?"),
        ({"contenders": ["basic_vae[epoch=3]"]}, "'epoch'; did you mean 'epochs'?"),
        ({"contenders": ["smote[random_state=3]"]}, "unknown parameter of contender 'smote': 'random_state'"),
        ({"contenders": ["smote[k_neighbors=many]"]}, "The 'k_neighbors' parameter of SMOTE must be"),
        ({"contenders": ["basic_vae[epochs=0]"]}, "The 'epochs' parameter of BasicVAEOversampler must be"),
        ({"contenders": ["smote[k_neighbors=3]", "smote[k_neighbors = 3]"]}, "stands twice"),
        ({"contenders": ["smote[k_neighbors=3"]}, "cannot read 'smote[k_neighbors=3'"),
        ({"datasets": ["adlut"]}, "unknown dataset 'adlut'; did you mean 'adult'?"),
        ({"datasets": ["adult[positve=0.1]"]}, "'positve'; did you mean 'positives'?"),
        ({"datasets": ["adult[positives=2]"]}, "positives is the share to keep, between 0 and 1, got 2"),
        ({"datasets": ["adult[positives=0.5]"]}, "positives=0.5 is not below its share, 0.2408"),
        ({"classifiers": ["forrest"]}, "unknown classifier 'forrest'; did you mean 'forest'?"),
        ({"seeds": [1, 1]}, "seed 1 stands twice"),
    ],
)
def test_what_cannot_be_planned_is_named_with_the_suite(small, change, complaint):
    with pytest.raises(UsageError) as error:
        planning.make_plan(small.model_copy(update=change))
    assert str(error.value).startswith("suite quick: ")
    assert complaint in str(error.value)
