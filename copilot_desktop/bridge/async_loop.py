"""The one thread of the process that runs asyncio; every window reaches it through an `AsyncThread` of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
WORKERS = 16
"""Threads for blocking work, made as they are needed. Python's own number for a small machine, 6, is used up by as many
calls to a network folder that does not answer, and then no file on any disk is read or saved."""
_LAST_S = 1.0
Last = Callable[[], Coroutine[Any, Any, object]]
"""Makes what is run once all else has ended."""


class AsyncLoop:
    """Owns the loop and its thread. `stop()` before the program ends."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._is_stopped = False
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._on_loop_exception)
        self._loop.set_default_executor(ThreadPoolExecutor(WORKERS, "worker"))
        self._thread = threading.Thread(target=self._run, name="asyncio", daemon=True)
        self._thread.start()

    @property
    def is_closed(self) -> bool:
        """Whether it has ended."""
        return self._loop.is_closed()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine; after `stop()` nothing is run and the future is cancelled."""
        if self._is_stopped:
            coroutine.close()
            dropped: Future[T] = Future()
            dropped.cancel()
            return dropped
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def stop(self, limit_s: float = 30.0, last: Last | None = None) -> None:
        """Cancel what runs, run `last` once all of it has ended, and end the thread.

        What has not ended after `limit_s` is left behind, and `last` is cancelled then. An error of `last` goes to the
        program's one hook.
        """
        if self._is_stopped:
            return
        self._is_stopped = True
        asyncio.run_coroutine_threadsafe(self._end(limit_s, last), self._loop)
        self._thread.join(limit_s + _LAST_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _end(self, limit_s: float, last: Last | None) -> None:
        deadline = self._loop.time() + limit_s
        await self._end_tasks(deadline)
        try:
            if last is not None:
                async with asyncio.timeout_at(max(deadline, self._loop.time() + _LAST_S / 2)):
                    await last()
        except TimeoutError:
            pass  # a socket or a child process that does not end must not keep the program
        except Exception as error:  # noqa: BLE001 - border: the top of the thread
            self._on_error(error)
        finally:
            self._loop.stop()

    async def _end_tasks(self, deadline: float) -> None:
        """Cancel everything else that runs, and wait for it: a cancelled turn stores what came of its answer."""
        this = asyncio.current_task()
        while (left_s := deadline - self._loop.time()) > 0:
            tasks = [task for task in asyncio.all_tasks() if task is not this]
            if not tasks:
                return
            for task in tasks:
                # A window that closed may have cancelled it already: a second time would break off what it keeps.
                if not task.cancelling():
                    task.cancel()
            await asyncio.wait(tasks, timeout=left_s)

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._on_error(context.get("exception") or RuntimeError(str(context.get("message"))))
