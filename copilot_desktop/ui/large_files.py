"""The bar over a large file: how far it is read, and what is left out for its size."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.large_documents import LargeDocuments, LoadProgress
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.workspace.documents import Document


class LargeFileBars(QObject):
    """Keeps the bars of one window true."""

    def __init__(self, window: MainWindow, documents: DocumentsController, large: LargeDocuments) -> None:
        super().__init__(window)
        self._window, self._documents = window, documents
        follow_views(window.editors, self._on_view_added)
        large.progressed.connect(self._on_progressed)

    def _on_view_added(self, view: EditorView) -> None:
        document = self._documents.documents.get(view.document_id)
        if document is not None and (document.is_large or document.is_loading):
            self._show(document, 0.0 if document.is_loading else 1.0)

    def _on_progressed(self, event: LoadProgress) -> None:
        document = self._documents.documents.get(event.document_id)
        if document is not None:
            self._show(document, event.share)

    def _show(self, document: Document, share: float) -> None:
        page = self._window.editors.page_of(document.document_id)
        if page is None:
            return
        if share < 1.0:
            page.show_limits(f"{document.title} is large: reading it, {share:.0%} …")
        elif not document.is_large:
            page.show_limits("")
        else:
            size = page.view.code.length() / 1024**2
            page.show_limits(
                f"{document.title} has {size:,.0f} MB and is shown plainly: without colours, folding, wrapping and"
                " proposals."
            )
