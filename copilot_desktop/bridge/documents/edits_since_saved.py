"""What was changed in a text since it was the one in its file, from the first change on.

A long text takes its time to be copied and written down; with these changes and the file it is safe at once.
"""

from __future__ import annotations

from typing import Final

from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.text.changes import ByteEdit, TextEdited
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.hot_exit.records import DiskBase, UnsavedHeader
from copilot_desktop.workspace.hot_exit.writer import BegunOnDisk, Edited, Step

LEAST_BYTES: Final = 4 * 1024 * 1024
"""Shorter texts are copied in one pass and written in a moment."""


class EditsSinceSaved:
    """Collects the edits of documents that have just become unsaved. GUI thread only."""

    def __init__(self) -> None:
        self._edits: dict[DocumentId, tuple[str, list[ByteEdit]]] = {}
        """With the hash of the file in which the text before them stands."""

    def begin(self, document: Document) -> None:
        """A document whose text was saved is about to tell of its first edit."""
        if document.path is not None and document.disk_hash and not (document.is_overtaken or document.is_loading):
            self._edits[document.document_id] = (document.disk_hash, [])

    def add(self, event: TextEdited) -> None:
        """It has told of one."""
        known = self._edits.get(event.document_id)
        if known is not None:
            known[1].append(event.edit)

    def forget(self, document_id: DocumentId) -> None:
        """It is saved again, or closed."""
        self._edits.pop(document_id, None)

    def steps(self, document: Document, buffer: Buffer, entry_id: str, header: UnsavedHeader) -> list[Step]:
        """What makes the text safe, and forget it; nothing where that is not known, or the text is not long."""
        disk_hash, edits = self._edits.pop(document.document_id, ("", []))
        size_bytes = buffer.shared.copying.size_bytes
        if not edits or size_bytes < LEAST_BYTES:
            return []
        added = sum(len(edit.inserted) - edit.removed_bytes for edit in edits)
        begun = BegunOnDisk(entry_id, header, DiskBase(disk_hash, size_bytes - added))
        return [begun, *(Edited(entry_id, edit) for edit in edits)]
