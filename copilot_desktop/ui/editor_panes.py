"""The groups of tabs, in rows and columns: nested splitters, of which each leaf is one group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from copilot_desktop.settings.session import PaneState
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.icon_button import MakeIcon

LEAST_PX = 160


class PageLeaving(NamedTuple):
    """A tab will be closed; it still stands where it stood."""

    group: EditorTabs
    page: QWidget


class EditorPanes(QWidget):
    """There is always one group at least, and one of them is active: the one that has, or had last, the keyboard.

    `changed()`: tabs or groups came, went or moved. `front_changed(group)`: another page is in front of a group.
    `active_changed()`: another page is the one the window is about. `page_leaving(PageLeaving)`: before one is closed.
    `keyboard_free()`: the tab that had the keyboard is closed.
    """

    changed = Signal()
    front_changed = Signal(object)
    active_changed = Signal()
    page_leaving = Signal(object)
    keyboard_free = Signal()
    group_added = Signal(object)

    def __init__(self, make_icon: MakeIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self.setObjectName("editor_panes")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.active = self._made()
        self._root: QWidget = self.active
        self._column.addWidget(self._root)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def groups(self) -> tuple[EditorTabs, ...]:
        """All groups, from the left and the top."""
        return tuple(_groups(self._root))

    def pages(self) -> tuple[QWidget, ...]:
        """The pages of all groups, those of the active one first."""
        groups = sorted(self.groups(), key=lambda group: group is not self.active)
        return tuple(page for group in groups for page in group.pages())

    def group_of(self, page: QWidget) -> EditorTabs | None:
        """The group that a page stands in."""
        return next((group for group in self.groups() if group.indexOf(page) >= 0), None)

    def front(self) -> QWidget | None:
        """The page in front of the active group."""
        return self.active.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front, and its group to be the active one."""
        group = self.group_of(page)
        if group is not None:
            self.activate(group)
            group.setCurrentWidget(page)

    def close_page(self, page: QWidget) -> None:
        """Take a page away for good. A group without tabs goes, too."""
        group = self.group_of(page)
        if group is None:
            return
        had_keyboard = focus_inside(group)
        self.page_leaving.emit(PageLeaving(group, page))
        group.take_page(page)
        page.hide()
        page.deleteLater()
        if group.count() == 0:
            self.drop_group(group)
        if had_keyboard:
            self.keyboard_free.emit()

    def activate(self, group: EditorTabs) -> None:
        """Make a group the active one."""
        if group is not self.active:
            self.active = group
            self._mark_active()
            self.active_changed.emit()

    def neighbour(self, group: EditorTabs, by: int) -> EditorTabs | None:
        """The next (1) or previous (-1) group; None past the last and the first."""
        groups = self.groups()
        at = groups.index(group) + by
        return groups[at] if 0 <= at < len(groups) else None

    def split(self, group: EditorTabs, *, is_column: bool = False, is_before: bool = False) -> EditorTabs:
        """Make a new group right of or below another, or (`is_before`) left of or above it; they share its room."""
        orientation = Qt.Orientation.Vertical if is_column else Qt.Orientation.Horizontal
        made = self._made()
        parent = group.parentWidget()
        if not isinstance(parent, QSplitter) or parent.orientation() != orientation:
            row, place = self._splitter(orientation), group.geometry()
            self._put(group, row)
            row.setGeometry(place)  # its layout comes later, and sizes are set within what it has now
            row.addWidget(group)
            row.setStretchFactor(0, 1)
            parent = row
        at = parent.indexOf(group)
        sizes = parent.sizes() if parent.count() > 1 else [group.height() if is_column else group.width()]
        parent.insertWidget(at if is_before else at + 1, made)
        parent.setStretchFactor(parent.indexOf(made), 1)
        half = max(1, sizes[at] // 2)
        parent.setSizes([*sizes[:at], half, half, *sizes[at + 1 :]])
        made.show()
        group.show()
        self._mark_active()
        self.changed.emit()
        return made

    def drop_group(self, group: EditorTabs) -> None:
        """Take a group without tabs away, unless it is the only one; its room goes to its neighbours."""
        groups = self.groups()
        if len(groups) > 1:
            at = groups.index(group)
            if group is self.active:
                self.activate(groups[at - 1] if at else groups[1])
            row = group.parentWidget()
            group.setParent(None)
            group.deleteLater()
            if isinstance(row, QSplitter) and row.count() == 1:
                self._put(row, row.widget(0))
                row.deleteLater()
            self._mark_active()
        self.changed.emit()

    def state(self, of_group: Callable[[EditorTabs], PaneState]) -> PaneState:
        """The rows and columns as they stand, with what is to be said of each group."""
        return _state(self._root, of_group) or PaneState()

    def build(self, state: PaneState) -> tuple[EditorTabs, ...]:
        """Make the rows and columns anew, without tabs; returns the groups. What tabs there are must be out before."""
        old = self._root
        root = self._built(state)
        self._column.replaceWidget(old, root)
        self._root = root
        root.show()
        self.active = self.groups()[0]
        old.hide()
        old.deleteLater()
        self._mark_active()
        return self.groups()

    def _built(self, state: PaneState) -> QWidget:
        if not state.panes:
            return self._made()
        row = self._splitter(Qt.Orientation.Vertical if state.is_column else Qt.Orientation.Horizontal)
        for pane in state.panes:
            row.addWidget(self._built(pane))
            row.setStretchFactor(row.count() - 1, 1)
        if len(state.sizes) == row.count():
            row.setSizes(list(state.sizes))
        return row

    def _made(self) -> EditorTabs:
        group = EditorTabs(self._make_icon)
        group.setMinimumSize(LEAST_PX, LEAST_PX)
        group.changed.connect(self.changed)
        group.currentChanged.connect(lambda _index: self._on_current_changed(group))
        group.tabBarClicked.connect(lambda index: self._on_tab_bar_clicked(group, index))
        self.group_added.emit(group)
        return group

    def _splitter(self, orientation: Qt.Orientation) -> QSplitter:
        row = QSplitter(orientation)
        row.setObjectName("editor_panes.split")
        row.setHandleWidth(1)
        row.setChildrenCollapsible(False)
        row.splitterMoved.connect(lambda _position, _index: self.changed.emit())
        return row

    def _put(self, old: QWidget, new: QWidget | None) -> None:
        """Put a widget where another stands."""
        if new is None:
            return
        parent = old.parentWidget()
        if isinstance(parent, QSplitter):
            sizes, at = parent.sizes(), parent.indexOf(old)
            parent.replaceWidget(at, new)
            # A widget that is new to the splitter would keep its size while the others take all room that comes.
            parent.setStretchFactor(at, 1)
            parent.setSizes(sizes)
        else:
            self._column.replaceWidget(old, new)
            self._root = new
        new.show()

    def _mark_active(self) -> None:
        groups = self.groups()
        for group in groups:
            is_dimmed = len(groups) > 1 and group is not self.active
            if bool(group.bar.property("dimmed")) != is_dimmed:
                group.bar.setProperty("dimmed", is_dimmed)
                group.bar.style().unpolish(group.bar)
                group.bar.style().polish(group.bar)

    def _on_current_changed(self, group: EditorTabs) -> None:
        self.front_changed.emit(group)
        if group is self.active:
            self.active_changed.emit()

    def _on_tab_bar_clicked(self, group: EditorTabs, index: int) -> None:
        page = group.widget(index)
        if page is not None:
            self.show_page(page)
            page.setFocus(Qt.FocusReason.MouseFocusReason)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            group = next((each for each in self.groups() if each.isAncestorOf(now)), None)
            if group is not None:
                self.activate(group)


def _groups(widget: QWidget | None) -> Iterator[EditorTabs]:
    if isinstance(widget, EditorTabs):
        yield widget
    elif isinstance(widget, QSplitter):
        for index in range(widget.count()):
            yield from _groups(widget.widget(index))


def _state(widget: QWidget | None, of_group: Callable[[EditorTabs], PaneState]) -> PaneState | None:
    """None for what is no group and has none in it: in a window that is going its parts go one after the other."""
    if isinstance(widget, EditorTabs):
        return of_group(widget)
    if not isinstance(widget, QSplitter):
        return None
    inner = [(size, _state(widget.widget(index), of_group)) for index, size in enumerate(widget.sizes())]
    kept = [(size, state) for size, state in inner if state is not None]
    if len(kept) < 2:
        return kept[0][1] if kept else None
    sizes, panes = zip(*kept, strict=True)
    return PaneState(panes=panes, is_column=widget.orientation() == Qt.Orientation.Vertical, sizes=sizes)
