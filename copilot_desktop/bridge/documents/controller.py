"""The open documents of a window: reading and saving on workers, live text through `Buffer`s."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.bridge.documents.copies import DocumentCopies
from copilot_desktop.bridge.documents.events import (
    USUAL,
    DocumentClosed,
    DocumentOpened,
    LargeFound,
    OpenFailed,
    Opening,
    PathMoved,
    TextChanged,
)
from copilot_desktop.bridge.documents.files import DocumentFiles, Done
from copilot_desktop.errors import CopilotError, MissingFileError, TooLargeError, UndecodableError
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.workspace.documents import Document, Documents
from copilot_desktop.workspace.files import LIMIT_BYTES, OPENED_BYTES, WHOLE_BYTES, FileText, too_large
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.bridge.documents.held_copies import HoldsCopies

_log = logging.getLogger(__name__)


class DocumentsController(QObject):
    """Owns what is open; fulfils `OpenBuffers`. GUI thread only.

    The editor area answers `opened` by making a view and calling `attach`, and reports changes by `text_has_changed`.
    """

    opened = Signal(object)
    large_found = Signal(object)
    failed = Signal(object)
    state_changed = Signal(object)
    text_changed = Signal(object)
    text_edited = Signal(object)
    """Carries one `TextEdited`, while it is made: nobody may change or read the text then."""
    disk_changed = Signal(object)
    outside_changed = Signal(object)
    taking_from_disk = Signal(str)
    """A tab is about to take what stands on disk under this path."""
    moved = Signal(object)
    """Carries one `PathMoved`, after the documents in it have followed."""
    renamed_and_changed = Signal(object)
    """Carries one `RenamedAndChanged`, after all have followed."""
    closed = Signal(object)
    save_failed = Signal(object)
    written_through = Signal(object)
    """Carries one `WrittenThrough`."""

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files = DocumentFiles(self, thread)
        self.copies = DocumentCopies(self, thread)
        self.documents = Documents()
        self.buffers: dict[DocumentId, Buffer] = {}
        self.unsaved: HoldsCopies | None = None
        """The hot-exit copies, where unsaved texts are kept."""
        self.gone_texts: Callable[[Collection[str]], Mapping[str, str]] = lambda _deleted: {}
        """What files in no tab said that somebody goes on caring for: of these paths, and of those gone before."""
        self.others_paths: Callable[[], Collection[str]] = tuple
        """All that somebody else goes on caring for, there or gone."""
        self._current: DocumentId | None = None
        self._asked = ""
        """The path that is to be in front: files are read at the same time, and the last one asked for wins."""

    def set_workspace(self, workspace: Workspace, state_folder: Path | None = None) -> None:
        """The folder that paths are relative to from now on. Close the documents of the old one before.

        What saves overwrite is kept below `state_folder`, where one is given.
        """
        self.files.set_workspace(workspace, state_folder)

    def open(self, path: str, lines: LineRange | None = None, opening: Opening = USUAL) -> None:
        """Open a path in a tab, or bring its tab to the front; the caret goes to the lines."""
        if opening.comes_forward:
            self._asked = path
        document = self.documents.find(path)
        if document is not None:
            self.opened.emit(DocumentOpened(document, None, lines, opening))
        else:
            self.files.read(
                path,
                lambda file_text: self._on_read(
                    file_text, lines, opening._replace(is_overtaken=opening.comes_forward and path != self._asked)
                ),
                lambda error: self._on_unread(path, lines, error, opening),
                limit_bytes=WHOLE_BYTES if self.documents.chosen_encoding(path) is None else LIMIT_BYTES,
            )

    def open_untitled(self) -> None:
        """A new, empty document without a file."""
        self.opened.emit(DocumentOpened(self.documents.open_untitled(), ""))

    def attach(self, document_id: DocumentId, buffer: Buffer) -> None:
        """The live text of a document; called by the editor area when it has made the view."""
        self.buffers[document_id] = buffer

    def activate(self, document_id: DocumentId | None) -> None:
        """The active tab shows this document; None: it shows something else."""
        self._current = document_id

    def current(self) -> Buffer | None:
        """The buffer of the active tab."""
        return self.buffers.get(self._current) if self._current is not None else None

    def current_document(self) -> Document | None:
        """The document of the active tab."""
        return self.documents.get(self._current) if self._current is not None else None

    def find(self, path: str) -> Buffer | None:
        """The buffer of a workspace-relative path, when it is open."""
        document = self.documents.find(path)
        return self.buffers.get(document.document_id) if document is not None else None

    def is_dirty(self, path: str) -> bool:
        """Whether the path is open with unsaved changes."""
        document = self.documents.find(path)
        return document is not None and document.is_dirty

    def has_own_text(self, path: str) -> bool:
        """Whether the path is open with text that no file ever held: a tab that has only outlived its file has none."""
        document = self.documents.find(path)
        return document is not None and document.is_dirty and not document.is_untouched_since_lost()

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
            # Whatever undo says, a text stands nowhere else when its file is gone or got what came after it.
            document.is_dirty = is_dirty or document.disk_hash is None or document.is_overtaken
            self.state_changed.emit(document)

    def written(self, path: str, text: str | None, disk_hash: str | None) -> None:
        """This program wrote a file: an open document without unsaved changes takes the text in place.

        One with unsaved changes keeps its own text, as with a save that typing went on during; a tab that has only
        outlived its file has none.
        """
        document, buffer = self.documents.find(path), self.find(path)
        if document is None or buffer is None:
            return
        if document.is_loading:
            self.files.following.recheck(document)
        elif text is None or disk_hash is None:
            self.files.following.lose_file(document)
        elif not document.is_dirty or document.is_untouched_since_lost() or buffer.snapshot().text == text:
            self.files.following.take(document, buffer, text, disk_hash)
        else:
            self.files.following.take_hash(document, disk_hash)

    def save(self, document_id: DocumentId, done: Done | None = None) -> None:
        """Write a document's text in its encoding; `done(True)` when it stands on disk, else a signal has said why."""
        self.files.save(document_id, done)

    def follow(self, old: str, new: str) -> None:
        """A file was moved, or a folder with everything in it: its tabs keep their text under the new path."""
        moved = PathMoved(old, new)
        self.documents.chosen.follow(old, new)
        for document in self.documents:
            target = moved.follow(document.path) if document.path is not None else None
            if target is not None and target != document.path and self.documents.find(target) is None:
                document.path = target
                self.state_changed.emit(document)
        self.moved.emit(moved)

    def close(self, document_id: DocumentId) -> None:
        """Forget a document, unsaved or not; whoever closes has asked before."""
        document = self.documents.get(document_id)
        if document is None:
            return
        self.documents.close(document_id)
        self.buffers.pop(document_id, None)
        if self._current == document_id:
            self._current = None
        self.closed.emit(DocumentClosed(document_id, document.path))

    def _on_read(self, file_text: FileText, lines: LineRange | None, opening: Opening) -> None:
        already = self.documents.find(file_text.path)
        document = already or self.documents.open(file_text)
        self.opened.emit(DocumentOpened(document, None if already else file_text.text, lines, opening))

    def _on_unread(self, path: str, lines: LineRange | None, error: BaseException, opening: Opening) -> None:
        if isinstance(error, TooLargeError):
            if error.size_bytes <= OPENED_BYTES:
                self.large_found.emit(LargeFound(path, error.size_bytes, lines, opening))
                return
            error = too_large(path, error.size_bytes, OPENED_BYTES)
        if opening.creates and isinstance(error, MissingFileError):
            self.opened.emit(DocumentOpened(self.documents.open_new(path), "", lines, opening))
            return
        if not isinstance(error, CopilotError):
            raise error
        _log.info("not opened: %s: %s", type(error).__name__, error.message)
        is_undecoded, is_gone = isinstance(error, UndecodableError), isinstance(error, MissingFileError)
        self.failed.emit(OpenFailed(path, error.message, error.advice, is_undecoded, is_gone, opening))


def unsaved_texts(documents: DocumentsController, among: Collection[str] | None = None) -> dict[str, str]:
    """What stands unsaved in tabs, for whoever knows the folder as it is on disk: path → text.

    Of these paths alone where some are given; without texts too large to be looked through, or not there yet.
    """
    return {
        document.path: text
        for document in documents.dirty()
        if document.path is not None
        and (among is None or document.path in among)
        and not (document.is_large or document.is_loading)
        and (text := documents.text_of(document.path)) is not None
    }
