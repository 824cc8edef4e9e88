"""Opens files of more than 20 MB: read on a worker, and put into their view piece by piece.

Of those, the ones of more than 50 MB are large: shown in a limited way from then on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed, DocumentOpened, LargeFound, OpenFailed
from copilot_desktop.errors import CopilotError, UndecodableError
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.workspace.documents import PLAIN, Document
from copilot_desktop.workspace.files import LIMIT_BYTES, FileText

if TYPE_CHECKING:
    from copilot_desktop.workspace.large_files import LargeFile

AHEAD = 4
"""Pieces the worker reads ahead of the view."""
LOOK_S = 0.2
"""How often a worker that waits for the view looks whether its window is still there."""


class LoadProgress(NamedTuple):
    """How much of a large file is in its view; 1.0: all."""

    document_id: DocumentId
    share: float


class LargeDocuments(QObject):
    """The large documents of one window. GUI thread only."""

    progressed = Signal(object)

    def __init__(self, documents: DocumentsController, thread: AsyncThread) -> None:
        super().__init__(documents)
        self._documents, self._thread = documents, thread
        self._room: dict[DocumentId, threading.Semaphore] = {}
        documents.files.read_large_again = self.read_again
        documents.large_found.connect(self._on_large_found)
        documents.closed.connect(self._on_closed)

    def _on_large_found(self, event: LargeFound) -> None:
        if self._documents.files.workspace is None or self._documents.documents.find(event.path) is not None:
            return
        document = self._documents.documents.open(FileText(event.path, "", PLAIN, "", 0))
        document.is_large, document.is_loading = event.size_bytes > LIMIT_BYTES, True
        self._documents.opened.emit(DocumentOpened(document, "", None, event.opening))
        self._read(document, event.lines, lambda error: self._on_unread(document, event, error))

    def read_again(self, document: Document) -> None:
        """Take the file's text in place of the one that is shown."""
        buffer = self._documents.buffers.get(document.document_id)
        if buffer is not None and document.document_id not in self._room:
            buffer.shared.copying.finish()
            document.is_loading = True
            self._read(document, None, lambda error: self._on_not_read_again(document, error))

    def _read(self, document: Document, lines: LineRange | None, failed: Callable[[BaseException], None]) -> None:
        workspace, path, document_id = self._documents.files.workspace, document.path, document.document_id
        if workspace is None or path is None:
            return
        room = self._room[document_id] = threading.Semaphore(AHEAD)
        room_for = self._documents.buffers[document_id].shared.loading.room()

        def make_room(size_bytes: int) -> None:
            room_for(size_bytes)
            self._thread.post(lambda: self._begin(document))

        def read() -> LargeFile | None:
            # Hardly any start needs it.
            from copilot_desktop.workspace.large_files import read_large

            return read_large(workspace, path, take, make_room)

        def take(data: bytes, share: float) -> bool:
            # The view of a closed window takes nothing any more, and the worker would keep the process.
            while not room.acquire(timeout=LOOK_S):
                if self._thread.is_stopped:
                    return False
            if self._thread.is_stopped or document_id not in self._room:
                return False
            self._thread.post(lambda: self._append(document, data, share))
            return True

        self._thread.run_in_worker(
            read,
            lambda found: self._on_read(document, found, lines),
            failed,
        )

    def _begin(self, document: Document) -> None:
        buffer = self._documents.buffers.get(document.document_id)
        if buffer is not None and document.document_id in self._room:
            buffer.shared.loading.begin()

    def _append(self, document: Document, data: bytes, share: float) -> None:
        room, buffer = self._room.get(document.document_id), self._documents.buffers.get(document.document_id)
        if room is None or buffer is None:
            return
        buffer.shared.loading.append(data)
        room.release()
        self.progressed.emit(LoadProgress(document.document_id, min(share, 0.999)))

    def _on_read(self, document: Document, found: LargeFile | None, lines: LineRange | None) -> None:
        buffer = self._documents.buffers.get(document.document_id)
        if found is None or buffer is None or self._room.pop(document.document_id, None) is None:
            return
        document.is_loading = False
        document.format = found.format
        buffer.shared.loading.end(found.format.ending)
        self._end(document, found.disk_hash)
        self.progressed.emit(LoadProgress(document.document_id, 1.0))
        if lines is not None:
            buffer.show_lines(lines)

    def _end(self, document: Document, disk_hash: str) -> None:
        following = self._documents.files.following
        following.has_read(document, disk_hash)
        following.catch_up(document)

    def _on_unread(self, document: Document, event: LargeFound, error: BaseException) -> None:
        if isinstance(error, UndecodableError) and not document.is_large and document.document_id in self._room:
            # Its encoding is not to be told by its beginning.
            self._documents.files.read(
                event.path,
                lambda found: self._on_whole_read(document, event, found),
                lambda error: self._close(document, error),
            )
            return
        self._close(document, error)

    def _on_whole_read(self, document: Document, event: LargeFound, found: FileText) -> None:
        buffer = self._documents.buffers.get(document.document_id)
        if buffer is None or self._room.pop(document.document_id, None) is None:
            return
        document.is_loading = False
        document.format = found.format
        buffer.shared.loading.give_up()
        buffer.load(found.text)
        self._end(document, found.disk_hash)
        self.progressed.emit(LoadProgress(document.document_id, 1.0))
        if event.lines is not None:
            buffer.show_lines(event.lines)

    def _close(self, document: Document, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        if self._documents.documents.get(document.document_id) is not None and document.path is not None:
            self._documents.close(document.document_id)
            self._documents.failed.emit(OpenFailed(document.path, error.message, error.advice))

    def _on_not_read_again(self, document: Document, error: BaseException) -> None:
        """What was there before stays."""
        if not isinstance(error, CopilotError):
            raise error
        buffer = self._documents.buffers.get(document.document_id)
        if buffer is None or self._room.pop(document.document_id, None) is None:
            return
        document.is_loading = False
        buffer.shared.loading.give_up()
        self.progressed.emit(LoadProgress(document.document_id, 1.0))
        self._documents.files.following.tell_of_unread(document, error)

    def _on_closed(self, event: DocumentClosed) -> None:
        room = self._room.pop(event.document_id, None)
        if room is not None:
            room.release()  # so that the worker sees it
