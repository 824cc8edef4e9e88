"""Has the status read again when git's own folder changes that stands outside of the opened one."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import StatusRead

if TYPE_CHECKING:
    # Loads watchdog: on a worker.
    from copilot_desktop.workspace.outside_git_watch import OutsideGitWatch


class _Slot:
    """Holds what a worker starts; what comes after the end is stopped at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watch: OutsideGitWatch | None = None
        self._is_ended = False

    def put(self, watch: OutsideGitWatch) -> None:
        with self._lock:
            if not self._is_ended:
                self._watch = watch
                return
        watch.stop()

    def end(self) -> None:
        with self._lock:
            self._is_ended = True
            watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()


class OutsideGitChanges(QObject):
    """Watches at most one folder. Without it (the system has no watches left) F5 in the list looks again."""

    def __init__(self, git: GitController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._git = git
        self._folder = ""
        self._slot = _Slot()
        git.status_changed.connect(self._on_status_changed)

    def stop(self) -> None:
        """The window closes."""
        self._slot.end()
        self._slot, self._folder = _Slot(), ""

    def _on_status_changed(self, read: StatusRead) -> None:
        workspace = self._git.workspace
        if read.status is None or workspace is None:
            if workspace is None or read.message:
                self.stop()
            return
        wanted = read.status.git_folder
        if wanted == os.path.join(workspace.root, ".git"):
            wanted = ""  # the watcher of the folder tells
        if wanted == self._folder:
            return
        self.stop()
        self._folder = wanted
        if wanted:
            self._start(wanted, self._slot)

    def _start(self, folder: str, slot: _Slot) -> None:
        thread, refresh = self._git.async_thread, self._git.refresh_soon

        def watch() -> None:
            from copilot_desktop.workspace.outside_git_watch import OutsideGitWatch

            slot.put(OutsideGitWatch(folder, lambda: thread.post(refresh)))

        thread.run_in_worker(watch, failed=self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            raise error
