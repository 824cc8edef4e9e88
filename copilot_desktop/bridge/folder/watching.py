"""Watches the opened folder from a worker, and brings what is seen to the GUI thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # watchdog takes 60 ms to import: on a worker, after the first paint.
    from copilot_desktop.workspace.ignore import IgnoreRules
    from copilot_desktop.workspace.watch_state import WatchState
    from copilot_desktop.workspace.watching import FolderChanged, FolderWatcher


class _WatcherSlot:
    """Holds the watcher that a worker starts; one that comes after the end is stopped at once, on that worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: FolderWatcher | None = None
        self._is_ended = False

    def put(self, watcher: FolderWatcher) -> None:
        """Take a watcher that runs."""
        with self._lock:
            if not self._is_ended:
                self._watcher = watcher
                return
        watcher.stop()

    def end(self) -> None:
        """Stop it, now or when it comes."""
        with self._lock:
            self._is_ended = True
            watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()


class FolderWatching(QObject):
    """One watcher at a time. `changed` carries a `FolderChanged`, `told` a `WatchState`; `started`: nothing is missed
    from now on. Nothing comes from a watcher that was stopped."""

    changed = Signal(object)
    told = Signal(object)
    started = Signal()

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._slot = _WatcherSlot()
        self.is_watching = False

    def start(self, workspace: Workspace, rules: IgnoreRules) -> None:
        """Watch a folder, and no longer the one before."""
        self.stop()
        slot, post = self._slot, self._thread.post

        def tell_change(event: FolderChanged) -> None:
            post(lambda: self._on_changed(slot, event))

        def tell_state(state: WatchState) -> None:
            post(lambda: self._on_told(slot, state))

        def watch() -> None:
            from copilot_desktop.workspace.watching import FolderWatcher

            watcher = FolderWatcher(workspace, rules, tell_change, tell_state)
            watcher.start()
            slot.put(watcher)

        self._thread.run_in_worker(watch, lambda _none: self._on_started(slot))

    def stop(self) -> None:
        """Stop watching."""
        slot, self._slot = self._slot, _WatcherSlot()
        self.is_watching = False
        slot.end()

    def _on_started(self, slot: _WatcherSlot) -> None:
        if slot is self._slot:
            self.is_watching = True
            self.started.emit()

    def _on_changed(self, slot: _WatcherSlot, event: FolderChanged) -> None:
        if slot is self._slot:
            self.changed.emit(event)

    def _on_told(self, slot: _WatcherSlot, state: WatchState) -> None:
        if slot is self._slot:
            self.told.emit(state)
