"""A field over a list, above the middle of the window: the form of the command palette and of quick open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.text.visible_signs import visible_text
from copilot_desktop.ui.flow_layout import WrappedLabel
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.values import dataclass

WIDTH_PX, HEIGHT_PX, ROW_PX, TOP_PX = 600, 400, 26, 48
_GAP_PX = 8
_ICON_PX = 16
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
ROW_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PickerRow:
    """One row: `detail` muted behind the title, `hint` at the right end. `positions`: characters of the title that were
    typed. `data` is what whoever filled the list knows it by. One that is not possible is only there to be read. `icon`
    stands before the title."""

    title: str
    detail: str = ""
    hint: str = ""
    positions: tuple[int, ...] = ()
    data: object = None
    is_possible: bool = True
    icon: str = ""


class Picker(QFrame):
    """`query_changed(str)`; `chosen(data)` by Enter or click; `moved(data)` when another row becomes current.

    Enter chooses among the rows for what is typed now: where they are still to come, it waits for them.
    """

    query_changed = Signal(str)
    chosen = Signal(object)
    moved = Signal(object)
    dismissed = Signal()

    def __init__(self, name: str, title: str, placeholder: str, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self._is_chosen = self._is_choosing = False
        self._is_answered = True
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("card", True)
        self.field = QLineEdit(self)
        self.field.setObjectName(f"{name}.field")
        self.field.setAccessibleName(title)
        self.field.setPlaceholderText(placeholder)
        self.empty = WrappedLabel("", "muted", f"{name}.empty")
        self.empty.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, _GAP_PX)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.hide()
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setObjectName(f"{name}.list")
        self.list.setAccessibleName(title)
        self.list.setProperty("plain", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMinimumHeight(1)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setModel(self._model)
        self.list.setItemDelegate(RowDelegate(self.list))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(_GAP_PX)
        for widget in (self.field, self.empty, self.list):
            column.addWidget(widget)
        self.field.textChanged.connect(self._on_query_changed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)

    def popup(self, text: str = "") -> None:
        """Open above the middle of the window with a text in the field."""
        window = self._window
        width = min(WIDTH_PX, window.width() - 32)
        self.resize(width, self._height(width))
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, TOP_PX))
        self.move(corner)
        self._is_chosen = False
        is_same = self.field.text() == text
        self.field.setText(text)
        if is_same:
            self._on_query_changed(text)
        self.show()
        # What it is filled with before it is shown, the first time without the letters it will have.
        self._fit()
        self.field.setFocus()

    def show_rows(self, rows: Sequence[PickerRow], sentence: str = "", *, is_answer: bool = True) -> None:
        """Fill the list, the first row chosen; the sentence says why there is none. `is_answer`: nothing else is to
        come for what is typed."""
        self._model.clear()
        for row in rows:
            item = QStandardItem(row.title)
            item.setEditable(False)
            item.setData(row, ROW_ROLE)
            words = (row.title, row.detail, row.hint)
            item.setData(", ".join(word for word in words if word), Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        self.empty.setText(sentence)
        self.empty.setVisible(bool(sentence) and not rows)
        self.list.setVisible(bool(rows))
        if rows:
            self.list.setCurrentIndex(self._model.index(0, 0))
        if self.isVisible():
            self._fit()
        self._is_answered = is_answer
        if is_answer and self._is_choosing:
            self._is_choosing = False
            if rows:
                self._choose(self.list.currentIndex())

    def _fit(self) -> None:
        """Take the room of what is shown now."""
        column = self.layout()
        if column is not None:
            column.activate()  # else it still wants the room of what was shown before
        self.resize(self.width(), self._height(self.width()))

    def _height(self, width: int) -> int:
        """Room for the rows there are, and for whole ones where there are many."""
        column = self.layout()
        margins = self.contentsMargins() + (column.contentsMargins() if column is not None else self.contentsMargins())
        frame = margins.top() + margins.bottom() + self.field.sizeHint().height()
        most = min(HEIGHT_PX, self._window.height() - 80) - frame - _GAP_PX
        if not self._model.rowCount():
            inner = width - margins.left() - margins.right()
            said = self.empty.heightForWidth(inner) + _GAP_PX if self.empty.text() else 0
            return frame + said
        row_px = max(1, self.list.sizeHintForRow(0))
        return frame + _GAP_PX + row_px * max(1, min(self._model.rowCount(), most // row_px))

    def rows(self) -> tuple[PickerRow, ...]:
        """The rows on show."""
        return tuple(self._model.index(at, 0).data(ROW_ROLE) for at in range(self._model.rowCount()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keys of the field that move in the list."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _MOVES and self._model.rowCount():
                row = min(max(self.list.currentIndex().row() + _MOVES[key], 0), self._model.rowCount() - 1)
                self.list.setCurrentIndex(self._model.index(row, 0))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._is_choosing = not self._is_answered
                if self._is_answered:
                    self._choose(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Closed by Esc or a click beside it: whoever showed something meanwhile puts it back."""
        super().hideEvent(event)
        self._is_choosing = False
        if not self._is_chosen:
            self.dismissed.emit()

    def _on_query_changed(self, query: str) -> None:
        self._is_answered = self._is_choosing = False
        self.query_changed.emit(query)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, PickerRow):
            self.moved.emit(row.data)

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, PickerRow) and not row.is_possible:
            return
        self._is_chosen = isinstance(row, PickerRow)
        self.hide()
        if isinstance(row, PickerRow):
            self.chosen.emit(row.data)


