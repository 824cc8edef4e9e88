"""The list above the caret while `@` and some letters stand before it; the keyboard stays in the prompt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.flow_layout import WrappedLabel
from copilot_desktop.ui.picker import ROW_ROLE, PickerRow, RowDelegate

_WIDTH_PX, _MARGIN_PX = 420, 4


class MentionList(QFrame):
    """`chosen(data)` by click, or `choose()`. A child of the window, above everything in it."""

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("mentions")
        self.setAccessibleName("What may be added to the prompt")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._is_moved = False
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setObjectName("mentions.list")
        self.list.setAccessibleName(self.accessibleName())
        self.list.setProperty("plain", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setModel(self._model)
        self.list.setItemDelegate(RowDelegate(self.list))
        self.empty = WrappedLabel("", "muted", "mentions.empty")
        self.empty.setContentsMargins(8, 4, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addWidget(self.empty)
        self.list.clicked.connect(self._on_clicked)
        self.hide()

    def show_rows(self, rows: Sequence[PickerRow], sentence: str, at: QPoint) -> None:
        """Show these above (else below) a place of the window, the first one current unless the user has gone to
        another; a sentence where there are none."""
        if self.isHidden():
            self._is_moved = False
        # What comes in steps may put rows before one that was only the first to be there.
        current = self.row() if self._is_moved else None
        self._model.clear()
        for row in rows:
            item = QStandardItem(row.title)
            item.setEditable(False)
            item.setData(row, ROW_ROLE)
            item.setData(_spoken(row), Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        same = next((number for number, row in enumerate(rows) if current is not None and row.data == current.data), 0)
        self.list.setVisible(bool(rows))
        self.empty.setText(sentence)
        self.empty.setVisible(not rows)
        self._place(at)
        self.show()
        self.raise_()
        if rows:
            self.list.setCurrentIndex(self._model.index(same, 0))
            if same == 0:
                announce(self.list, f"{len(rows)} found: {_spoken(rows[0])}")
        else:
            announce(self.list, sentence)

    def row(self) -> PickerRow | None:
        """The current one."""
        row = self.list.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, PickerRow) else None

    def rows(self) -> tuple[PickerRow, ...]:
        """All of them."""
        return tuple(self._model.index(at, 0).data(ROW_ROLE) for at in range(self._model.rowCount()))

    def step(self, by: int) -> None:
        """Make the next row current, or the one before; round the ends."""
        count = self._model.rowCount()
        if count:
            self._is_moved = True
            self.list.setCurrentIndex(self._model.index((self.list.currentIndex().row() + by) % count, 0))
            row = self.row()
            announce(self.list, "" if row is None else _spoken(row))

    def choose(self) -> bool:
        """Take the current one; False where there is none."""
        row = self.row()
        if row is None or self.isHidden():
            return False
        self.chosen.emit(row.data)
        return True

    def _place(self, at: QPoint) -> None:
        window = self._window
        row_px = max(1, self.list.sizeHintForRow(0))
        width = min(_WIDTH_PX, window.width() - 16)
        height = row_px * self._model.rowCount() if self._model.rowCount() else self.empty.heightForWidth(width)
        height += 2 * _MARGIN_PX + 2
        below = at.y() + self.fontMetrics().height() + 8
        top = at.y() - height - 4
        if top < 0 and window.height() - below > at.y():
            top = below
        height = min(height, window.height() - 16)
        left = min(max(8, at.x()), window.width() - width - 8)
        self.setGeometry(left, max(8, top), width, height)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self.choose()


def _spoken(row: PickerRow) -> str:
    return ", ".join(word for word in (row.title, row.hint, row.detail) if word)
