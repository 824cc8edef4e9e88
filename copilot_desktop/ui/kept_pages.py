"""Pages that are no documents and come back with the tabs of a folder; each is made by the part of the window that
knows how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.editor_panes import EditorPanes

_WAITING: Final = "waiting_kept_page"


class KeptPage(NamedTuple):
    """The title of a page, and how it is made for the path that it was about, "" for none: its `kept_path`."""

    title: str
    make: Callable[[str], QWidget]


class KeptPages:
    """By their ids. A tab may come back before it is known how its page is made: it is empty until then."""

    def __init__(self, panes: EditorPanes) -> None:
        self._panes = panes
        self._known: dict[str, KeptPage] = {}

    def add(self, page_id: str, kept: KeptPage) -> None:
        """Have a page come back; one that waits for it is made now."""
        self._known[page_id] = kept
        for waiting in [each for each in self._panes.pages() if each.property("page_id") == page_id]:
            group = self._panes.group_of(waiting)
            if group is None or waiting.objectName() != _WAITING:
                continue
            page = self.make(page_id, waiting.property("kept_path") or "")
            group.replace_page(waiting, page)
            waiting.deleteLater()
            if self._panes.front() is page:
                self._panes.active_changed.emit()

    def make(self, page_id: str, path: str) -> QWidget:
        """Made for good, or an empty one as long as nobody knows how."""
        kept = self._known.get(page_id)
        page = QWidget() if kept is None else kept.make(path)
        if kept is None:
            page.setProperty("kept_path", path)
            page.setObjectName(_WAITING)
            page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setProperty("page_id", page_id)
        page.setWindowTitle(page_id.capitalize() if kept is None else kept.title)
        return page
