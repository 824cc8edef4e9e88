"""The session of the program: what all windows remember, in one file of the state folder."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.credentials.waiting import within
from copilot_desktop.errors import StoreError
from copilot_desktop.settings.session import Session
from copilot_desktop.settings.store import SettingsStore

DELAY_MS = 1000
WRITE_LIMIT_S = 5.0
"""A disk that hangs must not keep the program from ending."""
_TOO_SLOW = "The session was not written: the disk did not answer in time."


class SessionKeeper(QObject):
    """Holds the session and writes it soon after each change, so that a killed program comes back, too. GUI thread.

    `changed` carries the new `Session`. Without a store (safe mode) it is empty at the start and never written.
    """

    changed = Signal(object)

    def __init__(self, store: SettingsStore | None, session: Session, loop: AsyncLoop) -> None:
        super().__init__()
        self._store = store
        self._loop = loop
        self.session = session
        self._writing = threading.Lock()
        self._asked = self._written = 0
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._on_timeout)

    def update(self, change: Callable[[Session], Session]) -> None:
        """Remember something else from now on."""
        before, self.session = self.session, change(self.session)
        if self.session != before:
            self._timer.start()
            self.changed.emit(self.session)

    def save(self) -> StoreError | None:
        """Write it now, and wait for that as long as a disk may take; what kept it from being written is returned."""
        self._timer.stop()
        self._asked += 1
        session, number = self.session, self._asked
        try:
            return within(WRITE_LIMIT_S, lambda: self._write(session, number))
        except TimeoutError:
            return StoreError(_TOO_SLOW)

    def _on_timeout(self) -> None:
        self._asked += 1
        session, number = self.session, self._asked
        # A failure is told when the program ends; until then every later change tries again.
        self._loop.run_in_worker(lambda: self._write(session, number))

    def _write(self, session: Session, number: int) -> StoreError | None:
        """Workers may come in any order: what is older than what stands in the file is dropped."""
        if self._store is None:
            return None
        if not self._writing.acquire(timeout=WRITE_LIMIT_S):
            return StoreError(_TOO_SLOW)
        try:
            if number > self._written:
                self._store.save(session)
                self._written = number
        except StoreError as error:
            return error
        finally:
            self._writing.release()
        return None
