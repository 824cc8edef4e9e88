"""What a text defines, as a tree; the row of the caret is the current one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView, QWidget

from copilot_desktop.text import fuzzy
from copilot_desktop.ui.picker import ROW_ROLE, Index, PickerRow, RowDelegate
from copilot_desktop.ui.symbol_icons import symbol_icon

if TYPE_CHECKING:
    from copilot_desktop.syntax.definitions import Definition

_INDENT_PX = 14
_DEEPEST = 12


class OutlineTree(QTreeView):
    """`looked(definition)`: show it, the keyboard stays; `opened(definition)`: go to it."""

    looked = Signal(object)
    opened = Signal(object)
    left_upwards = Signal()
    """Up was pressed on the first row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outline.tree")
        self.setAccessibleName("Outline")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT_PX)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_OutlineDelegate(self))
        self._found: tuple[Definition, ...] = ()
        self._letters = ""
        self._folded: set[tuple[str, ...]] = set()
        self._items: dict[int, QStandardItem] = {}
        self.collapsed.connect(lambda index: self._folded.add(_key(_definition(index))))
        self.expanded.connect(lambda index: self._folded.discard(_key(_definition(index))))

    def show_definitions(self, found: Sequence[Definition], letters: str = "") -> None:
        """Show these, or of them those whose names hold some letters."""
        found = tuple(found)
        is_same = letters == self._letters and _shapes(found) == _shapes(self._found)
        self._found, self._letters = found, letters
        if is_same:
            # Typing moves lines far more often than it makes definitions: what is chosen and scrolled stays.
            for number, item in self._items.items():
                _put(item, replace(item.data(ROW_ROLE), data=found[number]))
            return
        scrolled = self.verticalScrollBar().value()
        self._model.clear()
        self._items.clear()
        self.blockSignals(True)
        if letters:
            self._fill_matching(letters)
        else:
            self._fill()
        self.blockSignals(False)
        self.verticalScrollBar().setValue(scrolled)

    def forget_folds(self) -> None:
        """Another file is in front."""
        self._folded.clear()

    def follow(self, line: int) -> None:
        """Make the definition current that a line of the text is in; none where it is in none."""
        number = max(
            (at for at in self._items if self._found[at].lines.start <= line < self._found[at].lines.end), default=-1
        )
        selection = self.selectionModel()
        if number < 0:
            selection.clear()
            return
        index = self._items[number].index()
        while index.parent().isValid() and not self.isExpanded(index.parent()):
            index = index.parent()
        if index != self.currentIndex() or not selection.isSelected(index):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def choose(self) -> None:
        """Go to the current definition, or the first one."""
        index = self.currentIndex() if self.currentIndex().isValid() else self._model.index(0, 0)
        if index.isValid():
            self.opened.emit(_definition(index))

    def count(self) -> int:
        """How many definitions are shown."""
        return len(self._items)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes to a definition, Space looks at it, Up on the first one goes to the field above."""
        key, index = Qt.Key(event.key()), self.currentIndex()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif key == Qt.Key.Key_Space and index.isValid():
            self.looked.emit(_definition(index))
        elif key == Qt.Key.Key_Up and not self.indexAbove(index).isValid():
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click looks at a definition."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and self._is_on_row(event, index):
            self.looked.emit(_definition(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A double click goes to it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self.opened.emit(_definition(index))

    def _is_on_row(self, event: QMouseEvent, index: QModelIndex) -> bool:
        """Not on the arrow before it."""
        return event.position().x() >= self.visualRect(index).left()

    def _fill(self) -> None:
        around: list[tuple[tuple[str, ...], QStandardItem]] = []
        for number, each in enumerate(self._found):
            while around and around[-1][0] != each.outer[: len(around[-1][0])]:
                around.pop()
            parent = around[-1][1] if around else self._model.invisibleRootItem()
            item = self._add(parent, number, PickerRow(each.name, "", "", (), each, icon=symbol_icon(each.kind)))
            if len(around) < _DEEPEST and each.kind != "heading":
                around.append(((*each.outer, each.name), item))
        for number, item in self._items.items():
            if item.hasChildren():
                self.setExpanded(item.index(), _key(self._found[number]) not in self._folded)

    def _fill_matching(self, letters: str) -> None:
        for number, each in enumerate(self._found):
            matched = fuzzy.match(letters, each.name)
            if matched is not None:
                outer, icon = ".".join(each.outer), symbol_icon(each.kind)
                row = PickerRow(each.name, outer, "", tuple(matched.positions), each, icon=icon)
                self._add(self._model.invisibleRootItem(), number, row)

    def _add(self, parent: QStandardItem, number: int, row: PickerRow) -> QStandardItem:
        item = QStandardItem(row.title)
        item.setEditable(False)
        _put(item, row)
        parent.appendRow(item)
        self._items[number] = item
        return item


class _OutlineDelegate(RowDelegate):
    def __init__(self, tree: OutlineTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row, and around the current one a frame while the keyboard is here."""
        super().paint(painter, option, index)
        if self._tree.hasFocus() and index == self._tree.currentIndex():
            painter.setPen(QColor(self._tree.palette().color(self._tree.palette().ColorRole.Link)))
            painter.drawRect(QRect(option.rect).adjusted(0, 0, -1, -1))


def _put(item: QStandardItem, row: PickerRow) -> None:
    found = cast("Definition", row.data)
    item.setData(row, ROW_ROLE)
    item.setData(f"{row.title}, {found.kind}, line {found.lines.start + 1}", Qt.ItemDataRole.AccessibleTextRole)


def _definition(index: QModelIndex) -> Definition:
    found: Definition = index.data(ROW_ROLE).data
    return found


def _key(found: Definition) -> tuple[str, ...]:
    return (*found.outer, found.name)


def _shapes(found: Iterable[Definition]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.name, each.kind, each.outer) for each in found]
