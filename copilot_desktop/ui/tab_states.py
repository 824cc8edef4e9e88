"""The tabs of a window as values for the session, and back: order, groups, and how each text is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.events import ViewState
from copilot_desktop.settings.session import PaneState, TabState
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.waiting_page import WaitingPage

KEPT_PAGES: Final = ("review", "history")
"""Those that are no documents and come back all the same."""
MakeTwin = Callable[[DocumentPage], DocumentPage]
MakePage = Callable[[str, str], QWidget]
"""Makes the page with an id, about a path."""


def tab_state(group: EditorTabs, page: QWidget) -> TabState | None:
    """What is remembered of a tab; None for pages that do not come back."""
    is_pinned, is_preview = group.marks.is_pinned(page), page is group.marks.preview
    if isinstance(page, WaitingPage):
        return replace(page.state, is_pinned=is_pinned, is_preview=is_preview)
    if not isinstance(page, DocumentPage):
        page_id = page.property("page_id")
        path = page.property("kept_path") or ""
        return TabState(path, page=page_id, is_pinned=is_pinned) if page_id in KEPT_PAGES else None
    view, path = page.view.state(), page.document.path
    title = "" if path else page.document.title
    return TabState(path or "", title, is_pinned, is_preview, view.selections, view.first_visible_line, view.folded)


def view_state(state: TabState) -> ViewState:
    """How the text of a tab is looked at."""
    return ViewState(state.selections, state.first_line, state.folded)


def panes_state(panes: EditorPanes) -> tuple[PaneState, int]:
    """All groups with their tabs, and the number of the active one."""
    groups = panes.groups()
    return panes.state(_group_state), groups.index(panes.active) if panes.active in groups else 0


def restore_panes(panes: EditorPanes, state: PaneState, active: int, twin: MakeTwin, make: MakePage) -> None:
    """Put the tabs back as they stood. What is open already takes its place among them; the others wait to be read.

    `twin` makes one more page of a document: nothing can be read for a text without a file that stood in two groups.
    `make` makes those that are no documents.
    """
    open_pages = [page for group in panes.groups() for page in group.pages()]
    for group in panes.groups():
        for page in group.pages():
            group.take_page(page)
            page.setParent(panes)
    groups = panes.build(state)
    was_blocked = panes.blockSignals(True)
    for group, pane in zip(groups, state.groups(), strict=True):
        _fill(group, pane, lambda tab: _taken(tab, open_pages, make) or _shown_again(tab, panes, twin))
    panes.activate(groups[min(max(active, 0), len(groups) - 1)])
    for page in open_pages:
        panes.active.add_page(page, _title(page))
    panes.blockSignals(was_blocked)
    for group in groups:
        if group.count() == 0:
            panes.drop_group(group)
    for group in panes.groups():
        panes.front_changed.emit(group)
    panes.active_changed.emit()
    panes.changed.emit()


def _group_state(group: EditorTabs) -> PaneState:
    states = {page: state for page in group.pages() if (state := tab_state(group, page)) is not None}
    front = next((page for page in group.marks.recent if page in states), None)
    return PaneState(tuple(states.values()), list(states).index(front) if front is not None else 0)


def _fill(group: EditorTabs, pane: PaneState, page_of: Callable[[TabState], QWidget | None]) -> None:
    front: QWidget | None = None
    for number, tab in enumerate(pane.tabs):
        page = page_of(tab)
        if page is None:
            continue
        group.add_page(page, _title(page), is_pinned=tab.is_pinned)
        if tab.is_preview:
            group.set_preview(page)
        if isinstance(page, DocumentPage):
            page.view.restore_state(view_state(tab))
        if number == pane.active:
            front = page
    if front is not None:
        group.setCurrentWidget(front)


def _taken(tab: TabState, open_pages: list[QWidget], make: MakePage) -> QWidget | None:
    """The page of a tab: one that is open already, else one that waits. A text without a file that is not open
    was not kept."""
    for page in open_pages:
        if _shows(page, tab) if isinstance(page, DocumentPage) else tab.page and page.property("page_id") == tab.page:
            open_pages.remove(page)
            return page
    if tab.page in KEPT_PAGES:
        return make(tab.page, tab.path)
    return WaitingPage(tab) if tab.path else None


def _shown_again(tab: TabState, panes: EditorPanes, twin: MakeTwin) -> DocumentPage | None:
    pages = (page for page in panes.pages() if isinstance(page, DocumentPage) and _shows(page, tab))
    first = next(pages, None)
    return None if first is None else twin(first)


def _shows(page: DocumentPage, tab: TabState) -> bool:
    document = page.document
    if tab.page:
        return False
    return document.path == tab.path if tab.path else document.path is None and document.title == tab.title


def _title(page: QWidget) -> str:
    return page.title if isinstance(page, WaitingPage) else page.windowTitle()
