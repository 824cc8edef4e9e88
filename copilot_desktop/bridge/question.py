"""One question to a model at a time, on the asyncio thread: the answer so far, told a few times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import aclosing
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.conversation.asking import QuestionRunner
from copilot_desktop.conversation.events import RetryScheduled, TextArrived, TurnFinished
from copilot_desktop.llm.requests import ModelRequest

_EVERY_MS = 66


class Question(QObject):
    """Asks, until the answer has ended or is stopped. GUI thread. What comes too late for it is dropped."""

    arrived = Signal(str)
    """Carries the answer as far as it has come."""
    waiting = Signal(object)
    """Carries one `RetryScheduled`."""
    ended = Signal(object)
    """Carries one `TurnFinished`; not after `stop`."""

    def __init__(self, thread: AsyncThread, runner: QuestionRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._runner = thread, runner
        self._running: Future[None] | None = None
        self._pieces: list[str] = []
        self._lock = threading.Lock()
        self._turn_id = ""
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self._tell)
        self._told = ""
        self._is_posted = False

    @property
    def is_running(self) -> bool:
        """Whether an answer is awaited or arrives."""
        return self._running is not None

    @property
    def answer(self) -> str:
        """What has come of it, all that was told and what was not yet."""
        with self._lock:
            return "".join(self._pieces)

    def ask(self, request: ModelRequest) -> None:
        """Send a request; one that runs is stopped."""
        self.stop()
        with self._lock:
            self._pieces, self._is_posted = [], False
        self._told = ""
        self._turn_id = request.turn_id
        self._running = self._thread.submit(self._run(request), None, self._on_failed)

    def stop(self) -> None:
        """Close the socket; what has come stays in `answer`."""
        running, self._running, self._turn_id = self._running, None, ""
        self._timer.stop()
        if running is not None:
            running.cancel()

    async def _run(self, request: ModelRequest) -> None:
        """On the asyncio thread."""
        async with aclosing(self._runner.run(request)) as events:
            async for event in events:
                if isinstance(event, TextArrived):
                    with self._lock:
                        self._pieces.append(event.text)
                        is_first, self._is_posted = not self._is_posted, True
                    if is_first:
                        self._post(request.turn_id, self._timer.start)
                elif isinstance(event, RetryScheduled):
                    self._post(request.turn_id, partial(self.waiting.emit, event))
                elif isinstance(event, TurnFinished):
                    self._post(request.turn_id, partial(self._end, event))

    def _post(self, turn_id: str, call: Callable[[], None]) -> None:
        self._thread.post(lambda: call() if turn_id == self._turn_id else None)

    def _tell(self) -> None:
        with self._lock:
            self._is_posted = False
        answer = self.answer
        if self._running is not None and answer != self._told:
            self._told = answer
            self.arrived.emit(answer)

    def _end(self, finished: TurnFinished) -> None:
        self._timer.stop()
        self._tell()
        self._running, self._turn_id = None, ""
        self.ended.emit(finished)

    def _on_failed(self, error: BaseException) -> None:
        self._running, self._turn_id = None, ""
        raise error
