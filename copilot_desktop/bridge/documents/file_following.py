"""What others write into the files of open documents: taken, told of, or found to be nothing new.

Texts of megabytes are hashed and compared on workers, so that the window goes on; what is found there is of use only
while the text is still the one that was compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.bridge.documents.events import OutsideChange, OutsideKind
from copilot_desktop.errors import CopilotError, FolderGoneError, MissingFileError
from copilot_desktop.text.changes import ByteChange, CopiedText
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.files import FileText
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.bridge.documents.open_documents import OpenDocuments

COMPARED_AT_ONCE = 1_000_000
"""Bytes and characters; to compare more takes longer than a frame."""


class ReadFiles(Protocol):
    """The files of the folder; `DocumentFiles` fulfils it."""

    @property
    def workspace(self) -> Workspace | None:
        """The folder."""

    @property
    def read_large_again(self) -> Callable[[Document], None]:
        """Has a document that is large take its file's text."""

    def is_saving(self, document_id: DocumentId) -> bool:
        """Whether a document is being written."""

    def read(self, path: str, done: Callable[[FileText], None], failed: Callable[[BaseException], None]) -> None:
        """What stands on disk under a path."""


class FileFollowing:
    """Keeps the documents of one window true to their files. GUI thread only."""

    def __init__(self, open_documents: OpenDocuments, thread: AsyncThread, files: ReadFiles) -> None:
        self._open, self._thread, self._files = open_documents, thread, files
        self._missed: set[DocumentId] = set()
        self._refused: set[DocumentId] = set()

    def recheck(self, document: Document) -> None:
        """Compare a document with its file, now that something has touched it."""
        if document.path is None:
            return
        if document.is_loading or self._files.is_saving(document.document_id):
            self._missed.add(document.document_id)
        elif document.is_large:
            self._hash_large(document, document.path, lambda disk_hash: self._on_rehashed(document, disk_hash))
        else:
            self._read(document, document.path, lambda found: self._on_reread(document, found))

    def take_theirs(self, document_id: DocumentId) -> None:
        """Replace a document's text by its file's; unless it is large, one undo step brings the own text back."""
        document = self._open.documents.get(document_id)
        if document is not None and document.is_large:
            self._files.read_large_again(document)
        elif document is not None and document.path is not None:
            self._read(document, document.path, lambda found: self._on_reread(document, found, is_wanted=True))

    def keep_mine(self, document_id: DocumentId) -> None:
        """Leave the text as it is, unsaved, and let the next save write it over what the file holds now."""
        document = self._open.documents.get(document_id)
        if document is None or document.path is None:
            return
        if document.is_large:
            self._hash_large(document, document.path, lambda disk_hash: self.take_hash(document, disk_hash))
        else:
            self._read(document, document.path, lambda found: self.take_hash(document, found.disk_hash))

    def take(self, document: Document, buffer: Buffer, text: str, disk_hash: str) -> None:
        """The buffer takes a text that stands on disk, in place."""

        def take(before: CopiedText) -> None:
            if _is_short(before, text):
                self._open.taking_from_disk.emit(document.path or "")
                buffer.set_text(text)
                self.has_read(document, disk_hash)
                return
            self._thread.run_in_worker(
                lambda: _changes(before, text),
                lambda changes: self._on_compared(document, before.version, disk_hash, changes),
            )

        buffer.shared.copying.copy(take)

    def has_read(self, document: Document, disk_hash: str) -> None:
        """The text is the one on disk."""
        document.saved(disk_hash)
        self.resolve(document)
        self._open.state_changed.emit(document)

    def take_hash(self, document: Document, disk_hash: str) -> None:
        """What the file holds is known or wanted to be written over: the text stays unsaved, but may be saved."""
        document.saved(disk_hash, is_overtaken=True)
        self.resolve(document)
        self._open.state_changed.emit(document)

    def lose_file(self, document: Document) -> None:
        """The file is gone; the text stays and counts as unsaved."""
        if document.is_new:
            return
        document.lost()
        self._open.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.DELETED))
        self._open.state_changed.emit(document)

    def resolve(self, document: Document) -> None:
        """There is nothing to ask about any more."""
        self._refused.discard(document.document_id)
        self._open.outside_changed.emit(OutsideChange(document.document_id, OutsideKind.RESOLVED))

    def refuse(self, document_id: DocumentId) -> None:
        """A save was refused since the file had changed: it is looked at once that is over."""
        self._missed.add(document_id)
        self._refused.add(document_id)

    def catch_up(self, document: Document) -> None:
        """A save, or the reading piece by piece, is over: look at the file if something touched it meanwhile."""
        if document.document_id in self._missed and not self._files.is_saving(document.document_id):
            self._missed.discard(document.document_id)
            self.recheck(document)

    def tell_of_unread(self, document: Document, error: BaseException) -> None:
        """A document's file cannot be read again."""
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

    def _read(self, document: Document, path: str, done: Callable[[FileText], None]) -> None:
        self._files.read(path, done, lambda error: self.tell_of_unread(document, error))

    def _hash_large(self, document: Document, path: str, done: Callable[[str], None]) -> None:
        """What a large file is now, without its text."""
        workspace = self._files.workspace
        if workspace is not None:

            def hash_it() -> str:
                # Hardly any start needs it.
                from copilot_desktop.workspace.large_files import hash_large

                return hash_large(workspace, path)

            self._thread.run_in_worker(
                hash_it,
                lambda found: done(found) if self._files.workspace is workspace and document.path == path else None,
                lambda error: self.tell_of_unread(document, error) if self._files.workspace is workspace else None,
            )

    def _on_rehashed(self, document: Document, disk_hash: str) -> None:
        if self._buffer(document) is None:
            return
        if disk_hash == document.disk_hash:
            self.resolve(document)
        elif not document.is_dirty or document.is_untouched_since_lost():
            self._files.read_large_again(document)
        else:
            self._tell_of_change(document, disk_hash)

    def _on_reread(self, document: Document, found: FileText, is_wanted: bool = False) -> None:
        buffer = self._buffer(document)
        if buffer is None or document.path != found.path:
            return
        if found.disk_hash == document.disk_hash and not is_wanted:
            self.resolve(document)
        elif is_wanted or not document.is_dirty or document.is_untouched_since_lost():
            self._take_found(document, buffer, found)
        else:
            buffer.shared.copying.copy(lambda mine: self._compare(document, mine, found))

    def _compare(self, document: Document, mine: CopiedText, found: FileText) -> None:
        """Somebody has written the file of an unsaved text: that it says the same as this is nothing to ask about."""

        def answer(is_same: bool) -> None:
            buffer = self._buffer(document)
            if buffer is not None and is_same and buffer.version == mine.version:
                self._take_found(document, buffer, found)
            elif buffer is not None:
                self._tell_of_change(document, found.disk_hash)

        def is_same() -> bool:
            return b"".join(mine.pieces()) == found.text.encode("utf-8", "surrogatepass")

        if _is_short(mine, found.text):
            answer(is_same())
        else:
            self._thread.run_in_worker(is_same, answer)

    def _take_found(self, document: Document, buffer: Buffer, found: FileText) -> None:
        document.format = found.format
        self.take(document, buffer, found.text, found.disk_hash)

    def _on_compared(self, document: Document, version: int, disk_hash: str, changes: tuple[ByteChange, ...]) -> None:
        buffer = self._buffer(document)
        if buffer is None:
            return
        if buffer.version != version:
            self.recheck(document)  # somebody has typed: it may be a question now
            return
        self._open.taking_from_disk.emit(document.path or "")
        buffer.shared.taking.take(
            changes, lambda is_theirs: (self.has_read if is_theirs else self.take_hash)(document, disk_hash)
        )

    def _tell_of_change(self, document: Document, disk_hash: str) -> None:
        if document.has_returned(disk_hash):
            self.resolve(document)
            self._open.state_changed.emit(document)
            return
        is_refused = document.document_id in self._refused
        change = OutsideChange(document.document_id, OutsideKind.CHANGED, is_save_refused=is_refused)
        self._open.outside_changed.emit(change)

    def _buffer(self, document: Document) -> Buffer | None:
        """The live text of a document, unless it is closed or just being written."""
        is_saving = self._files.is_saving(document.document_id)
        return None if is_saving else self._open.buffers.get(document.document_id)


def _is_short(one: CopiedText, other: str) -> bool:
    """Whether two texts are compared while the window waits."""
    return sum(map(len, one.parts)) + len(other) <= COMPARED_AT_ONCE


def _changes(before: CopiedText, text: str) -> tuple[ByteChange, ...]:
    # Hardly any start needs it.
    from copilot_desktop.text.large_diff import byte_changes

    return byte_changes(before.pieces(), _pieces(text))


def _pieces(text: str) -> Iterator[bytes]:
    for at in range(0, len(text), COMPARED_AT_ONCE):
        yield text[at : at + COMPARED_AT_ONCE].encode("utf-8", "surrogatepass")
