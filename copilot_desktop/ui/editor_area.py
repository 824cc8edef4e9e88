"""The middle of the window: one tab per document, and tabs for pages that are no documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QTabWidget, QToolButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.document_events import DocumentClosed, DocumentOpened, OpenFailed, OutsideChange
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.editor.events import SavePointChanged, TextChanged
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.workspace.documents import Document

MakeView = Callable[[Document, str], EditorView]


class EditorArea(QWidget):
    """Tabs of documents and pages. `close_wanted(document_id)` asks before a document goes; pages just close."""

    view_added = Signal(object)
    current_changed = Signal()
    close_wanted = Signal(object)

    def __init__(self, documents: DocumentsController, make_view: MakeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._make_view = make_view
        self.setObjectName("editor_area")
        self.setAccessibleName("Editors")
        self._tabs = self._make_tabs()
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        documents.opened.connect(self._on_document_opened)
        documents.failed.connect(self._on_document_failed)
        documents.state_changed.connect(self._on_document_state_changed)
        documents.outside_changed.connect(self._on_outside_changed)
        documents.closed.connect(self._on_document_closed)

    def set_empty(self, widget: QWidget) -> None:
        """What is shown while no tab is open."""
        old = self._stack.widget(1)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.addWidget(widget)
        self._show_stack()

    def show_page(self, page_id: str, title: str, make: Callable[[], QWidget]) -> QWidget:
        """Bring the page with this id to the front; `make` is called when it is not open."""
        for page in self._pages():
            if page.property("page_id") == page_id:
                self._tabs.setCurrentWidget(page)
                return page
        page = make()
        page.setProperty("page_id", page_id)
        self._add_tab(page, title)
        return page

    def close_page(self, page_id: str) -> None:
        """Close the page with this id when it is open."""
        for page in self._pages():
            if page.property("page_id") == page_id:
                self._remove(page)

    def close_current(self) -> None:
        """Close the active tab, asking when its text is not saved."""
        self._on_close_requested(self._tabs.currentIndex())

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) tab, round in a circle."""
        if self._tabs.count():
            self._tabs.setCurrentIndex((self._tabs.currentIndex() + by) % self._tabs.count())

    def current_view(self) -> EditorView | None:
        """The view of the active tab; None when it shows a page."""
        page = self._tabs.currentWidget()
        return page.view if isinstance(page, DocumentPage) else None

    def view_of(self, path: str) -> EditorView | None:
        """The view of an open path."""
        document = self._documents.documents.find(path)
        page = self.page_of(document.document_id) if document is not None else None
        return page.view if page is not None else None

    def open_paths(self) -> tuple[str, ...]:
        """Paths of the open documents, in the order of their tabs."""
        pages = [page for page in self._pages() if isinstance(page, DocumentPage)]
        return tuple(page.document.path for page in pages if page.document.path is not None)

    def views(self) -> tuple[EditorView, ...]:
        """The views of all documents, in the order of their tabs."""
        return tuple(page.view for page in self._pages() if isinstance(page, DocumentPage))

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setObjectName("editor_tabs")
        tabs.setAccessibleName("Open files")
        tabs.setDocumentMode(True)
        tabs.setMovable(True)
        tabs.setUsesScrollButtons(True)
        tabs.setElideMode(Qt.TextElideMode.ElideMiddle)
        tabs.tabBar().setObjectName("editor_tabs.bar")
        tabs.tabBar().setAccessibleName("Open files")
        tabs.tabBar().setExpanding(False)
        tabs.currentChanged.connect(self._on_current_changed)
        return tabs

    def _add_tab(self, page: QWidget, title: str) -> None:
        index = self._tabs.addTab(page, title)
        button = QToolButton(self._tabs)
        button.setObjectName("editor_tabs.close")
        button.setAccessibleName(f"Close {title}")
        button.setToolTip("Close")
        button.setText("×")
        button.setFixedSize(20, 20)
        button.clicked.connect(partial(self._on_close_clicked, page))
        self._tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self._tabs.setCurrentIndex(index)
        self._show_stack()

    def _remove(self, page: QWidget) -> None:
        self._tabs.removeTab(self._tabs.indexOf(page))
        page.deleteLater()
        self._show_stack()

    def _show_stack(self) -> None:
        self._stack.setCurrentIndex(1 if self._tabs.count() == 0 and self._stack.count() > 1 else 0)

    def _pages(self) -> tuple[QWidget, ...]:
        widgets = (self._tabs.widget(index) for index in range(self._tabs.count()))
        return tuple(widget for widget in widgets if widget is not None)

    def page_of(self, document_id: DocumentId) -> DocumentPage | None:
        """The tab of a document."""
        for page in self._pages():
            if isinstance(page, DocumentPage) and page.document.document_id == document_id:
                return page
        return None

    def _on_document_opened(self, event: DocumentOpened) -> None:
        document = event.document
        page = self.page_of(document.document_id)
        if page is None:
            view = self._make_view(document, event.text or "")
            page = DocumentPage(document, view)
            self._documents.attach(document.document_id, view)
            view.text_changed.connect(self._on_view_text_changed)
            view.save_point_changed.connect(self._on_view_save_point_changed)
            self._add_tab(page, document.title)
            self._on_document_state_changed(document)
            self.view_added.emit(view)
        self._tabs.setCurrentWidget(page)
        self._show_lines(page.view, event.lines)

    def _on_view_text_changed(self, event: TextChanged) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            self._documents.text_has_changed(event.document_id, page.view.is_at_saved_text())

    def _on_view_save_point_changed(self, event: SavePointChanged) -> None:
        self._documents.set_dirty(event.document_id, event.is_dirty)

    def _show_lines(self, view: EditorView, lines: LineRange | None) -> None:
        if lines is not None:
            view.show_lines(lines)
        view.setFocus()

    def _on_document_failed(self, event: OpenFailed) -> None:
        name = event.path.rsplit("/", 1)[-1]
        self.show_page(f"failure:{event.path}", name, lambda: FailurePage(event.message, event.advice))

    def _on_document_state_changed(self, document: Document) -> None:
        page = self.page_of(document.document_id)
        if page is None:
            return
        page.show_state()
        titles = [each.document.title for each in self._pages() if isinstance(each, DocumentPage)]
        title = document.title
        if titles.count(title) > 1 and document.path and "/" in document.path:
            title = "/".join(document.path.rsplit("/", 2)[-2:])
        index = self._tabs.indexOf(page)
        self._tabs.setTabText(index, f"{title} ●" if document.is_dirty else title)
        self._tabs.setTabToolTip(index, f"{document.path or title}{', not saved' if document.is_dirty else ''}")
        button = self._tabs.tabBar().tabButton(index, QTabBar.ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(f"Close {title}")
        if page is self._tabs.currentWidget():
            self.current_changed.emit()

    def _on_outside_changed(self, event: OutsideChange) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            page.show_outside(event.kind)

    def _on_document_closed(self, event: DocumentClosed) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            self._remove(page)

    def _on_current_changed(self, _index: int) -> None:
        page = self._tabs.currentWidget()
        self._documents.activate(page.document.document_id if isinstance(page, DocumentPage) else None)
        self.current_changed.emit()

    def _on_close_clicked(self, page: QWidget, _checked: bool = False) -> None:
        self._on_close_requested(self._tabs.indexOf(page))

    def _on_close_requested(self, index: int) -> None:
        page = self._tabs.widget(index)
        if isinstance(page, DocumentPage):
            self.close_wanted.emit(page.document.document_id)
        elif page is not None:
            self._remove(page)
