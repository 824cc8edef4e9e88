"""Tells when the history of a folder is written to, by whomever: a save here, another window, a script command."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from copilot_desktop.workspace.checkpoints.history import FILE_NAME


class StoreWatch(QObject):
    """Watches one folder's store while somebody looks at it. GUI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._place: Path | None = None
        self._watcher: QFileSystemWatcher | None = None

    def follow(self, place: Path) -> None:
        """The store is another one from now on."""
        self._place = place
        if self._watcher is not None:
            self.stop()
            self.start()

    def start(self) -> None:
        """Somebody looks."""
        if self._watcher is None and self._place is not None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.directoryChanged.connect(self._on_changed)
            self._watcher.fileChanged.connect(self._on_changed)
            self._add()

    def stop(self) -> None:
        """Nobody looks any more."""
        if self._watcher is not None:
            self._watcher.deleteLater()
            self._watcher = None

    def _add(self) -> None:
        """Steps come and go in the folder as a journal; saves are written into the log of the database only."""
        if self._watcher is not None and self._place is not None:
            wanted = [self._place, *(self._place / f"{FILE_NAME}{ending}" for ending in ("", "-wal"))]
            known = {*self._watcher.directories(), *self._watcher.files()}
            new = [str(each) for each in wanted if str(each) not in known and each.exists()]
            if new:
                self._watcher.addPaths(new)

    def _on_changed(self, _path: str) -> None:
        self._add()
        self.changed.emit()
