"""Looks for unsaved texts whose folder is gone, and writes them where the user says, both on workers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.workspace.hot_exit.left_behind import LeftBehind, is_without_folder, left_behind, write_out


class LeftTexts(QObject):
    """The texts that an earlier start left for folders that are not there. GUI thread."""

    found = Signal(object)
    """Carries one `LeftBehind`."""
    without_folder = Signal()
    """Texts of a window without a folder are left: one more such window brings them back."""
    written = Signal(object)
    """Carries one `WrittenOut`."""

    def __init__(self, thread: AsyncThread, state_folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._thread, self._state_folder = thread, state_folder

    def look(self, *, without_folder: bool) -> None:
        """Look for them once; each folder is told of. `without_folder`: no window without one has taken its own."""
        # A folder of a dead server keeps the look waiting, and nothing else may wait for it.
        self._thread.run_waiting(lambda: left_behind(self._state_folder), self._on_looked)
        if without_folder:
            self._thread.run_in_worker(lambda: is_without_folder(self._state_folder), self._on_looked_without)

    def write_out(self, left: LeftBehind, target: Path) -> None:
        """Write a folder's texts as files of another folder."""
        self._thread.run_in_worker(lambda: write_out(left, target), self.written.emit)

    def _on_looked_without(self, are_there: bool) -> None:
        if are_there:
            self.without_folder.emit()

    def _on_looked(self, left: tuple[LeftBehind, ...]) -> None:
        for each in left:
            self.found.emit(each)
