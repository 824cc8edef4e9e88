"""The middle of the window: groups of tabs with documents, and pages that are no documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import Opening
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.session import PaneState
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.document_pages import DocumentPages, MakeView
from copilot_desktop.ui.document_tabs import DocumentTabs
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.icon_button import MakeIcon
from copilot_desktop.ui.kept_pages import KeptPages
from copilot_desktop.ui.waiting_page import WaitingPage
from copilot_desktop.workspace.documents import Document


class EditorArea(QWidget):
    """Tabs of documents and pages. `close_wanted(document ids)` asks before documents go; pages just close.

    `tabs_changed()`: what `state` says is another thing now, but for carets and scroll.
    """

    view_added = Signal(object)
    current_changed = Signal()
    close_wanted = Signal(object)
    encoding_wanted = Signal(str)
    """Carries the path of a file that could not be decoded."""
    tabs_changed = Signal()

    def __init__(
        self, documents: DocumentsController, make_view: MakeView, make_icon: MakeIcon, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self.setObjectName("editor_area")
        self.setAccessibleName("Editors")
        self.panes = EditorPanes(make_icon, self)
        self.document_pages = DocumentPages(self.panes, documents, make_view)
        self.document_tabs = DocumentTabs(self.panes, documents, self.document_pages)
        self.kept_pages = KeptPages(self.panes)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.panes)
        self._make_empty: Callable[[], QWidget] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.document_pages.view_added.connect(self.view_added)
        self.document_pages.state_shown.connect(self._on_state_shown)
        self.document_tabs.encoding_wanted.connect(self.encoding_wanted)
        self.panes.active_changed.connect(self.current_changed)
        self.panes.changed.connect(self._on_panes_changed)
        self.panes.keyboard_free.connect(self.setFocus)
        self.panes.group_added.connect(self._on_group_added)
        self._on_group_added(self.panes.active)

    @property
    def tabs(self) -> EditorTabs:
        """The active group of tabs."""
        return self.panes.active

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard belongs to what is shown, not to the area around it."""
        super().focusInEvent(event)
        shown = self._stack.currentWidget()
        page = self.panes.front() if shown is self.panes else shown
        if page is not None:
            page.setFocus(event.reason())

    def set_empty(self, make: Callable[[], QWidget]) -> None:
        """What is shown while no tab is open, made when there is none for the first time."""
        self._make_empty = make
        self._on_panes_changed()

    def show_page(self, page_id: str, title: str, make: Callable[[], QWidget]) -> QWidget:
        """Bring the page with this id to the front; `make` is called when it is not open."""
        return self.document_tabs.show_page(page_id, title, make)

    def preview(self, path: str) -> None:
        """Look at a file in the tab of the last one looked at; the keyboard stays where it is."""
        self._documents.open(path, opening=Opening(takes_focus=False, is_preview=True))

    def close_page(self, page_id: str) -> None:
        """Close the page with this id when it is open."""
        self.close_pages([page for page in self.panes.pages() if page.property("page_id") == page_id])

    def close_pages_of_folder(self) -> None:
        """Close the tabs on files of the folder that is left which are no documents: those that wait to be read,
        comparisons, and files that could not be opened. To be called while its documents still are open."""
        _close_fronts_last(self.panes, [page for page in self.panes.pages() if _is_of_folder(page)])

    def close_pages(self, pages: Sequence[QWidget]) -> None:
        """Close tabs; a document that none of the others shows is asked about when its text is not saved."""
        wanted, others = list[DocumentId](), list[QWidget]()
        for page in pages:
            if isinstance(page, DocumentPage):
                document_id = page.document.document_id
                if all(each in pages for each in self.document_pages.pages_of(document_id)):
                    wanted.append(document_id)
                    continue
            others.append(page)
        _close_fronts_last(self.panes, others)
        if wanted:
            self.close_wanted.emit(tuple(dict.fromkeys(wanted)))

    def current_view(self) -> EditorView | None:
        """The view of the active tab; None when it shows a page."""
        page = self.panes.front()
        return page.view if isinstance(page, DocumentPage) else None

    def views(self) -> tuple[EditorView, ...]:
        """The views of all groups."""
        return tuple(page.view for page in self.panes.pages() if isinstance(page, DocumentPage))

    def view_of(self, path: str) -> EditorView | None:
        """The view of an open path."""
        document = self._documents.documents.find(path)
        page = self.page_of(document.document_id) if document is not None else None
        return page.view if page is not None else None

    def open_paths(self) -> tuple[str, ...]:
        """Paths of the open files, in the order of their tabs."""
        return tuple(dict.fromkeys(path for group in self.panes.groups() for path in group.open_paths()))

    def page_of(self, document_id: DocumentId) -> DocumentPage | None:
        """The tab of a document; that of the active group when there are several."""
        return next(iter(self.document_pages.pages_of(document_id)), None)

    def page_with(self, view: EditorView) -> DocumentPage | None:
        """The tab that shows a view."""
        pages = (page for page in self.panes.pages() if isinstance(page, DocumentPage))
        return next((page for page in pages if page.view is view), None)

    def state(self) -> tuple[PaneState, int]:
        """The groups with their tabs, and the number of the active one."""
        from copilot_desktop.ui.tab_states import panes_state

        return panes_state(self.panes)

    def restore(self, state: PaneState, active: int) -> None:
        """Bring the tabs back as they stood; only those in front are read."""
        from copilot_desktop.ui.tab_states import restore_panes

        had_keyboard = focus_inside(self) or not self.window().isVisible()
        twins: list[DocumentPage] = []

        def twin(page: DocumentPage) -> DocumentPage:
            twins.append(self.document_pages.make(page.document, None))
            return twins[-1]

        restore_panes(self.panes, state, active, twin, self.kept_pages.make)
        for each in twins:
            self.document_pages.view_added.emit(each.view)
        for document in self._documents.documents:
            self.document_pages.show_state(document)
        if had_keyboard:
            # This area may have the keyboard already, and would not pass it on then.
            (self.panes.front() or self).setFocus()

    def _on_group_added(self, group: EditorTabs) -> None:
        group.close_clicked.connect(self._on_close_clicked)

    def _on_close_clicked(self, page: QWidget) -> None:
        self.close_pages([page])

    def _on_panes_changed(self) -> None:
        is_empty = not self.panes.pages() and self._make_empty is not None
        if is_empty and self._stack.count() == 1 and self._make_empty is not None:
            self._stack.addWidget(self._make_empty())
        if self._stack.currentIndex() != int(is_empty):
            had_keyboard, active = focus_inside(self), self.panes.active
            self._stack.setCurrentIndex(int(is_empty))
            # Qt gives the keyboard to whatever stands first.
            self.panes.activate(active)
            if had_keyboard:
                self.setFocus()
        self.tabs_changed.emit()

    def _on_state_shown(self, document: Document) -> None:
        page = self.panes.front()
        if isinstance(page, DocumentPage) and page.document is document:
            self.current_changed.emit()


def follow_views(editors: EditorArea, call: Callable[[EditorView], None]) -> None:
    """Call for each view that is there, and for each that is added."""
    for view in editors.views():
        call(view)
    editors.view_added.connect(call)


def typed_view(editors: EditorArea) -> EditorView | None:
    """The view with the keyboard, be it a small one inside of another; else that of the active tab."""
    widget = QApplication.focusWidget()
    while widget is not None and widget is not editors:
        if isinstance(widget, EditorView):
            return widget
        widget = widget.parentWidget()
    return editors.current_view()


def _close_fronts_last(panes: EditorPanes, pages: Sequence[QWidget]) -> None:
    """A tab that waits is read as soon as it comes to the front."""
    fronts = [group.currentWidget() for group in panes.groups()]
    for page in sorted(pages, key=lambda page: page in fronts):
        panes.close_page(page)


def _is_of_folder(page: QWidget) -> bool:
    page_id = page.property("page_id")
    is_on_file = isinstance(page_id, str) and page_id.startswith(("compare:", "failure:"))
    return is_on_file or isinstance(page, WaitingPage)
