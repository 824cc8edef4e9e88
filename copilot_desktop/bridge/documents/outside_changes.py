"""Joins what the watcher sees to the open documents: renames are followed, touched files are compared.

A file that git or another program deletes and writes anew under another name is followed as well: where what is new
holds the very same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DiskChanged
from copilot_desktop.bridge.folder.workspace import WorkspaceController

if TYPE_CHECKING:
    from copilot_desktop.workspace.paths import Workspace
    from copilot_desktop.workspace.watching import FolderChanged


class OutsideChanges(QObject):
    """Tells the documents of one window what other programs did to their files. One change after the other."""

    def __init__(self, thread: AsyncThread, workspace: WorkspaceController, documents: DocumentsController) -> None:
        super().__init__(documents)
        self._thread, self._documents, self._workspace = thread, documents, workspace
        self._waiting: deque[FolderChanged] = deque()
        self._is_searching = False
        workspace.changed.connect(self._on_folder_changed)

    def _on_folder_changed(self, event: FolderChanged) -> None:
        self._waiting.append(event)
        self._next()

    def _next(self) -> None:
        while self._waiting and not self._is_searching:
            event = self._waiting.popleft()
            if self._workspace.is_gone:
                continue
            for old, new in event.moved:
                self._documents.follow(old, new)
            if not self._searches_renamed(event):
                self._tell(event)

    def _searches_renamed(self, event: FolderChanged) -> bool:
        """Whether a worker looks at what is new: it may be what is gone, under another name."""
        folder = self._documents.files.workspace
        hashes, texts = self._gone(event.deleted) if event.created and folder is not None else ({}, {})
        if folder is None or not (hashes or texts):
            return False
        self._is_searching = True

        def search(workspace: Workspace) -> dict[str, str]:
            # Hardly any start needs it.
            from copilot_desktop.workspace.finding_again import found_by_content

            return found_by_content(workspace, event.created, hashes, texts)

        def done(found: Mapping[str, str]) -> None:
            self._is_searching = False
            if self._documents.files.workspace is folder:
                for old, new in found.items():
                    self._documents.follow(old, new)
                self._tell(event)
            self._next()

        def fail(error: BaseException) -> None:
            done({})
            raise error

        self._thread.run_in_worker(lambda: search(folder), done, fail)
        return True

    def _gone(self, deleted: Collection[str]) -> tuple[dict[str, str], Mapping[str, str]]:
        """What files held that are gone: hashes of those in tabs, texts of others."""
        touched, hashes = set(deleted), dict[str, str]()
        for document in self._documents.documents:
            if document.path is not None:
                is_deleted = _is_touched(document.path, touched)
                held = document.hash_when_lost() or (document.disk_hash if is_deleted else None)
                if held is not None:
                    hashes[document.path] = held
        texts = self._documents.gone_texts(deleted)
        return hashes, {path: text for path, text in texts.items() if self._documents.documents.find(path) is None}

    def _tell(self, event: FolderChanged) -> None:
        touched = {*event.created, *event.modified, *event.deleted, *(path for pair in event.moved for path in pair)}
        for document in self._documents.documents:
            if document.path is not None and (event.is_overflow or _is_touched(document.path, touched)):
                self._documents.files.following.recheck(document)
        self._documents.disk_changed.emit(DiskChanged(tuple(sorted(touched)), event.is_overflow))


def _is_touched(path: str, touched: set[str]) -> bool:
    """Whether the file or one of its folders is among the paths."""
    parts = path.split("/")
    return any("/".join(parts[:end]) in touched for end in range(1, len(parts) + 1))
