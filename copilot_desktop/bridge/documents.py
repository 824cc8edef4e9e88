"""The open documents of a window: reading and saving on workers, live text through `Buffer`s."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.buffers import Buffer
from copilot_desktop.bridge.document_events import (
    DocumentClosed,
    DocumentOpened,
    OpenFailed,
    OutsideChange,
    OutsideKind,
    SaveFailed,
    TextChanged,
)
from copilot_desktop.errors import CopilotError, FileChangedError
from copilot_desktop.text.encodings import encode
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.workspace.documents import Document, Documents
from copilot_desktop.workspace.files import ANY_CONTENT, FileText, read_file, write_file
from copilot_desktop.workspace.paths import Workspace

Done = Callable[[bool], None]


class DocumentsController(QObject):
    """Owns what is open; fulfils `OpenBuffers`. GUI thread only.

    The editor area answers `opened` by making a view and calling `attach`, and reports changes by `text_has_changed`.
    """

    opened = Signal(object)
    failed = Signal(object)
    state_changed = Signal(object)
    text_changed = Signal(object)
    disk_changed = Signal(object)
    outside_changed = Signal(object)
    closed = Signal(object)
    save_failed = Signal(object)

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._workspace: Workspace | None = None
        self.documents = Documents()
        self._buffers: dict[DocumentId, Buffer] = {}
        self._current: DocumentId | None = None
        self._saving: set[DocumentId] = set()
        self._missed: set[DocumentId] = set()

    def set_workspace(self, workspace: Workspace) -> None:
        """The folder that paths are relative to from now on. Close the documents of the old one before."""
        self._workspace = workspace

    def open(self, path: str, lines: LineRange | None = None) -> None:
        """Open a path in a tab, or bring its tab to the front; the caret goes to the lines."""
        document = self.documents.find(path)
        if document is not None:
            self.opened.emit(DocumentOpened(document, None, lines))
        else:
            self._read(
                path, lambda file_text: self._on_read(file_text, lines), lambda error: self._on_unread(path, error)
            )

    def open_untitled(self) -> None:
        """A new, empty document without a file."""
        self.opened.emit(DocumentOpened(self.documents.open_untitled(), ""))

    def attach(self, document_id: DocumentId, buffer: Buffer) -> None:
        """The live text of a document; called by the editor area when it has made the view."""
        self._buffers[document_id] = buffer

    def activate(self, document_id: DocumentId | None) -> None:
        """The active tab shows this document; None: it shows something else."""
        self._current = document_id

    def current(self) -> Buffer | None:
        """The buffer of the active tab."""
        return self._buffers.get(self._current) if self._current is not None else None

    def current_document(self) -> Document | None:
        """The document of the active tab."""
        return self.documents.get(self._current) if self._current is not None else None

    def find(self, path: str) -> Buffer | None:
        """The buffer of a workspace-relative path, when it is open."""
        document = self.documents.find(path)
        return self._buffers.get(document.document_id) if document is not None else None

    def is_dirty(self, path: str) -> bool:
        """Whether the path is open with unsaved changes."""
        document = self.documents.find(path)
        return document is not None and document.is_dirty

    def dirty(self) -> tuple[Document, ...]:
        """Documents with unsaved changes, in the order they were opened."""
        return tuple(document for document in self.documents if document.is_dirty)

    def text_of(self, path: str) -> str | None:
        """Live text of an open path; None when it is not open."""
        buffer = self.find(path)
        return buffer.snapshot().text if buffer is not None else None

    def text_has_changed(self, document_id: DocumentId, is_saved_text: bool) -> None:
        """The editor says that a text has changed; `is_saved_text`: undo has brought it back to what was saved."""
        document = self.documents.get(document_id)
        if document is not None:
            version = document.changed()
            self.set_dirty(document_id, not is_saved_text)
            self.text_changed.emit(TextChanged(document_id, document.path, version))

    def set_dirty(self, document_id: DocumentId, is_dirty: bool) -> None:
        """The editor says whether the text differs from what was saved; undo can lead back to it."""
        document = self.documents.get(document_id)
        if document is not None and document.is_dirty != is_dirty:
            # A text whose file is gone stands nowhere else, whatever undo says.
            document.is_dirty = is_dirty or document.disk_hash is None
            self.state_changed.emit(document)

    def written(self, path: str, text: str | None, disk_hash: str | None) -> None:
        """This program wrote a file: an open document without unsaved changes takes the text in place."""
        document, buffer = self.documents.find(path), self.find(path)
        if document is None or buffer is None:
            return
        if text is None or disk_hash is None:
            self._lose_file(document)
        elif not document.is_dirty or buffer.snapshot().text == text:
            self._take(document, buffer, text, disk_hash)
        else:
            self.recheck(document)

    def save(self, document_id: DocumentId, done: Done | None = None, *, overwrite: bool = False) -> None:
        """Write a document's text in its encoding; `overwrite` also when the file has changed outside.

        `done(True)` when it stands on disk; otherwise `save_failed` or `outside_changed` has said why.
        """
        document, buffer, workspace = self.documents.get(document_id), self._buffers.get(document_id), self._workspace
        report = done or _nothing
        if document is None or buffer is None or workspace is None or document.path is None:
            report(False)
            return
        path, snapshot, text_format = document.path, buffer.snapshot(), document.format
        expected = ANY_CONTENT if overwrite else document.disk_hash

        def write() -> str:
            return write_file(workspace, path, encode(snapshot.text, text_format), expected_hash=expected)

        self._saving.add(document_id)
        self._thread.run_in_worker(
            write,
            lambda disk_hash: self._on_saved(document, snapshot.version, disk_hash, report),
            lambda error: self._on_unsaved(document, error, report),
        )

    def save_as(self, document_id: DocumentId, path: str, done: Done | None = None) -> None:
        """Give a document another file and write it; the dialog has asked about an existing one."""
        document = self.documents.get(document_id)
        if document is None:
            return
        document.path = path
        document.is_dirty = True
        self.state_changed.emit(document)
        self.save(document_id, done, overwrite=True)

    def save_all(self, done: Done | None = None) -> None:
        """Save every document that has unsaved changes and a file; `done(True)` when all of them stand on disk."""
        waiting = {document.document_id for document in self.dirty() if document.path is not None}
        report, results = done or _nothing, []
        if not waiting:
            report(True)
        for document_id in tuple(waiting):

            def one(is_saved: bool) -> None:
                results.append(is_saved)
                if len(results) == len(waiting):
                    report(all(results))

            self.save(document_id, one)

    def close(self, document_id: DocumentId) -> None:
        """Forget a document, unsaved or not; whoever closes has asked before."""
        document = self.documents.get(document_id)
        if document is None:
            return
        self.documents.close(document_id)
        self._buffers.pop(document_id, None)
        if self._current == document_id:
            self._current = None
        self.closed.emit(DocumentClosed(document_id, document.path))

    def recheck(self, document: Document) -> None:
        """Compare a document with its file, now that something has touched it."""
        if document.path is None:
            return
        if document.document_id in self._saving:
            self._missed.add(document.document_id)
            return
        self._read(
            document.path,
            lambda file_text: self._on_reread(document, file_text),
            lambda error: self._on_reread_failed(document, error),
        )

    def take_theirs(self, document_id: DocumentId) -> None:
        """Replace a document's text by its file's; one undo step brings the own text back."""
        document = self.documents.get(document_id)
        if document is not None and document.path is not None:
            self._read(
                document.path,
                lambda found: self._on_reread(document, found, is_wanted=True),
                lambda error: self._on_reread_failed(document, error),
            )

    def read_disk(self, path: str, done: Callable[[FileText], None], failed: Callable[[BaseException], None]) -> None:
        """What stands on disk under a path, read on a worker."""
        self._read(path, done, failed)

    # Answers of the workers.

    def _read(self, path: str, done: Callable[[FileText], None], failed: Callable[[BaseException], None]) -> None:
        workspace = self._workspace
        if workspace is not None:
            self._thread.run_in_worker(lambda: read_file(workspace, path), done, failed)

    def _on_read(self, file_text: FileText, lines: LineRange | None) -> None:
        already = self.documents.find(file_text.path)
        document = already or self.documents.open(file_text)
        self.opened.emit(DocumentOpened(document, None if already else file_text.text, lines))

    def _on_unread(self, path: str, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(OpenFailed(path, error.message, error.advice))

    def _on_saved(self, document: Document, version: int, disk_hash: str, report: Done) -> None:
        self._saving.discard(document.document_id)
        buffer = self._buffers.get(document.document_id)
        document.saved(disk_hash)
        document.is_dirty = buffer is not None and buffer.snapshot().version != version
        self.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.RESOLVED))
        self.state_changed.emit(document)
        self._check_missed(document)
        report(True)

    def _on_unsaved(self, document: Document, error: BaseException, report: Done) -> None:
        self._saving.discard(document.document_id)
        if not isinstance(error, CopilotError):
            raise error
        if isinstance(error, FileChangedError):
            self.recheck(document)
        else:
            self.save_failed.emit(SaveFailed(document.document_id, error.message, error.advice))
            self._check_missed(document)
        report(False)

    def _check_missed(self, document: Document) -> None:
        if document.document_id in self._missed:
            self._missed.discard(document.document_id)
            self.recheck(document)

    def _on_reread(self, document: Document, found: FileText, is_wanted: bool = False) -> None:
        buffer = self._buffers.get(document.document_id)
        if buffer is None or document.document_id in self._saving or document.path != found.path:
            return
        if found.disk_hash == document.disk_hash and not is_wanted:
            return
        if is_wanted or not document.is_dirty or buffer.snapshot().text == found.text:
            document.format = found.format
            self._take(document, buffer, found.text, found.disk_hash)
        else:
            self.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.CHANGED))

    def _on_reread_failed(self, document: Document, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        if self.documents.get(document.document_id) is not None:
            self._lose_file(document)

    def _take(self, document: Document, buffer: Buffer, text: str, disk_hash: str) -> None:
        buffer.set_text(text)
        document.saved(disk_hash)
        self.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.RESOLVED))
        self.state_changed.emit(document)

    def _lose_file(self, document: Document) -> None:
        document.disk_hash = None
        document.is_dirty = True
        self.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.DELETED))
        self.state_changed.emit(document)


def _nothing(_is_saved: bool) -> None:
    return
