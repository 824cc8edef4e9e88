"""The tabs of the editor area: documents and pages, each with a close button."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.icon_button import IconButton, MakeIcon

TITLE_PX = 220


class EditorTabs(QTabWidget):
    """`close_clicked(page)` when the button of a tab is pressed."""

    close_clicked = Signal(object)

    def __init__(self, make_icon: MakeIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self.setObjectName("editor_tabs")
        self.setAccessibleName("Open files")
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        # All of them squeezed into the bar would be legible by nobody: long titles are shortened, the others scroll.
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabBar().setObjectName("editor_tabs.bar")
        self.tabBar().setAccessibleName("Open files")
        self.tabBar().setExpanding(False)

    def add_page(self, page: QWidget, title: str) -> None:
        """Add a tab with its close button and bring it to the front."""
        index = self.addTab(page, self._fitted(title))
        button = IconButton(self._make_icon, "x", f"Close {title}", self)
        button.setObjectName("editor_tabs.close")
        button.setToolTip("Close")
        button.setProperty("tab_close", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+W is the way by keyboard
        button.setFixedSize(20, 20)
        button.clicked.connect(partial(self._on_close_clicked, page))
        self.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self.setCurrentIndex(index)

    def show_title(self, index: int, title: str, *, is_dirty: bool) -> None:
        """Name a tab; a dot marks unsaved changes."""
        fitted = self._fitted(title)
        self.setTabText(index, f"{fitted} ●" if is_dirty else fitted)

    def pages(self) -> tuple[QWidget, ...]:
        """What the tabs show, in their order."""
        widgets = (self.widget(index) for index in range(self.count()))
        return tuple(widget for widget in widgets if widget is not None)

    def views(self) -> tuple[EditorView, ...]:
        """The views of all documents, in the order of their tabs."""
        return tuple(page.view for page in self.pages() if isinstance(page, DocumentPage))

    def open_paths(self) -> tuple[str, ...]:
        """Paths of the open documents, in the order of their tabs."""
        pages = [page for page in self.pages() if isinstance(page, DocumentPage)]
        return tuple(page.document.path for page in pages if page.document.path is not None)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) tab, round in a circle."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + by) % self.count())

    def _fitted(self, title: str) -> str:
        # A lone & would be taken for the mark of a key.
        elided = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, TITLE_PX)
        return elided.replace("&", "&&")

    def _on_close_clicked(self, page: QWidget, _checked: bool = False) -> None:
        self.close_clicked.emit(page)
