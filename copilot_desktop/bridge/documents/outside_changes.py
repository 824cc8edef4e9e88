"""Joins what the watcher sees to the open documents: renames are followed, touched files are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DiskChanged
from copilot_desktop.bridge.folder.workspace import WorkspaceController

if TYPE_CHECKING:
    from copilot_desktop.workspace.watching import FolderChanged


class OutsideChanges(QObject):
    """Tells the documents of one window what other programs did to their files."""

    def __init__(self, workspace: WorkspaceController, documents: DocumentsController) -> None:
        super().__init__(documents)
        self._documents, self._workspace = documents, workspace
        workspace.changed.connect(self._on_folder_changed)

    def _on_folder_changed(self, event: FolderChanged) -> None:
        if self._workspace.is_gone:
            return
        for old, new in event.moved:
            self._documents.follow(old, new)
        touched = {*event.created, *event.modified, *event.deleted, *(path for pair in event.moved for path in pair)}
        for document in self._documents.documents:
            if document.path is not None and (event.is_overflow or _is_touched(document.path, touched)):
                self._documents.files.following.recheck(document)
        self._documents.disk_changed.emit(DiskChanged(tuple(sorted(touched)), event.is_overflow))


def _is_touched(path: str, touched: set[str]) -> bool:
    """Whether the file or one of its folders is among the paths."""
    parts = path.split("/")
    return any("/".join(parts[:end]) in touched for end in range(1, len(parts) + 1))
