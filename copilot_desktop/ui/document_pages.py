"""The pages of documents: made with their views, named as the documents are, and telling of what is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import OutsideChange
from copilot_desktop.editor.events import SavePointChanged, TextChanged
from copilot_desktop.editor.shared_document import SharedDocument
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.changes import TextEdited
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_panes import EditorPanes, PageLeaving
from copilot_desktop.workspace.documents import Document

MakeView = Callable[[Document, str, SharedDocument | None], EditorView]
"""Makes a view of a text that was just read, or one more of a document that is open."""


class DocumentPages(QObject):
    """Of one window. `view_added(EditorView)`: a view stands in its tab. `state_shown(Document)`: its tabs say how it
    is now. One view of each document is its `Buffer`, which tells of the text; when it closes, another one is."""

    view_added = Signal(object)
    state_shown = Signal(object)

    def __init__(self, panes: EditorPanes, documents: DocumentsController, make_view: MakeView) -> None:
        super().__init__(panes)
        self._panes, self._documents, self._make_view = panes, documents, make_view
        documents.state_changed.connect(self.show_state)
        documents.outside_changed.connect(self._on_outside_changed)
        panes.page_leaving.connect(self._on_page_leaving)

    def pages_of(self, document_id: DocumentId) -> tuple[DocumentPage, ...]:
        """The tabs of a document, those of the active group first."""
        pages = (page for page in self._panes.pages() if isinstance(page, DocumentPage))
        return tuple(page for page in pages if page.document.document_id == document_id)

    def make(self, document: Document, text: str | None) -> DocumentPage:
        """A page for a document; `text` when none shows it yet. Raises ValueError when there is neither: what is not
        known must not be shown, and saved, as empty."""
        other = next(iter(self.pages_of(document.document_id)), None)
        if text is None and other is None:
            raise ValueError(f"no text for {document.path}")
        view = self._make_view(document, text or "", other.view.shared if other is not None else None)
        if other is None:
            self._attach(view)
        return DocumentPage(document, view)

    def show_state(self, document: Document) -> None:
        """The document was saved, renamed or changed."""
        pages = self.pages_of(document.document_id)
        if not pages:
            return
        each_title = {each.document_id: each.title for each in self._documents.documents}
        title = document.title
        if list(each_title.values()).count(title) > 1 and document.path and "/" in document.path:
            title = "/".join(document.path.rsplit("/", 2)[-2:])
        for page in pages:
            page.show_state()
            group = self._panes.group_of(page)
            if group is not None:
                group.show_title(page, title, is_dirty=document.is_dirty)
                tip = f"{document.path or title}{', not saved' if document.is_dirty else ''}"
                group.setTabToolTip(group.indexOf(page), tip)
        self.state_shown.emit(document)

    def follow(self, page: DocumentPage) -> None:
        """This view of its document is the active one: its selection is the one that is meant."""
        told = self._documents.buffers.get(page.document.document_id)
        for each in self.pages_of(page.document.document_id):
            if each.view is told and each is not page:
                self._detach(each.view)
                self._attach(page.view)

    def _attach(self, view: EditorView) -> None:
        """Make a view the one that tells of its document, of which others may show the same."""
        self._documents.attach(view.document_id, view)
        view.text_edited.connect(self._on_view_text_edited)
        view.text_changed.connect(self._on_view_text_changed)
        view.save_point_changed.connect(self._on_view_save_point_changed)

    def _detach(self, view: EditorView) -> None:
        view.text_edited.disconnect(self._on_view_text_edited)
        view.text_changed.disconnect(self._on_view_text_changed)
        view.save_point_changed.disconnect(self._on_view_save_point_changed)

    def _on_view_text_edited(self, event: TextEdited) -> None:
        self._documents.text_edited.emit(event)

    def _on_view_text_changed(self, event: TextChanged) -> None:
        for page in self.pages_of(event.document_id):
            group = self._panes.group_of(page)
            if group is not None:
                group.keep(page)
        shown = next(iter(self.pages_of(event.document_id)), None)
        if shown is not None:
            self._documents.text_has_changed(event.document_id, shown.view.is_at_saved_text())

    def _on_view_save_point_changed(self, event: SavePointChanged) -> None:
        self._documents.set_dirty(event.document_id, event.is_dirty)

    def _on_outside_changed(self, event: OutsideChange) -> None:
        for page in self.pages_of(event.document_id):
            page.show_outside(event)

    def _on_page_leaving(self, event: PageLeaving) -> None:
        """The document goes on being told of by another of its views."""
        page = event.page
        if isinstance(page, DocumentPage):
            document_id = page.document.document_id
            if self._documents.buffers.get(document_id) is page.view:
                left = [each for each in self.pages_of(document_id) if each is not page]
                if left:
                    self._detach(page.view)
                    self._attach(left[0].view)
