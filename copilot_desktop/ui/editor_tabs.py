"""A group of tabs: documents and pages, each with a close button; pinned ones at the left, at most one preview."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.tab_bar import TabBar, TabPointed
from copilot_desktop.ui.tab_marks import TabMarks
from copilot_desktop.ui.waiting_page import WaitingPage

TITLE_PX, PINNED_PX = 220, 90


class _ListButton(IconButton):
    """Takes no room while all tabs are in sight: Qt leaves room for a hidden corner."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """Nothing while it is hidden."""
        return QSize(0, 0) if self.isHidden() else QSize(28, 28)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same."""
        return self.sizeHint()


class EditorTabs(QTabWidget):
    """`close_clicked(page)`, `changed()` when tabs came, went, moved or were pinned, `list_wanted()` by the button that
    is there while not all tabs are in sight."""

    close_clicked = Signal(object)
    changed = Signal()
    list_wanted = Signal()

    def __init__(self, make_icon: MakeIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self.marks = TabMarks()
        self.setObjectName("editor_tabs")
        self.setAccessibleName("Open files")
        self.bar = TabBar(lambda index: self.widget(index) is self.marks.preview, self)
        self.setTabBar(self.bar)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        # All of them squeezed into the bar would be legible by nobody: long titles are shortened, the others scroll.
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setObjectName("editor_tabs.bar")
        self.bar.setAccessibleName("Open files")
        self.bar.setExpanding(False)
        self._list: _ListButton | None = None
        self.currentChanged.connect(self._on_current_changed)
        self.tabBarDoubleClicked.connect(self._on_tab_bar_double_clicked)
        self.bar.middle_clicked.connect(self._on_middle_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """More or fewer tabs are in sight."""
        super().resizeEvent(event)
        self._show_list_button()

    def add_page(self, page: QWidget, title: str, index: int = -1, *, is_pinned: bool = False) -> None:
        """Add a tab with its close button, at the end unless an index is given; pinned ones stay left of the others."""
        index = self.count() if index < 0 else index
        # An index among the tabs as they will be; the new one is not counted.
        pinned = self.marks.pinned_count
        index = min(index, pinned) if is_pinned else max(index, pinned)
        self.marks.pin(page, is_pinned)
        self.marks.recent.append(page)
        self.insertTab(index, page, "")
        self.show_title(page, title)
        self._dress(page)
        self._changed()

    def take_page(self, page: QWidget) -> None:
        """Take a tab out; the one used before it comes to the front. The page itself stays."""
        if page is self.currentWidget():
            other = next((each for each in self.marks.recent if each is not page), None)
            if other is not None:
                self.setCurrentWidget(other)
        self.removeTab(self.indexOf(page))
        self.marks.forget(page)
        self._changed()

    def replace_page(self, old: QWidget, new: QWidget) -> None:
        """Put a page in the place of another, which is not deleted. Nothing is told but by `changed`."""
        index, is_current = self.indexOf(old), old is self.currentWidget()
        had_keyboard = focus_inside(old)
        was_blocked = self.blockSignals(True)
        self.insertTab(index, new, "")
        if is_current:
            self.setCurrentIndex(index)
        self.removeTab(self.indexOf(old))
        self.blockSignals(was_blocked)
        self.marks.replace(old, new)
        self.show_title(new, old.windowTitle())
        self._dress(new)
        if had_keyboard:
            new.setFocus()
        self._changed()

    def move_page(self, page: QWidget, index: int) -> None:
        """Move a tab among those of its kind: pinned ones stay left of the others."""
        pinned = self.marks.pinned_count
        low, high = (0, pinned - 1) if self.marks.is_pinned(page) else (pinned, self.count() - 1)
        self.bar.moveTab(self.indexOf(page), min(max(index, low), high))
        self._changed()

    def show_title(self, page: QWidget, title: str, *, is_dirty: bool = False) -> None:
        """Name a tab; a dot marks unsaved changes."""
        page.setWindowTitle(title)
        if not title.isprintable():
            from copilot_desktop.text.visible_signs import visible_text  # hardly any name needs it

            title = visible_text(title).text
        width_px = PINNED_PX if self.marks.is_pinned(page) else TITLE_PX
        # A lone & would be taken for the mark of a key.
        fitted = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, width_px).replace("&", "&&")
        self.setTabText(self.indexOf(page), f"{fitted} ●" if is_dirty else fitted)
        button = self.bar.tabButton(self.indexOf(page), QTabBar.ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(f"{'Unpin' if self.marks.is_pinned(page) else 'Close'} {title}")
        self._show_list_button()

    def set_pinned(self, page: QWidget, is_pinned: bool) -> None:
        """Pin a tab: it goes to the left and is not closed with others. Or unpin it."""
        if is_pinned == self.marks.is_pinned(page):
            return
        self.keep(page)
        self.marks.pin(page, is_pinned)
        is_dirty = self.tabText(self.indexOf(page)).endswith(" ●")
        self.bar.moveTab(self.indexOf(page), self.marks.pinned_count - is_pinned)
        self._dress(page)
        self.show_title(page, page.windowTitle(), is_dirty=is_dirty)
        self._changed()

    def set_preview(self, page: QWidget) -> None:
        """Make a tab the preview of this group."""
        self.marks.preview = page
        self._changed()

    def keep(self, page: QWidget) -> None:
        """Make a preview a tab like the others."""
        if page is self.marks.preview:
            self.marks.preview = None
            self._changed()

    def pages(self) -> tuple[QWidget, ...]:
        """What the tabs show, in their order."""
        widgets = (self.widget(index) for index in range(self.count()))
        return tuple(widget for widget in widgets if widget is not None)

    def views(self) -> tuple[EditorView, ...]:
        """The views of the documents that are read, in the order of their tabs."""
        return tuple(page.view for page in self.pages() if isinstance(page, DocumentPage))

    def open_paths(self) -> tuple[str, ...]:
        """Paths of the open files, read or not, in the order of their tabs."""
        paths = (
            page.document.path if isinstance(page, DocumentPage) else page.path
            for page in self.pages()
            if isinstance(page, DocumentPage | WaitingPage)
        )
        return tuple(path for path in paths if path)

    def _dress(self, page: QWidget) -> None:
        """Give a tab its button: close it, or unpin it."""
        is_pinned = self.marks.is_pinned(page)
        index = self.indexOf(page)
        old = self.bar.tabButton(index, QTabBar.ButtonPosition.RightSide)
        title = f"{'Unpin' if is_pinned else 'Close'} {page.windowTitle()}"
        button = IconButton(self._make_icon, "pin" if is_pinned else "x", title, self)
        button.setObjectName("editor_tabs.unpin" if is_pinned else "editor_tabs.close")
        button.setToolTip("Unpin" if is_pinned else "Close")
        button.setProperty("tab_close", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+W is the way by keyboard
        button.setFixedSize(20, 20)
        button.clicked.connect(partial(self._on_button_clicked, page))
        self.bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        if old is not None:
            old.deleteLater()

    def _changed(self) -> None:
        self._show_list_button()
        self.bar.update()
        self.changed.emit()

    def _show_list_button(self) -> None:
        needed = sum(self.bar.tabRect(index).width() for index in range(self.count()))
        is_crowded = needed > self.width()
        if self._list is None and is_crowded:
            self._list = _ListButton(self._make_icon, "chevron-down", "Show all tabs of this group", self)
            self._list.setObjectName("editor_tabs.list")
            self._list.clicked.connect(self.list_wanted)
            self._list.hide()
            self.setCornerWidget(self._list, Qt.Corner.TopRightCorner)
        if self._list is not None and self._list.isHidden() == is_crowded:
            self._list.setVisible(is_crowded)
            self._list.updateGeometry()

    def _on_button_clicked(self, page: QWidget, _checked: bool = False) -> None:
        if self.marks.is_pinned(page):
            self.set_pinned(page, False)
        else:
            self.close_clicked.emit(page)

    def _on_middle_clicked(self, pointed: TabPointed) -> None:
        page = self.widget(pointed.index)
        if page is not None:
            self.close_clicked.emit(page)

    def _on_tab_bar_double_clicked(self, index: int) -> None:
        page = self.widget(index)
        if page is not None:
            self.keep(page)

    def _on_current_changed(self, index: int) -> None:
        page = self.widget(index)
        if page is not None:
            self.marks.use(page)
