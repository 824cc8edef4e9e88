"""The changed files as a list, group by group; what can be done with a row stands at its end while it is looked at."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QObject,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from copilot_desktop.ui.changes.change_words import TOKENS, ChangeRow, Group, name_and_folder, spoken_of
from copilot_desktop.ui.changes.row_delegate import Index, RowDelegate
from copilot_desktop.ui.counted_rows import CountedRows
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_PADDING_PX, _BUTTON_PX = 8, 22


class Deed(StrEnum):
    """What can be done with rows."""

    STAGE = "stage"
    UNSTAGE = "unstage"
    DISCARD = "discard"


_ICONS: Final = {Deed.STAGE: "plus", Deed.UNSTAGE: "minus", Deed.DISCARD: "undo-2"}
_TIPS: Final = {Deed.STAGE: "Stage (A)", Deed.UNSTAGE: "Unstage (R)", Deed.DISCARD: "Discard, can be undone (Del)"}
DEEDS: Final = {
    Group.CONFLICTS: (Deed.STAGE,),
    Group.STAGED: (Deed.UNSTAGE,),
    Group.UNSTAGED: (Deed.DISCARD, Deed.STAGE),
    Group.UNTRACKED: (Deed.DISCARD, Deed.STAGE),
    Group.BRANCH: (),
}
"""What can be done with the files of a group, from left to right."""
_NO_DISCARD: Final = {
    Group.STAGED: "What is staged is not discarded: unstage it first (R)",
    Group.CONFLICTS: "A conflict is not discarded: resolve it in the file, then stage it (A)",
}
_NOT_HERE: Final = "Nothing of this can be discarded here"


class ChangeModel(CountedRows):
    """Rows and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ChangeRow] = []

    def show_rows(self, rows: list[ChangeRow]) -> None:
        """Show these and no others."""
        self.rows = rows
        self.count_rows(len(rows))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader and the tip."""
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == _ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return spoken_of(row)
        return None


class ChangeDelegate(RowDelegate):
    """Paints letter, name, folder and counts, and the buttons of the row under the mouse or the keyboard."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(_ROW_ROLE)
        if not isinstance(row, ChangeRow):
            return
        painter.save()
        area, tokens = self.paint_ground(painter, option, index), self.tokens
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        right = area.right() - 4
        if is_hovered or self.is_current(index):
            for deed, place in button_places(row, area):
                icon(_ICONS[deed], tokens.text).paint(painter, place.adjusted(3, 0, -3, 0))
                right = min(right, place.left())
        room = QRect(area.left() + _PADDING_PX, area.top(), right - area.left() - _PADDING_PX, area.height())
        if row.change is None:
            self._paint_head(painter, room, row)
        else:
            self._paint_file(painter, room, row)
        painter.restore()

    def _paint_head(self, painter: QPainter, room: QRect, row: ChangeRow) -> None:
        font = QFont(self._view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.muted))
        words = QFontMetrics(font).elidedText(f"{row.group}  {row.files}", Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_file(self, painter: QPainter, room: QRect, row: ChangeRow) -> None:
        change, tokens = row.change, self.tokens
        if change is None:
            return
        metrics = QFontMetrics(self._view.font())
        painter.setFont(self._view.font())
        painter.setPen(QColor(getattr(tokens, TOKENS[change.kind])))
        letter = metrics.horizontalAdvance("M") + 8
        painter.drawText(
            QRect(room.left(), room.top(), letter, room.height()), Qt.AlignmentFlag.AlignVCenter, change.kind.letter
        )
        left, right = room.left() + letter, room.right()
        for number, sign, token in ((change.removed, "−", "remf"), (change.added, "+", "addf")):
            shown = f"{sign}{number}"
            # The name comes first: counts give way in a narrow pane.
            if number and right - left - metrics.horizontalAdvance(shown) > 90:
                right -= metrics.horizontalAdvance(shown)
                painter.setPen(QColor(getattr(tokens, token)))
                painter.drawText(QRect(right, room.top(), 200, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
                right -= 6
        name, folder = name_and_folder(change)
        painter.setPen(QColor(tokens.text))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, right - left)
        painter.drawText(QRect(left, room.top(), right - left, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        left += metrics.horizontalAdvance(shown) + 8
        if folder and right - left > 24:
            painter.setPen(QColor(tokens.muted))
            shown = metrics.elidedText(folder, Qt.TextElideMode.ElideMiddle, right - left)
            painter.drawText(QRect(left, room.top(), right - left, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)


def button_places(row: ChangeRow, area: QRect) -> list[tuple[Deed, QRect]]:
    """Where a row has its buttons."""
    deeds = DEEDS[row.group]
    left = area.right() - 4 - _BUTTON_PX * len(deeds)
    return [
        (deed, QRect(left + _BUTTON_PX * at, area.top(), _BUTTON_PX, area.height())) for at, deed in enumerate(deeds)
    ]


class ChangeList(QListView):
    """`opened(row)` when the diff of a file is wanted; `done(deed, rows)` asks for something to be done with rows."""

    opened = Signal(object)
    done = Signal(object, object)
    menu_wanted = Signal(QPoint)
    refused = Signal(str)
    """Carries a sentence on why nothing is done with the chosen rows."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.list")
        self.setAccessibleName("Changed files")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.changes = ChangeModel(self)
        self.setModel(self.changes)
        self._painter = ChangeDelegate(self, tokens)
        self.setItemDelegate(self._painter)
        self.customContextMenuRequested.connect(self._on_menu_requested)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._painter.tokens = tokens
        self.viewport().update()

    def show_rows(self, rows: list[ChangeRow]) -> None:
        """Show other rows; what was chosen stays so, and the keyboard stays where it was, or beside it."""
        here, scrolled = self.currentIndex().row(), self.verticalScrollBar().value()
        chosen = {row.key for row in self.chosen()}
        current = self.changes.rows[here].key if 0 <= here < len(self.changes.rows) else None
        self.changes.show_rows(rows)
        places = {row.key: place for place, row in enumerate(rows)}
        selection = self.selectionModel()
        for key in chosen & places.keys():
            selection.select(self.changes.index(places[key]), QItemSelectionModel.SelectionFlag.Select)
        at = places.get(current, _beside(rows, here)) if current is not None else -1
        if at >= 0:
            is_chosen = bool(chosen & places.keys())
            flag = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(self.changes.index(at), flag.NoUpdate if is_chosen else flag.ClearAndSelect)
        self.verticalScrollBar().setValue(scrolled)

    def chosen(self) -> tuple[ChangeRow, ...]:
        """The chosen rows, from top to bottom."""
        places = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self.changes.rows[place] for place in places if place < len(self.changes.rows))

    def do(self, deed: Deed) -> None:
        """Ask for it to be done with the chosen rows that it can be done with."""
        rows = tuple(row for row in self.chosen() if deed in DEEDS[row.group])
        if rows:
            self.done.emit(deed, rows)

    def discard(self) -> None:
        """Ask for the chosen rows to be discarded, or say why none of them can be."""
        groups = {row.group for row in self.chosen()}
        if any(Deed.DISCARD in DEEDS[group] for group in groups):
            self.do(Deed.DISCARD)
        elif groups:
            self.refused.emit(_NO_DISCARD.get(groups.pop() if len(groups) == 1 else Group.BRANCH, _NOT_HERE))

    def toggle(self) -> None:
        """Stage what is not staged of the chosen rows; where all is, unstage it."""
        is_staged = all(row.group is Group.STAGED for row in self.chosen())
        self.do(Deed.UNSTAGE if is_staged else Deed.STAGE)

    def open_current(self) -> None:
        """Ask for the diff of the current file."""
        index = self.currentIndex()
        if index.isValid():
            self.opened.emit(self.changes.rows[index.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens the diff."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.open_current()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a button of a row is for that row, or for all that are chosen with it."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            row = self.changes.rows[index.row()]
            for deed, area in button_places(row, self.visualRect(index)):
                if area.contains(place):
                    rows = self.chosen() if self.selectionModel().isSelected(index) else (row,)
                    self.done.emit(deed, tuple(each for each in rows if deed in DEEDS[each.group]))
                    return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a file shows its diff; with Ctrl or Shift rows are only chosen."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        if is_plain and index.isValid() and self.selectionModel().isSelected(index):
            row = self.changes.rows[index.row()]
            at_button = any(
                area.contains(event.position().toPoint()) for _deed, area in button_places(row, self.visualRect(index))
            )
            if row.change is not None and not at_button:
                self.opened.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons of a row say what they do."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        tip = ""
        if index.isValid():
            places = button_places(self.changes.rows[index.row()], self.visualRect(index))
            tip = next((_TIPS[deed] for deed, area in places if area.contains(event.position().toPoint())), "")
        self.viewport().setToolTip(tip)

    def _on_menu_requested(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))


def _beside(rows: list[ChangeRow], gone: int) -> int:
    """The row of a file where one has gone, or the last one above; -1 without any.

    Never a heading while there is a file above: the same key once more would discard all that is below it.
    """
    files = [place for place, row in enumerate(rows[: gone + 1]) if row.change is not None]
    return files[-1] if files else next((place for place, row in enumerate(rows) if row.change is not None), -1)
