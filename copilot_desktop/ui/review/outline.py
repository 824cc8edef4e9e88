"""The list on the left of the review: everything under review by turn, file, function and change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QPushButton, QWidget

from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.review.entry_words import counted, spoken_of, title_of
from copilot_desktop.ui.review.listing import Entry, Key, Level
from copilot_desktop.ui.review.outline_delegate import ENTRY_ROLE, INDENT_PX, OutlineDelegate
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.values import dataclass

Index = QModelIndex | QPersistentModelIndex
_BUTTON_PX = 26


@dataclass(frozen=True, slots=True)
class EntryDecided:
    """A row was decided about by one of its buttons."""

    entry: Entry
    decision: Decision


class OutlineModel(QAbstractListModel):
    """Entries and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self._rows: dict[Key, int] = {}

    def show_entries(self, entries: tuple[Entry, ...]) -> bool:
        """Replace all entries; when only their state changed, rows stay what they are. Whether there are other rows."""
        is_same = [each.key for each in entries] == [each.key for each in self.entries]
        if is_same:
            self._put(entries)
            return False
        if not self._move_to(entries):
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()
        self._rows = {entry.key: row for row, entry in enumerate(entries)}
        return True

    def _move_to(self, entries: tuple[Entry, ...]) -> bool:
        """Take rows out and put others in, where what stays is in the same order; False where it is not.

        A reading tool keeps its place, and the view lays out nothing else.
        """
        old, new = {each.key for each in self.entries}, {each.key for each in entries}
        kept = [each.key for each in self.entries if each.key in new]
        if not kept or kept != [each.key for each in entries if each.key in old]:
            return False
        for first, last in reversed(_runs([each.key not in new for each in self.entries])):
            self.beginRemoveRows(QModelIndex(), first, last - 1)
            self.entries = (*self.entries[:first], *self.entries[last:])
            self.endRemoveRows()
        for first, last in _runs([each.key not in old for each in entries]):
            self.beginInsertRows(QModelIndex(), first, last - 1)
            self.entries = (*self.entries[:first], *entries[first:last], *self.entries[first:])
            self.endInsertRows()
        self._put(entries)
        return True

    def _put(self, entries: tuple[Entry, ...]) -> None:
        """Have these in the same rows."""
        before, self.entries = self.entries, entries
        changed = [row for row, (old, new) in enumerate(zip(before, entries, strict=True)) if old != new]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def row_of(self, key: Key) -> int:
        """The row of a key; -1 where it is not shown."""
        return self._rows.get(key, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Entries; none below an entry."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The entry, or its text for a screen reader and the tip."""
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        return spoken_of(entry) if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) else None


def _runs(wanted: Sequence[bool]) -> list[tuple[int, int]]:
    """The ranges [first, last) of what is wanted."""
    found, at = list[tuple[int, int]](), 0
    for is_wanted, run in groupby(wanted):
        count = len(list(run))
        if is_wanted:
            found.append((at, at + count))
        at += count
    return found


