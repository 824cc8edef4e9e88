"""What the parts of the documents' controller see of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import SignalInstance

from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.workspace.documents import Documents


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
    def taking_from_disk(self) -> SignalInstance:
        """Carries the path of a document that is about to take what stands on disk."""

    @property
    def written_through(self) -> SignalInstance:
        """Carries one `WrittenThrough`."""

    @property
    def save_failed(self) -> SignalInstance:
        """Carries one `SaveFailed`."""

    def close(self, document_id: DocumentId) -> None:
        """Forget a document, unsaved or not."""
