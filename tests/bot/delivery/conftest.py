"""Delivery logs what fails; here the lines are kept."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

Logged = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
def logged() -> Iterator[Logged]:
    """What the loops log; where an error came from is `bot.logs`'s to add."""
    with capture_logs() as lines:
        yield lines
