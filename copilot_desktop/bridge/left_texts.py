"""Looks for unsaved texts whose folder is gone, and writes them where the user says, both on workers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.workspace.hot_exit.left_behind import LeftBehind, left_behind, write_out


class LeftTexts(QObject):
    """The texts that an earlier start left for folders that are not there. GUI thread."""

    found = Signal(object)
    """Carries one `LeftBehind`."""
    written = Signal(object)
    """Carries one `WrittenOut`."""

    def __init__(self, thread: AsyncThread, state_folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._thread, self._state_folder = thread, state_folder

    def look(self) -> None:
        """Look for them once; each folder is told of."""
        # A folder of a dead server keeps the look waiting, and nothing else may wait for it.
        self._thread.run_waiting(lambda: left_behind(self._state_folder), self._on_looked)

    def write_out(self, left: LeftBehind, target: Path) -> None:
        """Write a folder's texts as files of another folder."""
        self._thread.run_in_worker(lambda: write_out(left, target), self.written.emit)

    def _on_looked(self, left: tuple[LeftBehind, ...]) -> None:
        for each in left:
            self.found.emit(each)
