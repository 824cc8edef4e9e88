"""The open files: path, format, what is on disk, version, and whether there are unsaved changes.

The live text is the editor's; `Document` keeps what a save needs to know. GUI thread only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Final

from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.chosen_encodings import ChosenEncodings
from copilot_desktop.workspace.files import FileText

PLAIN: Final = TextFormat("utf-8", has_bom=False, ending=LineEnding.LF)
"""What a new file gets."""


class Document:
    """One open text. `path` is None while it is untitled, `disk_hash` None while it is on no disk.

    `version` counts every change of the text, also a reload; `is_dirty`: the text is not what is on disk.
    `is_overtaken`: typing went on during the last save, so that what undo takes for saved is not what is on disk.
    """

    def __init__(
        self, title: str, text_format: TextFormat, *, path: str | None = None, disk_hash: str | None = None
    ) -> None:
        self.document_id = DocumentId(os.urandom(8).hex())
        self.path = path
        self.format = text_format
        self.disk_hash = disk_hash
        self.version = 0
        self._title = title
        self.is_dirty = False
        self.is_overtaken = False
        self.is_large = self.is_loading = False
        """Of more than 50 MB, shown in a limited way; and its text is not all here yet."""
        self.was_saved_when_lost = False
        """The file has gone, and up to then the text was the one in it."""
        self._lost: tuple[str, int] | None = None
        """What the file held when it went, and the version of the text then."""
        self.is_new = False
        """It has a path, and its file is made by the first save."""
        self.has_chosen_encoding = False
        """The user has chosen the encoding: it is not found out anew from what is on disk."""

    @property
    def title(self) -> str:
        """The file's name, or the name an untitled document was given."""
        return self.path.rsplit("/", 1)[-1] if self.path is not None else self._title

    def changed(self) -> int:
        """The text has changed; returns the new version."""
        self.version += 1
        return self.version

    def saved(self, disk_hash: str, *, is_overtaken: bool = False) -> None:
        """The text is on disk; `is_overtaken`: an older one, since typing went on during the save."""
        self.disk_hash = disk_hash
        self.is_dirty = self.is_overtaken = is_overtaken
        self.was_saved_when_lost = self.is_new = False
        self._lost = None

    def copied(self) -> None:
        """The text has no file here, and stands as it is in one outside of the folder."""
        self.is_dirty = False

    def renamed(self, path: str) -> None:
        """The file has another path now: moved on disk, or saved under a new name."""
        self.path = path

    def lost(self) -> None:
        """The file is gone from the disk; the text here is all there is."""
        if self.disk_hash is not None:
            self.was_saved_when_lost = not self.is_dirty
            self._lost = (self.disk_hash, self.version)
        self.disk_hash = None
        self.is_dirty = True

    def hash_when_lost(self) -> str | None:
        """What the file held when it went; None while it is there, or once another text was saved."""
        return self._lost[0] if self._lost is not None else None

    def is_untouched_since_lost(self) -> bool:
        """Whether the text is what the file held when it went, and nothing was typed since."""
        return self.was_saved_when_lost and self._lost is not None and self._lost[1] == self.version

    def has_returned(self, disk_hash: str) -> bool:
        """The file that went is there again; True when it holds what it did, so that nobody else has changed it."""
        if self._lost is None or self._lost[0] != disk_hash:
            return False
        self.disk_hash, self._lost, self.was_saved_when_lost = disk_hash, None, False
        return True


class Documents:
    """The open documents of one window, in the order they were opened."""

    def __init__(self) -> None:
        self._by_id: dict[DocumentId, Document] = {}
        self.chosen = ChosenEncodings()
        """Encodings chosen for files, open or not."""

    def open(self, file_text: FileText) -> Document:
        """The document of a file: the one open already, or a new one."""
        found = self.find(file_text.path)
        if found is not None:
            return found
        name = file_text.path.rsplit("/", 1)[-1]
        made = self._add(Document(name, file_text.format, path=file_text.path, disk_hash=file_text.disk_hash))
        made.has_chosen_encoding = self.chosen.of(file_text.path) == file_text.format.encoding
        return made

    def open_untitled(self, text_format: TextFormat = PLAIN) -> Document:
        """A new document without a file, named so that no two open ones share a name."""
        titles = {document.title for document in self._by_id.values()}
        number = next(n for n in range(1, len(titles) + 2) if f"Untitled-{n}" not in titles)
        return self._add(Document(f"Untitled-{number}", text_format))

    def open_new(self, path: str) -> Document:
        """A new document under the name that its file will have."""
        document = self._add(Document(path.rsplit("/", 1)[-1], PLAIN, path=path))
        document.is_new = True
        return document

    def bring_back(self, title: str, path: str | None, text_format: TextFormat, disk_hash: str | None) -> Document:
        """The document of a text left unsaved, typed when its file had this hash; one that is open takes it."""
        document = self.find(path) if path is not None else None
        if document is None:
            document = self._add(Document(title, text_format, path=path))
        # What undo leads back to is not known to be what is on disk.
        document.is_overtaken = document.disk_hash != disk_hash
        document.is_dirty = True
        document.format, document.disk_hash = text_format, disk_hash
        return document

    def find(self, path: str) -> Document | None:
        """The open document of a workspace path."""
        return next((document for document in self._by_id.values() if document.path == path), None)

    def chosen_encoding(self, path: str) -> str | None:
        """What the user has said that the bytes of a file mean; None: it is to be found out."""
        document = self.find(path)
        if document is None:
            return self.chosen.of(path)
        return document.format.encoding if document.has_chosen_encoding else None

    def keep_chosen(self) -> Mapping[str, str]:
        """The encodings chosen for files by now, to be remembered with the folder."""
        for document in self._by_id.values():
            self._keep_choice(document)
        return self.chosen.all()

    def _keep_choice(self, document: Document) -> None:
        if document.path is not None and document.has_chosen_encoding:
            self.chosen.keep(document.path, document.format.encoding)

    def get(self, document_id: DocumentId) -> Document | None:
        """The open document with an id."""
        return self._by_id.get(document_id)

    def all(self) -> tuple[Document, ...]:
        """Every open document, in the order they were opened."""
        return tuple(self._by_id.values())

    def close(self, document_id: DocumentId) -> Document | None:
        """Forget a document; returns it, or None when it was not open."""
        document = self._by_id.pop(document_id, None)
        if document is not None:
            self._keep_choice(document)
        return document

    def __iter__(self) -> Iterator[Document]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self._by_id)

    def _add(self, document: Document) -> Document:
        self._by_id[document.document_id] = document
        return document
