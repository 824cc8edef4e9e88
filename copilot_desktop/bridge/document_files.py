"""What joins the open documents to their files: saving, and comparing with what others wrote."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import SignalInstance

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.buffers import Buffer
from copilot_desktop.bridge.document_events import OutsideChange, OutsideKind, SaveFailed
from copilot_desktop.errors import CopilotError, FileChangedError, FolderGoneError, MissingFileError, UndecodableError
from copilot_desktop.text.encodings import encode
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Document, Documents
from copilot_desktop.workspace.files import (
    ANY_CONTENT,
    LIMIT_BYTES,
    OPENED_BYTES,
    FileText,
    missing_files,
    read_file,
    write_file,
)
from copilot_desktop.workspace.paths import Workspace

_log = logging.getLogger(__name__)

Done = Callable[[bool], None]
BeforeWrite = Callable[[Document, str, Callable[[], None]], None]
"""Makes a document ready for the path it is written to, and calls the third when it is."""


class OpenDocuments(Protocol):
    """What is open in a window, and the signals that tell of its files; `DocumentsController` fulfils it."""

    @property
    def documents(self) -> Documents:
        """The open documents."""

    @property
    def buffers(self) -> Mapping[DocumentId, Buffer]:
        """Their live texts."""

    @property
    def state_changed(self) -> SignalInstance:
        """Carries one `Document`."""

    @property
    def outside_changed(self) -> SignalInstance:
        """Carries one `OutsideChange`."""

    @property
    def save_failed(self) -> SignalInstance:
        """Carries one `SaveFailed`."""

    def close(self, document_id: DocumentId) -> None:
        """Forget a document, unsaved or not."""


class DocumentFiles:
    """The files of one window's documents; reports through the signals of the controller. GUI thread only."""

    def __init__(self, open_documents: OpenDocuments, thread: AsyncThread) -> None:
        self._open = open_documents
        self._thread = thread
        self.workspace: Workspace | None = None
        self.before_write: BeforeWrite = _at_once
        self._saving: set[DocumentId] = set()
        self._missed: set[DocumentId] = set()
        self._refused: set[DocumentId] = set()
        self._waiting: dict[DocumentId, list[Callable[[], None]]] = {}

    def save(self, document_id: DocumentId, done: Done | None = None, *, overwrite: bool = False) -> None:
        """Write a document's text in its encoding; `overwrite` also when the file has changed outside.

        `done(True)` when it stands on disk; otherwise `save_failed` has said why.
        """
        document, report = self._open.documents.get(document_id), done or _nothing
        if document is None or document.path is None:
            report(False)
        elif document_id in self._saving:
            # Beside the write under way it would find that one's bytes and refuse them as a stranger's.
            self._wait(document_id, partial(self.save, document_id, done, overwrite=overwrite))
        else:
            self._write(document, document.path, ANY_CONTENT if overwrite else document.disk_hash, report)

    def save_as(self, document_id: DocumentId, path: str, done: Done | None = None) -> None:
        """Write a document to another file, which becomes its own; the dialog has asked about an existing one.

        A tab that shows that file already is closed, but one with unsaved changes refuses it.
        """
        document, report = self._open.documents.get(document_id), done or _nothing
        if document is None:
            report(False)
            return
        if document_id in self._saving:
            self._wait(document_id, partial(self.save_as, document_id, path, done))
            return
        other = self._open.documents.find(path)
        if other is not None and other is not document:
            if other.is_dirty:
                message = f"{path} is open in another tab, with changes that are not saved."
                advice = "Nothing was written. Save or close that tab before, or choose another name."
                self._open.save_failed.emit(SaveFailed(document_id, message, advice))
                report(False)
                return
            self._open.close(other.document_id)
        self._write(document, path, ANY_CONTENT, report)

    def _write(self, document: Document, path: str, expected: str | None, report: Done) -> None:
        if document.document_id not in self._open.buffers or self.workspace is None:
            report(False)
            return
        if document.is_loading:
            message = f"{document.title} is still being read, so it was not written."
            self._open.save_failed.emit(SaveFailed(document.document_id, message, "Save it when all of it is here."))
            report(False)
            return
        self._saving.add(document.document_id)
        self.before_write(document, path, partial(self._write_now, document, path, expected, report))

    def _write_now(self, document: Document, path: str, expected: str | None, report: Done) -> None:
        buffer, workspace = self._open.buffers.get(document.document_id), self.workspace
        if buffer is None or workspace is None:
            self._end_save(document)
            report(False)
            return
        snapshot, text_format = buffer.snapshot(), document.format

        def write() -> str:
            return write_file(workspace, path, encode(snapshot.text, text_format), expected_hash=expected)

        self._thread.run_in_worker(
            write,
            lambda disk_hash: self._on_written(document, path, snapshot.version, disk_hash, report),
            lambda error: self._on_unsaved(document, path, error, report),
        )

    def when_saved(self, document_ids: Sequence[DocumentId], go_on: Callable[[], None]) -> None:
        """Call once none of these is being written any more."""
        for document_id in document_ids:
            if document_id in self._saving:
                self._wait(document_id, partial(self.when_saved, document_ids, go_on))
                return
        go_on()

    def recheck(self, document: Document) -> None:
        """Compare a document with its file, now that something has touched it."""
        if document.path is None or document.is_loading:
            return
        if document.document_id in self._saving:
            self._missed.add(document.document_id)
            return
        self.read(
            document.path,
            lambda file_text: self._on_reread(document, file_text),
            lambda error: self._on_reread_failed(document, error),
        )

    def take_theirs(self, document_id: DocumentId) -> None:
        """Replace a document's text by its file's; one undo step brings the own text back."""
        document = self._open.documents.get(document_id)
        if document is not None and document.path is not None:
            self.read(
                document.path,
                lambda found: self._on_reread(document, found, is_wanted=True),
                lambda error: self._on_reread_failed(document, error),
            )

    def keep_mine(self, document_id: DocumentId) -> None:
        """Leave the text as it is, unsaved, and let the next save write it over what the file holds now."""
        document = self._open.documents.get(document_id)
        if document is not None and document.path is not None:
            self.read(
                document.path,
                lambda found: self.take_hash(document, found.disk_hash),
                lambda error: self._on_reread_failed(document, error),
            )

    def read(
        self,
        path: str,
        done: Callable[[FileText], None],
        failed: Callable[[BaseException], None],
        encoding: str | None = None,
    ) -> None:
        """What stands on disk under a path, read on a worker; an encoding chosen for an open document holds.

        Neither is called when another folder has come meanwhile: the path means another file there.
        """
        workspace = self.workspace
        document = self._open.documents.find(path)
        wanted = encoding or self._open.documents.chosen_encoding(path)
        limit_bytes = OPENED_BYTES if document is not None and document.is_large else LIMIT_BYTES
        if workspace is not None:

            def work() -> FileText:
                try:
                    return read_file(workspace, path, wanted, limit_bytes=limit_bytes)
                except UndecodableError:
                    if wanted == encoding or document is not None:
                        raise
                # Chosen some time ago, and the file is another one since.
                return read_file(workspace, path, limit_bytes=limit_bytes)

            self._thread.run_in_worker(
                work,
                lambda found: done(found) if self.workspace is workspace else None,
                lambda error: failed(error) if self.workspace is workspace else None,
            )

    def find_missing(self, paths: Sequence[str], done: Callable[[tuple[str, ...]], None]) -> None:
        """Which of the paths are no longer there, looked up on a worker without reading any."""
        workspace = self.workspace
        if workspace is not None and paths:
            self._thread.run_in_worker(
                lambda: missing_files(workspace, paths),
                lambda missing: done(missing) if self.workspace is workspace else None,
            )

    def take(self, document: Document, buffer: Buffer, text: str, disk_hash: str) -> None:
        """The buffer takes a text that stands on disk, in place."""
        if document.is_large:
            buffer.load(text)  # to compare all lines would hold the window
        else:
            buffer.set_text(text)
        document.saved(disk_hash)
        self._resolve(document)
        self._open.state_changed.emit(document)

    def take_hash(self, document: Document, disk_hash: str) -> None:
        """What the file holds is known or wanted to be written over: the text stays unsaved, but may be saved."""
        document.saved(disk_hash, is_overtaken=True)
        self._resolve(document)
        self._open.state_changed.emit(document)

    def lose_file(self, document: Document) -> None:
        """The file is gone; the text stays and counts as unsaved."""
        if document.is_new:
            return
        document.lost()
        self._open.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.DELETED))
        self._open.state_changed.emit(document)

    def _resolve(self, document: Document) -> None:
        self._refused.discard(document.document_id)
        self._open.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.RESOLVED))

    def _wait(self, document_id: DocumentId, save_again: Callable[[], None]) -> None:
        self._waiting.setdefault(document_id, []).append(save_again)

    def _on_written(self, document: Document, path: str, version: int, disk_hash: str, report: Done) -> None:
        buffer = self._open.buffers.get(document.document_id)
        document.renamed(path)
        document.saved(disk_hash, is_overtaken=buffer is not None and buffer.version != version)
        self._resolve(document)
        self._open.state_changed.emit(document)
        self._end_save(document)
        report(True)

    def _on_unsaved(self, document: Document, path: str, error: BaseException, report: Done) -> None:
        document_id = document.document_id
        is_changed = isinstance(error, FileChangedError) and path == document.path
        if is_changed:
            self._missed.add(document_id)
            self._refused.add(document_id)
        if isinstance(error, CopilotError):
            _log.info("not saved: %s: %s", type(error).__name__, error.message)
            self._open.save_failed.emit(SaveFailed(document_id, error.message, error.advice, is_changed))
        self._end_save(document)
        if not isinstance(error, CopilotError):
            raise error
        report(False)

    def _end_save(self, document: Document) -> None:
        """Start what waited for the end of a save: the saves asked for meanwhile, then the look at the file."""
        document_id = document.document_id
        self._saving.discard(document_id)
        for save_again in self._waiting.pop(document_id, ()):
            save_again()
        if document_id in self._missed and document_id not in self._saving:
            self._missed.discard(document_id)
            self.recheck(document)

    def _on_reread(self, document: Document, found: FileText, is_wanted: bool = False) -> None:
        buffer = self._open.buffers.get(document.document_id)
        if buffer is None or document.document_id in self._saving or document.path != found.path:
            return
        if found.disk_hash == document.disk_hash and not is_wanted:
            self._resolve(document)
            return
        is_ours = document.is_dirty and not document.is_untouched_since_lost()
        if is_wanted or not is_ours or buffer.snapshot().text == found.text:
            document.format = found.format
            self.take(document, buffer, found.text, found.disk_hash)
        elif document.has_returned(found.disk_hash):
            self._resolve(document)
            self._open.state_changed.emit(document)
        else:
            is_refused = document.document_id in self._refused
            change = OutsideChange(document.document_id, OutsideKind.CHANGED, is_save_refused=is_refused)
            self._open.outside_changed.emit(change)

    def _on_reread_failed(self, document: Document, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        # While the folder itself is gone nothing is known of its files: their tabs keep what they have.
        if self._open.documents.get(document.document_id) is None or isinstance(error, FolderGoneError):
            return
        if isinstance(error, MissingFileError):
            self.lose_file(document)
        else:
            change = OutsideChange(document.document_id, OutsideKind.UNREADABLE, error.message)
            self._open.outside_changed.emit(change)


def _nothing(_is_saved: bool) -> None:
    return


def _at_once(_document: Document, _path: str, go_on: Callable[[], None]) -> None:
    go_on()
