"""The threads beside the GUI's: the one of the process that runs asyncio, and workers for what blocks.

Every window reaches them through an `AsyncThread` of its own. asyncio takes 40 ms to import, and the first paint needs
the workers alone: it is imported, and its thread started, with the first coroutine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
WORKERS = 16
"""Threads for blocking work, made as they are needed. Python's own number for a small machine, 6, is used up by as many
calls to a network folder that does not answer, and then no file on any disk is read or saved."""
_LAST_S = 1.0
Last = Callable[[], Coroutine[Any, Any, object]]
"""Makes what is run once all else has ended."""


class AsyncLoop:
    """Owns the loop with its thread, and the workers. `stop()` before the program ends."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._is_stopped = False
        self._workers = ThreadPoolExecutor(WORKERS, "worker")
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="asyncio", daemon=True)

    @property
    def is_closed(self) -> bool:
        """Whether it has ended."""
        return self._is_stopped and (self._loop is None or self._loop.is_closed())

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine; after `stop()` nothing is run and the future is cancelled."""
        if self._is_stopped:
            coroutine.close()
            return cancelled()
        import asyncio

        return asyncio.run_coroutine_threadsafe(coroutine, self._started())

    def run_in_worker(self, work: Callable[[], T]) -> Future[T]:
        """Run blocking work on a worker; after `stop()` nothing is run and the future is cancelled.

        A future that is cancelled is so at once: what had not begun does not begin, and of the rest nothing is told.
        """
        if self._is_stopped:
            return cancelled()
        told: Future[T] = Future()
        self._workers.submit(_run_and_tell, work, told)
        return told

    def run_waiting(self, work: Callable[[], T]) -> Future[T]:
        """The same on a thread of its own, for work that may take for ever: no end waits for it."""
        if self._is_stopped:
            return cancelled()
        told: Future[T] = Future()
        threading.Thread(target=_run_and_tell, args=(work, told), name="waiting", daemon=True).start()
        return told

    def stop(self, limit_s: float = 30.0, last: Last | None = None) -> None:
        """Cancel what runs, run `last` once all of it has ended, and end the threads.

        What has not ended after `limit_s` is left behind, and `last` is cancelled then. An error of `last` goes to the
        program's one hook.
        """
        if self._is_stopped:
            return
        self._is_stopped = True
        deadline = time.monotonic() + limit_s + _LAST_S
        if self._loop is not None or last is not None:
            import asyncio

            asyncio.run_coroutine_threadsafe(self._end(self._started(), limit_s, last), self._started())
            self._thread.join(limit_s + _LAST_S)
        ending = threading.Thread(target=self._workers.shutdown, name="workers-end", daemon=True)
        ending.start()
        ending.join(max(0.0, deadline - time.monotonic()))

    def _started(self) -> asyncio.AbstractEventLoop:
        import asyncio

        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._loop.set_exception_handler(self._on_loop_exception)
                self._loop.set_default_executor(self._workers)
                self._thread.start()
            return self._loop

    def _run(self) -> None:
        import asyncio

        loop = self._started()
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    async def _end(self, loop: asyncio.AbstractEventLoop, limit_s: float, last: Last | None) -> None:
        import asyncio

        deadline = loop.time() + limit_s
        await _end_tasks(loop, deadline)
        try:
            if last is not None:
                async with asyncio.timeout_at(max(deadline, loop.time() + _LAST_S / 2)):
                    await last()
        except TimeoutError:
            pass  # a socket or a child process that does not end must not keep the program
        except Exception as error:  # noqa: BLE001 - border: the top of the thread
            self._on_error(error)
        finally:
            loop.stop()

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._on_error(context.get("exception") or RuntimeError(str(context.get("message"))))


def _run_and_tell(work: Callable[[], T], told: Future[T]) -> None:
    if told.cancelled():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - border: the top of the thread
        if told.set_running_or_notify_cancel():
            told.set_exception(error)
    else:
        if told.set_running_or_notify_cancel():
            told.set_result(result)


def cancelled() -> Future[T]:
    """The future of what is not run."""
    dropped: Future[T] = Future()
    dropped.cancel()
    return dropped


async def _end_tasks(loop: asyncio.AbstractEventLoop, deadline: float) -> None:
    """Cancel everything else that runs, and wait for it: a cancelled turn stores what came of its answer."""
    import asyncio

    from copilot_desktop.child_processes import is_starting_process

    this = asyncio.current_task()
    while (left_s := deadline - loop.time()) > 0:
        tasks = [task for task in asyncio.all_tasks() if task is not this]
        if not tasks:
            return
        for task in (each for each in tasks if not is_starting_process(each)):
            # A window that closed may have cancelled it already: a second time would break off what it keeps.
            if not task.cancelling():
                task.cancel()
        await asyncio.wait(tasks, timeout=left_s)
