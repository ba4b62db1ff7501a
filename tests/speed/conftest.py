"""What speed tests have in common."""

import os
from importlib import util
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.parallel.machine import peak_mb


@pytest.fixture
def peak():
    """Give a function that gives the most memory, in MB, that this process held since the test began."""
    Path("/proc/self/clear_refs").write_text("5")
    return lambda: peak_mb(os.getpid())


@pytest.fixture(scope="session")
def peers():
    """Give what others would write, see `peers.py`, which is a script, too."""
    spec = util.spec_from_file_location("peers", Path(__file__).with_name("peers.py"))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
