"""Blocking work that must happen in the order in which it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.credentials.waiting import on_daemon_thread

T = TypeVar("T")


class WorkQueue:
    """Runs one piece of work after another on worker threads; the answers arrive on the GUI thread."""

    def __init__(self, thread: AsyncThread) -> None:
        self._thread = thread
        self._turn = asyncio.Lock()

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        may_wait: bool = False,
    ) -> Future[T]:
        """Run this after what was asked for before. Like `AsyncThread.run_in_worker`.

        `may_wait`: it may wait for the user, as a locked keyring does; the program's end does not wait for it.
        """

        async def in_turn() -> T:
            async with self._turn:
                return await (on_daemon_thread(work) if may_wait else asyncio.to_thread(work))

        return self._thread.submit(in_turn(), done, failed)
