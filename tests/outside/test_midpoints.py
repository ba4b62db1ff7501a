"""What an outside package's own tests look like. Run with pytest, after `pip install .`."""

import pytest
from oversampling_bench import assert_sound


@pytest.mark.parametrize("name", ["midpoints", "moons"])
def test_it_is_sound(name):
    assert_sound(name)
