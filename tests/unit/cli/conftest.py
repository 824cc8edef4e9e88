from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.cli import running


@pytest.fixture(scope="package", autouse=True)
def script_server() -> Iterator[None]:
    """Before what looks for processes that a test leaves."""
    running.begin()
    yield
    running.end()