class RowDelegate(QStyledItemDelegate):
    """Draws title, detail and hint on one line; the hint has half of the room at the most."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """All rows are alike."""
        hint, letters = super().sizeHint(option, index), option.fontMetrics.height() + 6
        return QSize(hint.width(), max(ROW_PX, letters))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, PickerRow):
            return
        palette: QPalette = option.palette
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Midlight))
        painter.save()
        # The application's, since a style sheet leaves the widget no muted colour that can be read.
        muted = QApplication.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        plain = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
        inner = rect.adjusted(_GAP_PX, 0, -_GAP_PX, 0)
        metrics = painter.fontMetrics()
        if row.icon:
            icon(row.icon, muted.name()).paint(painter, QRect(inner.left(), inner.top(), _ICON_PX, inner.height()))
            inner.setLeft(inner.left() + _ICON_PX + _GAP_PX)
        painter.setPen(muted)
        hint = metrics.elidedText(row.hint, Qt.TextElideMode.ElideMiddle, inner.width() // 2)
        hint_px = metrics.horizontalAdvance(hint)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, hint)
        inner.setRight(inner.right() - hint_px - _GAP_PX)
        painter.setPen(plain if row.is_possible else muted)
        used = self._draw_title(painter, inner, row)
        inner.setLeft(inner.left() + used + _GAP_PX)
        if row.detail and inner.width() > _GAP_PX:
            painter.setPen(muted)
            detail = metrics.elidedText(visible_text(row.detail).text, Qt.TextElideMode.ElideMiddle, inner.width())
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, detail)
        painter.restore()

    @staticmethod
    def _draw_title(painter: QPainter, room: QRect, row: PickerRow) -> int:
        """Draw the title with the typed letters bold; returns its width in pixels."""
        regular = painter.font()
        bold = painter.font()
        bold.setBold(True)
        seen = visible_text(row.title)  # a name may hold a line end, or turn the others around
        title = painter.fontMetrics().elidedText(seen.text, Qt.TextElideMode.ElideRight, room.width())
        typed = set(map(seen.at, row.positions))
        left, at = room.left(), 0
        while at < len(title):
            is_typed, end = at in typed, at + 1
            while end < len(title) and (end in typed) is is_typed:
                end += 1
            painter.setFont(bold if is_typed else regular)
            piece = title[at:end]
            width = painter.fontMetrics().horizontalAdvance(piece)
            part = QRect(left, room.top(), width + 1, room.height())
            painter.drawText(part, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, piece)
            left, at = left + width, end
        painter.setFont(regular)
        return left - room.left()