class RowButtons(QWidget):
    """Accept and Reject of the row under the mouse, else of the current one."""

    decided = Signal(object)
    """Carries a `Decision`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("review.row_buttons")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        self._buttons = {
            Decision.ACCEPTED: self._button("accept_row", Decision.ACCEPTED),
            Decision.REJECTED: self._button("reject_row", Decision.REJECTED),
        }
        for button in self._buttons.values():
            row.addWidget(button)
        self.hide()

    def show_entry(self, entry: Entry, tokens: Tokens) -> None:
        """Offer what can be decided of a row."""
        is_conflict = entry.level is Level.HUNK and not entry.acceptable
        words = (("Accept", "check", entry.acceptable), ("Reject", "x", entry.undecided))
        for (decision, button), (word, name, count) in zip(self._buttons.items(), words, strict=True):
            what = title_of(entry) if entry.level is not Level.TURN else "this turn"
            said = f"{word} {what}" if len(entry.hunks) == 1 else f"{word} {counted(count, 'change')} of {what}"
            if is_conflict:
                said = f"Keep yours at {what}: reject the change"
            # The sides of a conflict are chosen in the diff.
            button.setVisible(count > 0)
            button.setIcon(icon(name, tokens.text))
            button.setToolTip(said)
            button.setAccessibleName(said)
            button.setProperty("decision", decision.value)

    def _button(self, name: str, decision: Decision) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"review.{name}")
        button.setProperty("small", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setStyleSheet("padding: 0; min-height: 0;")
        button.setFixedWidth(_BUTTON_PX)
        button.clicked.connect(lambda: self.decided.emit(decision))
        return button


class Outline(QListView):
    """`chosen(Entry)` when the user goes to an entry; `decided(EntryDecided)`; `toggled(Entry)`: open or close it."""

    chosen = Signal(object)
    decided = Signal(object)
    toggled = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review.outline")
        self.setAccessibleName("Everything under review")
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._hovered = -1
        self._is_marking = self._is_pressing = False
        self._entries_model = OutlineModel(self)
        self.setModel(self._entries_model)
        self._painter = OutlineDelegate(self, tokens)
        self.setItemDelegate(self._painter)
        self._buttons = RowButtons(self.viewport())
        self._buttons.decided.connect(self._on_buttons_decided)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def current_entry(self) -> Entry | None:
        """The row that keys act on while the list has the keyboard."""
        return self._entry_at(self.currentIndex().row())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All rows from top to bottom."""
        return self._entries_model.entries

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._painter.tokens = tokens
        self._place_buttons()
        self.viewport().update()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show other rows; the current one stays current, or the nearest above it that is left."""
        before, value = self.current_entry, self.verticalScrollBar().value()
        self._is_marking = True
        if self._entries_model.show_entries(entries):
            if before is not None:
                row = self._row_of(before)
                if row >= 0:
                    self.setCurrentIndex(self._entries_model.index(row))
            self.verticalScrollBar().setValue(value)
        self._is_marking = False
        self._place_buttons()

    def mark(self, hunk_id: str) -> None:
        """Have the row of a hunk, or the closed one it stands below, current and in sight; a row that stands for it
        already stays, while it has the keyboard."""
        here = self.current_entry
        if here is not None and self.hasFocus() and hunk_id in here.hunk_ids:
            self._bring_into_sight()
            return
        row = self._entries_model.row_of(("hunk", hunk_id))
        if row < 0:
            above = (at for at, entry in enumerate(self.entries) if hunk_id in entry.hunk_ids)
            row = max(above, default=-1)
        if row >= 0 and row != self.currentIndex().row():
            index = self._entries_model.index(row)
            self._is_marking = True
            # By itself Qt would scroll by a row with each change, and paint all of them.
            self.setAutoScroll(False)
            self.setCurrentIndex(index)
            self.setAutoScroll(True)
            self._is_marking = False
        if row >= 0:
            self._bring_into_sight()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Right opens, Left closes or goes to the row above that holds this one."""
        entry = self.current_entry
        if entry is not None and event.key() == Qt.Key.Key_Right and not event.modifiers():
            if entry.level is not Level.HUNK and not entry.is_open:
                self.toggled.emit(entry)
            return
        if entry is not None and event.key() == Qt.Key.Key_Left and not event.modifiers():
            if entry.level is not Level.HUNK and entry.is_open:
                self.toggled.emit(entry)
            else:
                self._go_to_outer(entry)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on the chevron opens or closes, one beside it goes there."""
        entry = self._entry_at(self.indexAt(event.position().toPoint()).row())
        self._is_pressing = True
        super().mousePressEvent(event)
        self._is_pressing = False
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if entry.level is not Level.HUNK and event.position().x() < 4 + INDENT_PX * int(entry.level) + 18:
            self.toggled.emit(entry)
        else:
            self.chosen.emit(entry)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Opens or closes a row that holds others."""
        entry = self._entry_at(self.indexAt(event.position().toPoint()).row())
        if entry is not None and entry.level is not Level.HUNK:
            self.toggled.emit(entry)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The row under the mouse has the buttons."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The current row has them again."""
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """There is always a row that keys act on."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._entries_model.entries:
            self.setCurrentIndex(self._entries_model.index(0))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The current row is in sight, once the list has its size."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._bring_into_sight)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """The buttons stay on their row."""
        super().scrollContentsBy(dx, dy)
        self._place_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons stay at the right edge."""
        super().resizeEvent(event)
        self._place_buttons()

    def _entry_at(self, row: int) -> Entry | None:
        return self._entries_model.entries[row] if 0 <= row < len(self._entries_model.entries) else None

    def _row_of(self, entry: Entry) -> int:
        """The row of an entry of before, else of what it stood in."""
        row = self._entries_model.row_of(entry.key)
        if row >= 0 or entry.change is None:
            return row
        change_set_id = entry.change_set.change_set_id
        row = self._entries_model.row_of(("file", change_set_id, entry.change.path))
        return row if row >= 0 else self._entries_model.row_of(("turn", change_set_id))

    def _go_to_outer(self, entry: Entry) -> None:
        row = self.currentIndex().row() - 1
        # A change that is in no group may stand below one all the same.
        inner = Level.GROUP if entry.level is Level.HUNK and not entry.is_grouped else entry.level
        while row >= 0 and self._entries_model.entries[row].level >= inner:
            row -= 1
        if row >= 0:
            self.setCurrentIndex(self._entries_model.index(row))

    def _bring_into_sight(self) -> None:
        """A row out of sight comes to the middle."""
        index = self.currentIndex()
        if index.isValid() and self.isVisible() and not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self._place_buttons()

    def _place_buttons(self) -> None:
        row = self._hovered if self._hovered >= 0 else self.currentIndex().row()
        entry, width = self._entry_at(row), 0
        if entry is not None and entry.undecided:
            self._buttons.show_entry(entry, self._painter.tokens)
            width = self._buttons.sizeHint().width()
        has_room = entry is not None and self._painter.has_room_for(width, entry, self.viewport().width())
        if not width or (self._hovered < 0 and not has_room):
            # Its name matters more: keys decide about it as well, and under the mouse the buttons are there.
            row = -1
        if row >= 0:
            place = self.visualRect(self._entries_model.index(row))
            self._buttons.setGeometry(self.viewport().width() - width, place.top() + 1, width, place.height() - 2)
            self._painter.buttons_px = width
        self._buttons.setVisible(row >= 0)
        before, self._painter.button_row = self._painter.button_row, row
        if row != before:
            # These rows alone: painting all of the list takes longer than going to the next change may.
            for each in (before, row):
                if self._entry_at(each) is not None:
                    self.update(self._entries_model.index(each))

    def _on_buttons_decided(self, decision: Decision) -> None:
        entry = self._entry_at(self._painter.button_row)
        if entry is not None:
            self.decided.emit(EntryDecided(entry, decision))

    def _on_current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._place_buttons()
        entry = self._entry_at(now.row())
        if entry is not None and not self._is_marking and self.hasFocus() and not self._is_pressing:
            self.chosen.emit(entry)
