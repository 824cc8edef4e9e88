"""The one asyncio thread: coroutines go down, frozen events come up by a queued signal.

qasync stops while a modal dialog is open and PySide6.QtAsyncio cannot open sockets; hence a thread of our own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from copilot_desktop.credentials.waiting import on_daemon_thread

T = TypeVar("T")


class _Courier(QObject):
    """Carries a callable to the thread it was made in."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        self._posted.emit(call)

    def _on_posted(self, call: Callable[[], None]) -> None:
        call()


class AsyncThread(QObject):
    """Owns the asyncio loop and its thread. Make it on the GUI thread; `stop()` before the program ends."""

    def __init__(self, on_error: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_error = on_error
        self._courier = _Courier(self)
        self._is_stopped = False
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._on_loop_exception)
        self._thread = threading.Thread(target=self._run, name="asyncio", daemon=True)
        self._thread.start()

    def submit(
        self,
        coroutine: Coroutine[Any, Any, T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Future[T]:
        """Run a coroutine on the asyncio thread; `done` or `failed` is called on the GUI thread.

        Without `failed` an error goes to the program's one hook. Cancelling the future cancels the coroutine, and
        then neither is called. After `stop()` nothing is run.
        """
        if self._is_stopped:
            coroutine.close()
            dropped: Future[T] = Future()
            dropped.cancel()
            return dropped
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        future.add_done_callback(lambda ended: self._report(ended, done, failed or self._on_error))
        return future

    def run_in_worker(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Future[T]:
        """Run blocking work (files, git) on a worker thread; the answers arrive on the GUI thread."""

        async def in_worker() -> T:
            return await asyncio.to_thread(work)

        return self.submit(in_worker(), done, failed)

    def run_waiting(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Future[T]:
        """The same for work that may wait for the user (the keyring asks for its password): no end waits for it."""
        return self.submit(on_daemon_thread(work), done, failed)

    def post(self, call: Callable[[], None]) -> None:
        """Call something on the GUI thread, from any thread."""
        self._courier.post(call)

    def stop(self, limit_s: float | None = None, last: Callable[[], Coroutine[Any, Any, object]] | None = None) -> None:
        """Cancel what runs, run `last` once all of it has ended, and end the thread; waits no longer than `limit_s`.

        An error of `last` goes to the program's one hook.
        """
        if self._is_stopped:
            return
        self._is_stopped = True
        asyncio.run_coroutine_threadsafe(self._end(last), self._loop)
        self._thread.join(limit_s)

    def _report(
        self,
        ended: Future[T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None],
    ) -> None:
        if ended.cancelled():
            return
        error = ended.exception()
        if error is not None:
            self._courier.post(lambda: self._tell(failed, error))
        elif done is not None:
            result = ended.result()
            self._courier.post(lambda: self._tell(done, result))

    def _tell(self, receiver: Callable[[T], None], what: T) -> None:
        # What was under way when the window closed is of no use to anybody, and receivers may be half gone.
        if not self._is_stopped:
            receiver(what)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _end(self, last: Callable[[], Coroutine[Any, Any, object]] | None) -> None:
        this = asyncio.current_task()
        # Awaited, since what is cancelled may have something to keep: a turn stores what came of its answer.
        while tasks := [task for task in asyncio.all_tasks() if task is not this]:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        try:
            if last is not None:
                await last()
        except Exception as error:  # noqa: BLE001 - border: the top of the thread
            self._on_error(error)
        finally:
            self._loop.stop()

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception") or RuntimeError(str(context.get("message")))
        self._courier.post(lambda: self._on_error(error))
