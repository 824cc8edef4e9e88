"""Single lines of a change, to be picked with Space or a click and decided about alone."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.splitting import ChangedLine, Side
from copilot_desktop.edits.word_picking import RewrittenLine
from copilot_desktop.ui.review.pick_rows import PickRow, pair_at, pick_rows, rewritten_of, spoken, word_rows
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

Index = QModelIndex | QPersistentModelIndex
_ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_LONGEST_SHOWN = 2_000
_MARK_PX, _PADDING_PX = 24, 8
_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_SIGNS = {Side.OLD: ("−", "rem", "remf"), Side.NEW: ("+", "add", "addf")}


class PickModel(QAbstractListModel):
    """Rows, which of them are picked, and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PickRow, ...] = ()
        self.picked: frozenset[ChangedLine] = frozenset()
        self.words: frozenset[int] = frozenset()

    def show_rows(self, rows: tuple[PickRow, ...]) -> None:
        """Replace all rows; no words are picked, and no lines that are shown no more."""
        self.beginResetModel()
        shown = {row.line for row in rows}
        self.rows, self.words = rows, frozenset()
        self.picked = frozenset(line for line in self.picked if line in shown)
        self.endResetModel()

    def pick(self, picked: frozenset[ChangedLine], words: frozenset[int] = frozenset()) -> None:
        """Have just these lines or words picked."""
        self.picked, self.words = picked, words
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A changed line can be checked."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsUserCheckable if self.rows[index.row()].can_be_picked else found

    def is_picked(self, row: PickRow) -> bool:
        """Whether a row's line or words are."""
        return row.word in self.words if row.word is not None else row.line in self.picked

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, its text for a screen reader, whether it is picked."""
        row = self.rows[index.row()]
        if role == _ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, self.picked, self.words)
        if role == Qt.ItemDataRole.CheckStateRole and row.can_be_picked:
            return Qt.CheckState.Checked if self.is_picked(row) else Qt.CheckState.Unchecked
        return None


class _PickDelegate(QStyledItemDelegate):
    """Paints a mark, number, sign and text."""

    def __init__(self, view: QListView, model: PickModel, tokens: Tokens) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self.tokens = tokens
        self.columns = 80

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """All rows are as wide as the longest one."""
        metrics = QFontMetrics(self._view.font())
        return QSize(
            self._gutter() + metrics.horizontalAdvance("0") * (self.columns + 2), max(24, metrics.height() + 6)
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row over the whole width."""
        row = self._model.rows[index.row()]
        painter.save()
        area = QRect(option.rect)
        seen = QRect(0, area.top(), self._view.viewport().width(), area.height())
        sign, fill, colour = _SIGNS[row.side] if row.side is not None else ("", "base", "muted")
        painter.fillRect(seen, QColor(getattr(self.tokens, fill)))
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(QRect(0, seen.top(), 3, seen.height()), QColor(self.tokens.accent))
        if index == self._view.currentIndex() and self._view.hasFocus():
            painter.setPen(QColor(self.tokens.accent))
            painter.drawRect(seen.adjusted(0, 0, -1, -1))
        middle = Qt.AlignmentFlag.AlignVCenter
        if row.can_be_picked:
            is_picked = self._model.is_picked(row)
            token = self.tokens.accent if is_picked else self.tokens.muted
            left = _PADDING_PX + (_MARK_PX if row.word is not None else 0)
            place = QRect(left, seen.top() + (seen.height() - 16) // 2, 16, 16)
            icon("square-check" if is_picked else "square", token).paint(painter, place)
        advance = QFontMetrics(self._view.font()).horizontalAdvance("0")
        left = _PADDING_PX + _MARK_PX
        painter.setFont(QFont(self._view.font()))
        painter.setPen(QColor(self.tokens.num if row.side is None else self.tokens.text))
        if row.number is not None:
            place = QRect(left, seen.top(), advance * 6, seen.height())
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, str(row.number))
        painter.setPen(QColor(getattr(self.tokens, colour)))
        painter.drawText(QRect(left + advance * 7, seen.top(), advance * 2, seen.height()), middle, sign)
        painter.setPen(QColor(self.tokens.text))
        painter.setClipRect(seen.adjusted(self._gutter(), 0, 0, 0))
        shown = row.text[:_LONGEST_SHOWN].expandtabs(4)
        painter.drawText(area.adjusted(self._gutter(), 0, 0, 0), middle | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()

    def _gutter(self) -> int:
        return _PADDING_PX + _MARK_PX + QFontMetrics(self._view.font()).horizontalAdvance("0") * 9


_ONE_PLACE = "This line differs in one place only: pick the line itself."
_NO_PAIR = "Words are picked where a line takes the place of another one, which this one does not."


class LinePicker(QListView):
    """The lines of one change. `changed()` when others are picked; `left()` on Esc; `refused(str)` says why a line has
    no words to be picked."""

    changed = Signal()
    left = Signal()
    refused = Signal(str)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review.lines")
        self.setAccessibleName("Lines to pick")
        self.setFont(fixed_font())
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.hunk: ChangeHunk | None = None
        """The change whose lines are shown."""
        self.rewritten: RewrittenLine | None = None
        """The line whose words are shown below it."""
        self._rows_model = PickModel(self)
        self.setModel(self._rows_model)
        self._painter = _PickDelegate(self, self._rows_model, tokens)
        self.setItemDelegate(self._painter)

    @property
    def picked(self) -> frozenset[ChangedLine]:
        """The lines that are picked."""
        return self._rows_model.picked

    @property
    def picked_words(self) -> frozenset[int]:
        """The numbers of the words of `rewritten` that are picked; then no line is."""
        return self._rows_model.words

    @property
    def rows(self) -> tuple[PickRow, ...]:
        """All lines from top to bottom."""
        return self._rows_model.rows

    @property
    def current_line(self) -> ChangedLine | None:
        """The changed line that the keyboard stands on."""
        row = self.currentIndex().row()
        return self.rows[row].line if 0 <= row < len(self.rows) else None

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._painter.tokens = tokens
        self.viewport().update()

    def show_hunk(self, hunk: ChangeHunk) -> None:
        """Show the lines of a change; the keyboard stands on the first that is changed."""
        self.hunk, self.rewritten = hunk, None
        self._rows_model.pick(frozenset())
        rows = pick_rows(hunk)
        self._painter.columns = min(_LONGEST_SHOWN, max((len(row.text.expandtabs(4)) for row in rows), default=0))
        self._rows_model.show_rows(rows)
        first = next((at for at, row in enumerate(rows) if row.line is not None), 0)
        self.setCurrentIndex(self._rows_model.index(first))
        self.changed.emit()

    def toggle(self) -> None:
        """Pick the selected lines, or where the current one is picked no longer; all of them alike."""
        chosen = {index.row() for index in self.selectedIndexes()} | {self.currentIndex().row()}
        words = frozenset(word for row in chosen if row >= 0 and (word := self.rows[row].word) is not None)
        if words:
            # Of lines and words only one kind is picked: the words stand on the line as it is.
            self._rows_model.pick(frozenset(), self.picked_words ^ words)
            self.changed.emit()
            return
        lines = frozenset(line for row in chosen if row >= 0 for line in self.rows[row].lines)
        here = self.current_line
        is_picking = here not in self.picked if here is not None else not lines <= self.picked
        self._rows_model.pick(self.picked | lines if is_picking else self.picked - lines)
        self.changed.emit()

    def open_words(self) -> None:
        """Show the words of the current line that differ from the line whose place it takes, or no longer."""
        hunk, row = self.hunk, self.currentIndex().row()
        if hunk is None or row < 0:
            return
        is_open = self.rewritten is not None
        if is_open:
            row -= sum(each.word is not None for each in self.rows[: row + 1])
        rows = pick_rows(hunk)
        self.rewritten = None if is_open else rewritten_of(hunk, rows, row)
        if self.rewritten is None and not is_open:
            self.refused.emit(_ONE_PLACE if pair_at(rows, row) is not None else _NO_PAIR)
            return
        if self.rewritten is not None:
            at = next(at for at, each in enumerate(rows) if each.line == self.rewritten.new) + 1
            rows = (*rows[:at], *word_rows(self.rewritten), *rows[at:])
            row = at
        self._rows_model.show_rows(rows)
        self.setCurrentIndex(self._rows_model.index(row))
        self.changed.emit()

    def event(self, event: QEvent) -> bool:
        """Space, Enter and Esc are for the lines, whatever they mean in the review."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space and Enter toggle, Right and Left open and close the words of a line, Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _OWN_KEYS:
            self.toggle()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left) and not event.modifiers():
            if (event.key() == Qt.Key.Key_Right) is (self.rewritten is None):
                self.open_words()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on the mark toggles; one beside it selects, with Shift a range."""
        super().mousePressEvent(event)
        if event.position().x() < _PADDING_PX + _MARK_PX and self.indexAt(event.position().toPoint()).isValid():
            self.toggle()
