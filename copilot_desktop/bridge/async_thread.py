"""A window's way to the one asyncio thread: coroutines go down, frozen events come up by a queued signal.

qasync stops while a modal dialog is open and PySide6.QtAsyncio cannot open sockets; hence a thread of our own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from copilot_desktop.bridge.async_loop import AsyncLoop, Last, cancelled

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
    """What one window runs on the asyncio thread. Make it on the GUI thread; `stop()` when the window closes.

    Without the program's `loop` it has one of its own, which ends with it.
    """

    def __init__(
        self,
        on_error: Callable[[BaseException], None],
        parent: QObject | None = None,
        loop: AsyncLoop | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_error = on_error
        self._courier = _Courier(self)
        self._is_own_loop = loop is None
        self._loop = loop if loop is not None else AsyncLoop(on_error)
        self._running: set[Future[Any]] = set()
        self._is_stopped = False
        self._posting = threading.RLock()

    @property
    def is_stopped(self) -> bool:
        """Whether the window has closed: nothing is run or told any more. May be asked from any thread."""
        return self._is_stopped

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
            return cancelled()
        return self._followed(self._loop.submit(coroutine), done, failed)

    def run_in_worker(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Future[T]:
        """Run blocking work (files, git) on a worker thread; the answers arrive on the GUI thread."""
        if self._is_stopped:
            return cancelled()
        return self._followed(self._loop.run_in_worker(work), done, failed)

    def run_waiting(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Future[T]:
        """The same for work that may wait for the user (the keyring asks for its password): no end waits for it."""
        if self._is_stopped:
            return cancelled()
        return self._followed(self._loop.run_waiting(work), done, failed)

    def post(self, call: Callable[[], None]) -> None:
        """Call something on the GUI thread, from any thread. After `stop()` nothing is called."""
        # Whoever calls may be in the middle of writing: the end of a window must not end that.
        with self._posting:
            if not self._is_stopped:
                self._courier.post(lambda: self._call(call))

    def stop(self, limit_s: float = 30.0, last: Last | None = None) -> None:
        """Cancel what this window runs and tell it nothing more; a loop of its own ends as `AsyncLoop.stop` says."""
        with self._posting:  # what is posted after this may meet deleted objects
            self._is_stopped = True
        for future in tuple(self._running):
            future.cancel()
        if self._is_own_loop:
            self._loop.stop(limit_s, last)

    def _followed(
        self, future: Future[T], done: Callable[[T], None] | None, failed: Callable[[BaseException], None] | None
    ) -> Future[T]:
        self._running.add(future)
        future.add_done_callback(lambda ended: self._report(ended, done, failed or self._on_error))
        return future

    def _report(
        self,
        ended: Future[T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._running.discard(ended)
        if ended.cancelled() or self._is_stopped:
            return
        error = ended.exception()
        if error is not None:
            self.post(lambda: failed(error))
        elif done is not None:
            result = ended.result()
            self.post(lambda: done(result))

    def _call(self, call: Callable[[], None]) -> None:
        # What was under way when the window closed is of no use to anybody, and receivers may be half gone.
        if not self._is_stopped:
            call()
