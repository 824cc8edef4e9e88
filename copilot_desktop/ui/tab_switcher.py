"""Ctrl+Tab: the tabs of the active group, the one used last first, while Ctrl is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.waiting_page import WaitingPage

WIDTH_PX, ROW_PX, MOST_ROWS = 420, 24, 16


class TabSwitcher(QFrame):
    """Each `step` marks another tab; letting go of Ctrl brings it to the front, Esc leaves all as it was."""

    def __init__(self, editors: EditorArea) -> None:
        super().__init__(editors)
        self._editors = editors
        self.setObjectName("tab_switcher")
        self.setAccessibleName("Recent tabs")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list = QListWidget(self)
        self._list.setObjectName("tab_switcher.list")
        self._list.setAccessibleName("Recent tabs")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_item_clicked)
        self._list.installEventFilter(self)
        self.setFocusProxy(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._list)
        self._pages: tuple[QWidget, ...] = ()
        self.hide()

    def step(self, by: int) -> None:
        """Mark the next (1) or previous (-1) tab, round in a circle."""
        if self.isHidden():
            self._open()
        if not self._pages:
            return
        self._list.setCurrentRow((self._list.currentRow() + by) % len(self._pages))
        if not QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose()  # from the palette: nobody holds a key

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Letting go of Ctrl, Enter and Esc; whoever goes elsewhere does not want to switch."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Control:
                self._choose()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._end()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        elif event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _open(self) -> None:
        group = self._editors.tabs
        self._pages = tuple(group.marks.recent)
        self._list.clear()
        for page in self._pages:
            item = QListWidgetItem(group.tabText(group.indexOf(page)).replace("&&", "&"))
            item.setToolTip(_place(page))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        rows = min(len(self._pages), MOST_ROWS)
        width, height = min(WIDTH_PX, self._editors.width() - 16), rows * ROW_PX + 12
        self.setGeometry((self._editors.width() - width) // 2, 48, width, height)
        self.show()
        self.raise_()
        self._list.setFocus()

    def _choose(self) -> None:
        row = self._list.currentRow()
        page = self._pages[row] if 0 <= row < len(self._pages) else None
        if page is not None and self._editors.panes.group_of(page) is not None:
            self._editors.panes.show_page(page)
        self._end()

    def _end(self) -> None:
        self._pages = ()
        self._editors.setFocus()
        self.hide()

    def _on_item_clicked(self, _item: QListWidgetItem) -> None:
        self._choose()


def _place(page: QWidget) -> str:
    if isinstance(page, DocumentPage):
        return page.document.path or page.document.title
    return page.path if isinstance(page, WaitingPage) else page.windowTitle()
