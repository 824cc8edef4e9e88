"""The asyncio thread of a test: what fails on it fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread


@contextmanager
def running_thread(core: Core | None = None) -> Iterator[AsyncThread]:
    """A thread that has ended afterwards, its core closed before."""
    errors: list[BaseException] = []
    thread = AsyncThread(errors.append)
    yield thread
    if core is not None:
        thread.submit(core.aclose()).result(10)
    thread.stop()
    # With what stands on it, whose connections would keep a panel and the core for the rest of the run.
    thread.deleteLater()
    assert errors == []
