"""The middle of the window: one tab per document, and tabs for pages that are no documents."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from copilot_desktop.bridge.document_events import DocumentClosed, DocumentOpened, OpenFailed, OutsideChange
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.editor.events import SavePointChanged, TextChanged
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.ui.icon_button import MakeIcon
from copilot_desktop.workspace.documents import Document

MakeView = Callable[[Document, str], EditorView]


class EditorArea(QWidget):
    """Tabs of documents and pages. `close_wanted(document_id)` asks before a document goes; pages just close."""

    view_added = Signal(object)
    current_changed = Signal()
    close_wanted = Signal(object)
    encoding_wanted = Signal(str)
    """Carries the path of a file that could not be decoded."""

    def __init__(
        self, documents: DocumentsController, make_view: MakeView, make_icon: MakeIcon, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._make_view = make_view
        self.setObjectName("editor_area")
        self.setAccessibleName("Editors")
        self.tabs = EditorTabs(make_icon, self)
        self.tabs.currentChanged.connect(self._on_current_changed)
        self.tabs.close_clicked.connect(self._on_close_wanted)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        documents.opened.connect(self._on_document_opened)
        documents.failed.connect(self._on_document_failed)
        documents.state_changed.connect(self._on_document_state_changed)
        documents.outside_changed.connect(self._on_outside_changed)
        documents.closed.connect(self._on_document_closed)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard belongs to what is shown, not to the area around it."""
        super().focusInEvent(event)
        shown = self._stack.currentWidget()
        page = self.tabs.currentWidget() if shown is self.tabs else shown
        if page is not None:
            page.setFocus(event.reason())

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
        for page in self.tabs.pages():
            if page.property("page_id") == page_id:
                self.tabs.setCurrentWidget(page)
                return page
        page = make()
        page.setProperty("page_id", page_id)
        self.tabs.add_page(page, title)
        self._show_stack()
        return page

    def close_page(self, page_id: str) -> None:
        """Close the page with this id when it is open."""
        for page in self.tabs.pages():
            if page.property("page_id") == page_id:
                self._remove(page)

    def close_current(self) -> None:
        """Close the active tab, asking when its text is not saved."""
        self._on_close_wanted(self.tabs.currentWidget())

    def current_view(self) -> EditorView | None:
        """The view of the active tab; None when it shows a page."""
        page = self.tabs.currentWidget()
        return page.view if isinstance(page, DocumentPage) else None

    def view_of(self, path: str) -> EditorView | None:
        """The view of an open path."""
        document = self._documents.documents.find(path)
        page = self.page_of(document.document_id) if document is not None else None
        return page.view if page is not None else None

    def open_paths(self) -> tuple[str, ...]:
        """Paths of the open documents, in the order of their tabs."""
        return self.tabs.open_paths()

    def _remove(self, page: QWidget) -> None:
        self.tabs.removeTab(self.tabs.indexOf(page))
        page.deleteLater()
        self._show_stack()

    def _show_stack(self) -> None:
        self._stack.setCurrentIndex(1 if self.tabs.count() == 0 and self._stack.count() > 1 else 0)

    def page_of(self, document_id: DocumentId) -> DocumentPage | None:
        """The tab of a document."""
        for page in self.tabs.pages():
            if isinstance(page, DocumentPage) and page.document.document_id == document_id:
                return page
        return None

    def _on_document_opened(self, event: DocumentOpened) -> None:
        document = event.document
        page = self.page_of(document.document_id)
        if page is None:
            self.close_page(f"failure:{document.path}")
            view = self._make_view(document, event.text or "")
            page = DocumentPage(document, view)
            self._documents.attach(document.document_id, view)
            view.text_edited.connect(self._documents.text_edited)
            view.text_changed.connect(self._on_view_text_changed)
            view.save_point_changed.connect(self._on_view_save_point_changed)
            self.tabs.add_page(page, document.title)
            self._show_stack()
            self._on_document_state_changed(document)
            self.view_added.emit(view)
        self.tabs.setCurrentWidget(page)
        if event.lines is not None:
            page.view.show_lines(event.lines)
        page.view.setFocus()

    def _on_view_text_changed(self, event: TextChanged) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            self._documents.text_has_changed(event.document_id, page.view.is_at_saved_text())

    def _on_view_save_point_changed(self, event: SavePointChanged) -> None:
        self._documents.set_dirty(event.document_id, event.is_dirty)

    def _on_document_failed(self, event: OpenFailed) -> None:
        def make() -> FailurePage:
            page = FailurePage(event.message, event.advice, can_choose_encoding=event.can_choose_encoding)
            page.encoding_wanted.connect(lambda: self.encoding_wanted.emit(event.path))
            return page

        name = event.path.rsplit("/", 1)[-1]
        self.show_page(f"failure:{event.path}", name, make)

    def _on_document_state_changed(self, document: Document) -> None:
        page = self.page_of(document.document_id)
        if page is None:
            return
        page.show_state()
        titles = [each.document.title for each in self.tabs.pages() if isinstance(each, DocumentPage)]
        title = document.title
        if titles.count(title) > 1 and document.path and "/" in document.path:
            title = "/".join(document.path.rsplit("/", 2)[-2:])
        index = self.tabs.indexOf(page)
        self.tabs.show_title(index, title, is_dirty=document.is_dirty)
        self.tabs.setTabToolTip(index, f"{document.path or title}{', not saved' if document.is_dirty else ''}")
        button = self.tabs.tabBar().tabButton(index, QTabBar.ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(f"Close {title}")
        if page is self.tabs.currentWidget():
            self.current_changed.emit()

    def _on_outside_changed(self, event: OutsideChange) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            page.show_outside(event)

    def _on_document_closed(self, event: DocumentClosed) -> None:
        page = self.page_of(event.document_id)
        if page is not None:
            self._remove(page)

    def _on_current_changed(self, _index: int) -> None:
        page = self.tabs.currentWidget()
        self._documents.activate(page.document.document_id if isinstance(page, DocumentPage) else None)
        self.current_changed.emit()

    def _on_close_wanted(self, page: QWidget | None) -> None:
        if isinstance(page, DocumentPage):
            self.close_wanted.emit(page.document.document_id)
        elif page is not None:
            self._remove(page)
