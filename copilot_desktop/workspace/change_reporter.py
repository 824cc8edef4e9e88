"""Collects what is seen of a folder and reports it in one change, once it is quiet for a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from copilot_desktop.workspace.folder_changes import FolderChanged, PendingChanges

QUIET_S: Final = 0.06
"""Events closer together than this become one change."""

LONGEST_S: Final = 0.24
"""A change is reported after this long even while events go on."""


class ChangeReporter:
    """Takes notes from any thread; calls back on a thread of its own."""

    def __init__(self, on_change: Callable[[FolderChanged], None]) -> None:
        self._on_change = on_change
        self._pending = PendingChanges()
        self._wake = threading.Condition()
        self.is_stopping = False
        self._thread = threading.Thread(target=self._report, name="folder-watch", daemon=True)

    def start(self) -> None:
        """Report from now on. Starts once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; no callback comes after it. Not to be called from the callback."""
        with self._wake:
            self.is_stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def wait_stopping(self, seconds: float) -> bool:
        """Pause; True at once when the end is near."""
        with self._wake:
            return self._wake.wait_for(lambda: self.is_stopping, seconds)

    def note(self, take: Callable[[PendingChanges], None]) -> None:
        """Have `take` put something into the next change."""
        with self._wake:
            take(self._pending)
            if not self._pending.is_empty:
                self._wake.notify_all()

    def lost(self) -> None:
        """Something was not seen: everything must be looked at again."""
        self.note(PendingChanges.lost)

    def _report(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self.is_stopping or not self._pending.is_empty)
                waited_s = 0.0
                while not self.is_stopping and waited_s < LONGEST_S and self._wake.wait(QUIET_S):
                    waited_s += QUIET_S / 4
                if self.is_stopping:
                    return
                change, self._pending = self._pending.change(), PendingChanges()
            self._on_change(change)
