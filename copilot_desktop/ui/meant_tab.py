"""The tab a command is about: the one whose menu is open, else the one in front."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.waiting_page import WaitingPage


class MeantTab:
    """Of one window."""

    def __init__(self, panes: EditorPanes) -> None:
        self._panes = panes
        self._pointed: QWidget | None = None

    def point_at(self, page: QWidget | None) -> None:
        """The menu of this tab is open; None: no menu is."""
        self._pointed = page

    def page(self) -> QWidget | None:
        """What the tab shows; None when there is no tab."""
        is_there = self._pointed is not None and self._panes.group_of(self._pointed) is not None
        return self._pointed if is_there else self._panes.front()

    def group(self) -> EditorTabs:
        """The group it stands in."""
        page = self.page()
        group = self._panes.group_of(page) if page is not None else None
        return group if group is not None else self._panes.active

    def is_there(self) -> bool:
        """Whether there is such a tab."""
        return self.page() is not None

    def is_preview(self) -> bool:
        """Whether it is the preview of its group."""
        return self.is_there() and self.group().marks.preview is self.page()

    def is_pinned(self) -> bool:
        """Whether it is pinned."""
        page = self.page()
        return page is not None and self.group().marks.is_pinned(page)

    def path(self) -> str:
        """The file it shows; empty for a page or a text without a file."""
        page = self.page()
        if isinstance(page, DocumentPage):
            return page.document.path or ""
        return page.path if isinstance(page, WaitingPage) else ""

    def has_file(self) -> bool:
        """Whether it shows a file."""
        return bool(self.path())
