"""Property tests look at few examples in the fast suite, and at many with COACH_TEST_SCALE=full (`make soak`)."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

FULL = os.environ.get("COACH_TEST_SCALE") == "full"

settings.register_profile("fast", derandomize=True, deadline=None, max_examples=15, database=None)
settings.register_profile("full", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("full" if FULL else "fast")

#: Folders whose tests start servers or look at many cases: they run with `make process`, not with `make test`.
_SLOW = ("adapters/slack", "adapters/teams", "isolation")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in a slow folder."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(_SLOW):
            item.add_marker(pytest.mark.process)
