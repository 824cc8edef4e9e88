"""Hot-exit copies as part of a step: held while it is written, so that all or none holds for disk and tabs together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.held_copies import NOTHING_HELD, HeldCopies
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.hot_exit.held_copy import HeldCopy
from copilot_desktop.workspace.hot_exit.records import UnsavedHeader
from copilot_desktop.workspace.hot_exit.writer import Held, HotExitWriter, Released


@dataclass(slots=True)
class UnsavedCopy:
    """The copy of one document: its name, what it says of the document, and whether this start has begun it, or is
    still collecting its text. `takes_edits`: edits can be written down."""

    entry_id: str
    header: UnsavedHeader
    is_begun: bool
    is_collecting: bool = False
    takes_edits: bool = False


class CopiesInStep:
    """Holds copies. GUI thread only."""

    def __init__(
        self,
        thread: AsyncThread,
        documents: DocumentsController,
        copies: dict[DocumentId, UnsavedCopy],
        writer: Callable[[], HotExitWriter | None],
        begin_later: Callable[[DocumentId], None],
    ) -> None:
        self._thread = thread
        self._documents = documents
        self._copies = copies
        self._writer = writer
        self._begin_later = begin_later

    def hold(self, paths: Collection[str], ready: Callable[[HeldCopies], None]) -> None:
        """Have the copies of tabs written by nobody else from the call of `ready` on."""
        writer, held, copies = self._writer(), dict[str, HeldCopy](), dict[DocumentId, UnsavedCopy]()
        for document in self._documents.dirty() if writer is not None else ():
            if writer is not None and document.path is not None and document.path in paths:
                header = header_of(document)
                # One that was typed into a moment ago has none yet.
                copy = self._copies.setdefault(document.document_id, UnsavedCopy(document.document_id, header, False))
                copies[document.document_id] = copy
                held[document.path] = HeldCopy.at(writer.folder, copy.entry_id, document.path, header)
        if writer is None or not held:
            ready(NOTHING_HELD)
            return
        release = partial(self._release, writer, copies)

        def answer(has_folder: bool) -> None:
            # Where nothing can be kept the user has been told, and is not kept from writing files.
            taken = HeldCopies(held if has_folder else {}, release)
            self._thread.post(lambda: ready(taken))

        writer.put(Held(tuple(copy.entry_id for copy in copies.values()), answer))

    def _release(self, writer: HotExitWriter, copies: Mapping[DocumentId, UnsavedCopy]) -> None:
        writer.put(Released(tuple(copy.entry_id for copy in copies.values())))
        for document_id, copy in copies.items():
            if self._copies.get(document_id) is copy:
                # What was typed meanwhile is in no file yet.
                copy.takes_edits = False
                self._begin_later(document_id)


def header_of(document: Document) -> UnsavedHeader:
    """What the copy says of a document."""
    return UnsavedHeader(document.path, document.title, document.format, document.disk_hash)
