"""The tabs closed last, which come back where they stood, with caret, scroll and folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import PathMoved
from copilot_desktop.settings.session import TabState
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_panes import EditorPanes, PageLeaving
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.tab_states import tab_state
from copilot_desktop.ui.waiting_page import WaitingPage

LIMIT = 50


class ClosedTabs(QObject):
    """Of one window and folder; texts without a file are gone once their tab is closed."""

    def __init__(self, panes: EditorPanes, documents: DocumentsController) -> None:
        super().__init__(panes)
        self._panes, self._documents = panes, documents
        self._closed: list[tuple[TabState, int]] = []
        panes.page_leaving.connect(self._on_page_leaving)
        documents.moved.connect(self._on_path_moved)

    def can_reopen(self) -> bool:
        """Whether there is a tab to bring back."""
        return bool(self._closed)

    def forget(self) -> None:
        """Another folder is open."""
        self._closed.clear()

    def reopen(self) -> None:
        """Bring the tab closed last back; one that is open again is passed over."""
        while self._closed:
            state, index = self._closed.pop()
            if not self._is_open(state.path):
                group = self._panes.active
                page = WaitingPage(replace(state, is_pinned=False, is_preview=False))
                group.add_page(page, page.title, min(index, group.count()))
                self._panes.show_page(page)
                self._documents.open(state.path)
                return

    def _is_open(self, path: str) -> bool:
        waiting = (page for page in self._panes.pages() if isinstance(page, WaitingPage))
        return self._documents.documents.find(path) is not None or any(page.path == path for page in waiting)

    def _on_page_leaving(self, event: PageLeaving) -> None:
        state = tab_state(event.group, event.page)
        if state is not None and state.path and isinstance(event.page, DocumentPage | WaitingPage):
            self._closed = [*self._closed, (state, event.group.indexOf(event.page))][-LIMIT:]

    def _on_path_moved(self, event: PathMoved) -> None:
        self._closed = [(replace(state, path=event.follow(state.path)), index) for state, index in self._closed]


class MissedTabs:
    """Says which tabs were closed because their files were not found when the folder was opened."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        tabs = window.editors.document_tabs
        tabs.missed.connect(self._on_missed)
        if tabs.missing:
            # The tabs are there before this is.
            self._on_missed(tabs.missing)

    def _on_missed(self, paths: Sequence[str]) -> None:
        if len(paths) == 1:
            said = f"{paths[0]} is no longer there, so its tab was closed"
        else:
            said = f"{paths[0]} and {len(paths) - 1} more are no longer there, so their tabs were closed"
        self._window.status.show_done(said)
