"""Tabs that go to another group, and documents shown in one more."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.document_pages import DocumentPages
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs


class TabMoves:
    """Of one window."""

    def __init__(self, panes: EditorPanes, pages: DocumentPages) -> None:
        self._panes, self._pages = panes, pages

    def split(self, page: QWidget, group: EditorTabs, *, is_column: bool = False, is_before: bool = False) -> None:
        """Show a document once more in a new group beside another; a page that is no document moves there."""
        if isinstance(page, DocumentPage):
            made = self._panes.split(group, is_column=is_column, is_before=is_before)
            self._put_twin(page, made)
        elif group.count() > 1:
            self.move(page, self._panes.split(group, is_column=is_column, is_before=is_before))

    def move(self, page: QWidget, target: EditorTabs, index: int = -1) -> None:
        """Take a tab to another group, where a tab that shows the same document takes its place."""
        source = self._panes.group_of(page)
        if source is None or source is target:
            return
        twin = self._twin(page, target)
        if twin is not None and isinstance(page, DocumentPage):
            twin.view.restore_state(page.view.state())
            self._panes.close_page(page)
            page = twin
        else:
            title, is_pinned = page.windowTitle(), source.marks.is_pinned(page)
            source.take_page(page)
            target.add_page(page, title, index, is_pinned=is_pinned)
            if isinstance(page, DocumentPage):
                self._pages.show_state(page.document)
            if source.count() == 0:
                self._panes.drop_group(source)
        self._panes.show_page(page)
        page.setFocus()

    def _put_twin(self, page: DocumentPage, group: EditorTabs) -> None:
        twin = self._pages.make(page.document, None)
        group.add_page(twin, page.windowTitle())
        self._pages.show_state(page.document)
        twin.view.restore_state(page.view.state())
        self._pages.view_added.emit(twin.view)
        self._panes.show_page(twin)
        twin.setFocus()

    def _twin(self, page: QWidget, group: EditorTabs) -> DocumentPage | None:
        """The tab of a group that shows the same document."""
        if not isinstance(page, DocumentPage):
            return None
        others = (each for each in group.pages() if isinstance(each, DocumentPage))
        return next((each for each in others if each.document is page.document), None)
