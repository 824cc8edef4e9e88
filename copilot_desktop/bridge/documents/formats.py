"""How a document stands in its file, as the user chooses it: encoding and line ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentOpened, OpenFailed
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.encoding_names import NamedEncoding
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.files import FileText


class DocumentFormats(QObject):
    """Opens, reopens and saves the documents of one window in another encoding. `refused(OpenFailed)` says why not."""

    refused = Signal(object)

    def __init__(self, documents: DocumentsController) -> None:
        super().__init__(documents)
        self._documents = documents

    def open_as(self, path: str, encoding: NamedEncoding) -> None:
        """Open a file whose encoding could not be found out."""

        def show(found: FileText) -> None:
            is_new = self._documents.documents.find(path) is None
            document = self._documents.documents.open(found)
            document.has_chosen_encoding = True
            self._documents.opened.emit(DocumentOpened(document, found.text if is_new else None))

        self._documents.files.read(path, show, lambda error: self._refuse(path, error), encoding.codec)

    def reopen_as(self, document: Document, encoding: NamedEncoding) -> None:
        """Read the file again in another encoding; its text has no unsaved changes, or they were refused before."""
        path = document.path
        if path is None:
            return
        if document.is_dirty:
            self.refused.emit(
                OpenFailed(
                    path,
                    "There are changes that are not saved, so it was not read again.",
                    "Save or undo them first.",
                )
            )
            return

        def show(found: FileText) -> None:
            buffer = self._documents.buffers.get(document.document_id)
            if buffer is None or document.is_dirty or document.path != path:
                return
            document.has_chosen_encoding = True
            document.format = found.format
            document.saved(found.disk_hash)
            # Undo must not lead back to a text that the encoding cannot mean.
            buffer.load(found.text)
            self._documents.state_changed.emit(document)

        self._documents.files.read(path, show, lambda error: self._refuse(path, error), encoding.codec)

    def save_as(
        self, document: Document, encoding: NamedEncoding, save: Callable[[Callable[[bool], None]], None]
    ) -> None:
        """Write a document in another encoding with `save`; where that is refused, it keeps the one it had."""
        old = document.format, document.has_chosen_encoding
        wanted = replace(old[0], encoding=encoding.codec, has_bom=encoding.has_bom)

        def end(is_saved: bool) -> None:
            if not is_saved:
                document.format, document.has_chosen_encoding = old
                self._documents.state_changed.emit(document)

        document.format, document.has_chosen_encoding = wanted, True
        self._documents.state_changed.emit(document)
        save(end)

    def set_line_ending(self, document: Document, ending: LineEnding) -> None:
        """The lines end so from now on; the view has changed them."""
        document.format = replace(document.format, ending=ending)
        self._documents.state_changed.emit(document)

    def _refuse(self, path: str, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.refused.emit(OpenFailed(path, error.message, error.advice))
