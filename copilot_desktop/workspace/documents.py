"""Open documents: path, encoding, line ends, disk hash, version, dirty. The live text is the editor's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.files import FileText

PLAIN = TextFormat("utf-8", has_bom=False, ending=LineEnding.LF)


class Document:
    """One open text. GUI thread only. `version` grows with every change of the text."""

    def __init__(self, document_id: DocumentId, path: str | None, text_format: TextFormat = PLAIN) -> None:
        self.document_id = document_id
        self.path = path
        self.format = text_format
        self.disk_hash: str | None = None
        self.version = 0
        self.is_dirty = False

    @property
    def title(self) -> str:
        """What the tab shows."""
        return self.path.rsplit("/", 1)[-1] if self.path else "Untitled"

    def loaded(self, file_text: FileText) -> None:
        """The text now is what was read from disk."""
        self.format = file_text.format
        self.disk_hash = file_text.disk_hash
        self.is_dirty = False

    def changed(self) -> int:
        """The text has changed; returns the new version."""
        self.version += 1
        return self.version

    def saved(self, disk_hash: str) -> None:
        """The text now stands on disk under this hash."""
        self.disk_hash = disk_hash
        self.is_dirty = False


class Documents:
    """The open documents of one window, each path at most once."""

    def __init__(self) -> None:
        self._documents: dict[DocumentId, Document] = {}
        self._numbers = itertools.count(1)

    def open(self, file_text: FileText) -> Document:
        """A document for a file that was read; the open one when the path is open already."""
        document = self.find(file_text.path)
        if document is None:
            document = Document(DocumentId(f"document-{next(self._numbers)}"), file_text.path)
            document.loaded(file_text)
            self._documents[document.document_id] = document
        return document

    def open_untitled(self) -> Document:
        """A new document without a file."""
        document = Document(DocumentId(f"document-{next(self._numbers)}"), None)
        self._documents[document.document_id] = document
        return document

    def find(self, path: str) -> Document | None:
        """The open document of a path."""
        return next((each for each in self if each.path == path), None)

    def get(self, document_id: DocumentId) -> Document | None:
        """The document with this id, when it is still open."""
        return self._documents.get(document_id)

    def close(self, document_id: DocumentId) -> None:
        """Forget a document; its text goes with its editor."""
        self._documents.pop(document_id, None)

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._documents.values()))
