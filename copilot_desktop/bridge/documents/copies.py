"""Writing an open text to a place outside of the opened folder, where its tab cannot follow: the way out of a folder
that is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.events import SaveFailed
from copilot_desktop.bridge.documents.open_documents import OpenDocuments
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.encodings import encode
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.files import ANY_CONTENT, write_file
from copilot_desktop.workspace.paths import Workspace

Done = Callable[[bool], None]


class DocumentCopies:
    """Writes copies of the documents of one window; says through its signals what could not be written. GUI thread."""

    def __init__(self, open_documents: OpenDocuments, thread: AsyncThread) -> None:
        self._open, self._thread = open_documents, thread

    def write(self, document_id: DocumentId, place: Path, done: Done) -> None:
        """Write the text as it is now, atomically; the dialog has asked about an existing file.

        A document without a file of its own counts as saved then, until it is changed.
        """
        document, buffer = self._open.documents.get(document_id), self._open.buffers.get(document_id)
        if document is None or buffer is None:
            done(False)
            return
        if document.is_loading:
            self._refuse(document, f"{document.title} is still being read, so it was not written.", "Try again later.")
            done(False)
            return
        snapshot, text_format = buffer.snapshot(), document.format

        def write() -> None:
            write_file(
                Workspace(place.parent), place.name, encode(snapshot.text, text_format), expected_hash=ANY_CONTENT
            )

        def written(_nothing: None) -> None:
            if document.path is None and buffer.version == snapshot.version:
                document.copied()
                self._open.state_changed.emit(document)
            done(True)

        def failed(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self._refuse(document, error.message, error.advice)
            done(False)

        self._thread.run_in_worker(write, written, failed)

    def _refuse(self, document: Document, message: str, advice: str) -> None:
        self._open.save_failed.emit(SaveFailed(document.document_id, message, advice))
