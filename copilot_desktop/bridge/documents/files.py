"""What joins the open documents to their files: reading and saving."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.events import SaveFailed, WrittenThrough
from copilot_desktop.errors import CopilotError, EncodingError, FileChangedError, NotKeptError, UndecodableError
from copilot_desktop.text.changes import CopiedText
from copilot_desktop.text.encodings import encode_pieces
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.files import (
    ANY_CONTENT,
    LIMIT_BYTES,
    FileText,
    missing_files,
    names_beside,
    read_file,
)
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.bridge.documents.file_following import FileFollowing
    from copilot_desktop.bridge.documents.kept_saves import KeptSaves
    from copilot_desktop.bridge.documents.open_documents import OpenDocuments
    from copilot_desktop.settings.session import TabFile

_log = logging.getLogger(__name__)

Done = Callable[[bool], None]
BeforeWrite = Callable[[Document, str, Callable[[], None]], None]
"""Makes a document ready for the path it is written to, and calls the third when it is."""


class DocumentFiles:
    """The files of one window's documents; reports through the signals of the controller. GUI thread only."""

    def __init__(self, open_documents: OpenDocuments, thread: AsyncThread) -> None:
        self._open = open_documents
        self._thread = thread
        self.workspace: Workspace | None = None
        self._state_folder: Path | None = None
        self._kept_saves: KeptSaves | None = None
        self._without_way_back: set[DocumentId] = set()
        self.before_write: BeforeWrite = _at_once
        self.read_large_again: Callable[[Document], None] = _nothing_large
        self._saving: set[DocumentId] = set()
        self._waiting: dict[DocumentId, list[Callable[[], None]]] = {}

    def set_workspace(self, workspace: Workspace, state_folder: Path | None) -> None:
        """Read and write the files of another folder from now on."""
        self.workspace = workspace
        self._state_folder, self._kept_saves = state_folder, None

    def save_without_way_back(self, document_id: DocumentId) -> None:
        """Save this once although what stands on disk cannot be kept."""
        self._without_way_back.add(document_id)
        self.save(document_id)

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
        is_kept = document.document_id not in self._without_way_back
        self._without_way_back.discard(document.document_id)
        if buffer is None or workspace is None:
            self._end_save(document)
            report(False)
            return
        text_format, saves = document.format, self._saves_in(workspace)

        def write(text: CopiedText) -> None:
            def work() -> tuple[str, int]:
                pieces = encode_pieces(text.pieces(), text_format)
                disk_hash = saves.write(path, pieces, expected, text_format.encoding, is_kept)
                return disk_hash, names_beside(workspace, path)

            def done(written: tuple[str, int]) -> None:
                disk_hash, other_names = written
                self._on_written(document, path, text.version, disk_hash, report)
                if other_names:
                    self._open.written_through.emit(WrittenThrough(path, other_names))

            self._thread.run_in_worker(
                work,
                done,
                lambda error: self._on_unsaved(document, path, error, report),
            )

        buffer.shared.copying.copy(write)

    def _saves_in(self, workspace: Workspace) -> KeptSaves:
        if self._kept_saves is None:
            from copilot_desktop.bridge.documents.kept_saves import KeptSaves  # nobody saves before the first paint

            self._kept_saves = KeptSaves(workspace, self._state_folder)
        return self._kept_saves

    @cached_property
    def following(self) -> FileFollowing:
        """What others write into these files."""
        from copilot_desktop.bridge.documents.file_following import FileFollowing

        return FileFollowing(self._open, self._thread, self)

    def is_saving(self, document_id: DocumentId) -> bool:
        """Whether a document is being written."""
        return document_id in self._saving

    def when_saved(self, document_ids: Sequence[DocumentId], go_on: Callable[[], None]) -> None:
        """Call once none of these is being written any more."""
        for document_id in document_ids:
            if document_id in self._saving:
                self._wait(document_id, partial(self.when_saved, document_ids, go_on))
                return
        go_on()

    def read(
        self,
        path: str,
        done: Callable[[FileText], None],
        failed: Callable[[BaseException], None],
        encoding: str | None = None,
        *,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        """What stands on disk under a path, read on a worker; an encoding chosen for an open document holds. A file of
        more than `limit_bytes` fails.

        Neither is called when another folder has come meanwhile: the path means another file there.
        """
        workspace = self.workspace
        document = self._open.documents.find(path)
        wanted = encoding or self._open.documents.chosen_encoding(path)
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

    def find_renamed(
        self, known: Mapping[str, TabFile], since_s: float, done: Callable[[Mapping[str, str]], None]
    ) -> None:
        """Those of the files that are gone from their paths and surely have others now, old → new: looked up on a
        worker. They are known as they were at `since_s`, in seconds after 1970."""
        workspace = self.workspace
        if workspace is not None:
            taken = [document.path for document in self._open.documents if document.path is not None]

            def work() -> dict[str, str]:
                # Hardly any start needs it.
                from copilot_desktop.workspace.file_identity import FileIdentity
                from copilot_desktop.workspace.finding_again import KnownFile, found_again

                files = {
                    path: KnownFile(each.content, FileIdentity(*each.numbers) if len(each.numbers) == 3 else None)
                    for path, each in known.items()
                }
                return found_again(workspace, files, {*known, *taken}, since_s)

            self._thread.run_in_worker(work, lambda found: done(found) if self.workspace is workspace else None)

    def _wait(self, document_id: DocumentId, save_again: Callable[[], None]) -> None:
        self._waiting.setdefault(document_id, []).append(save_again)

    def _on_written(self, document: Document, path: str, version: int, disk_hash: str, report: Done) -> None:
        buffer = self._open.buffers.get(document.document_id)
        document.renamed(path)
        document.saved(disk_hash, is_overtaken=buffer is not None and buffer.version != version)
        self.following.resolve(document)
        self._open.state_changed.emit(document)
        self._end_save(document)
        report(True)

    def _on_unsaved(self, document: Document, path: str, error: BaseException, report: Done) -> None:
        document_id = document.document_id
        is_changed = isinstance(error, FileChangedError) and path == document.path
        if is_changed:
            self.following.refuse(document_id)
        if isinstance(error, CopilotError):
            _log.info("not saved: %s: %s", type(error).__name__, error.message)
            is_lossy, is_not_kept = isinstance(error, EncodingError), isinstance(error, NotKeptError)
            failed = SaveFailed(document_id, error.message, error.advice, is_changed, is_lossy, is_not_kept)
            self._open.save_failed.emit(failed)
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
        self.following.catch_up(document)


def _nothing(_is_saved: bool) -> None:
    return


def _nothing_large(_document: Document) -> None:
    return


def _at_once(_document: Document, _path: str, go_on: Callable[[], None]) -> None:
    go_on()
