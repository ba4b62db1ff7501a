"""These tests start, time and kill processes: one after the other, in one worker, while another runs the rest."""

import pytest


@pytest.hookimpl(tryfirst=True)  # before xdist, which reads the groups in the same hook
def pytest_collection_modifyitems(items):
    for item in items:
        if "parallel" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("parallel"))
    items.sort(key=lambda item: "parallel" not in item.path.parts)  # the longest group first
