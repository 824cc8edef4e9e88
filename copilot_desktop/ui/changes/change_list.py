"""The changed files as a list, group by group; what can be done with a row stands at its end while it is looked at."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from copilot_desktop.ui.changes.change_words import TOKENS, ChangeRow, Group, name_and_folder, spoken_of
from copilot_desktop.ui.rows.button_list import ButtonList
from copilot_desktop.ui.rows.counted_rows import CountedRows
from copilot_desktop.ui.rows.row_delegate import ROW_ROLE, Index, RowButton, RowDelegate
from copilot_desktop.ui.theme.tokens import Tokens

_PADDING_PX, _NAME_PX = 8, 90
GOING_ROLE: Final = ROW_ROLE + 1
"""Whether the file of a row is being discarded."""
_GOING: Final = "discarding…"


class Deed(StrEnum):
    """What can be done with rows."""

    STAGE = "stage"
    UNSTAGE = "unstage"
    DISCARD = "discard"


_BUTTONS: Final = {
    Deed.STAGE: RowButton(Deed.STAGE, "plus", "Stage (A)"),
    Deed.UNSTAGE: RowButton(Deed.UNSTAGE, "minus", "Unstage (R)"),
    Deed.DISCARD: RowButton(Deed.DISCARD, "undo-2", "Discard, can be undone (Del)"),
}
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
        self.going: frozenset[str] = frozenset()

    def is_going(self, row: ChangeRow) -> bool:
        """Whether the file of a row is being discarded."""
        return row.change is not None and row.change.path in self.going and Deed.DISCARD in DEEDS[row.group]

    def show_rows(self, rows: list[ChangeRow]) -> None:
        """Show these and no others."""
        self.rows = rows
        self.count_rows(len(rows))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader and the tip."""
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{spoken_of(row)}, being discarded" if self.is_going(row) else spoken_of(row)
        if role == GOING_ROLE:
            return self.is_going(row)
        return None


class ChangeDelegate(RowDelegate):
    """Paints letter, name, folder and counts, and the buttons of the row under the mouse or the keyboard."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, ChangeRow):
            return
        painter.save()
        area = self.paint_ground(painter, option, index)
        right = self.paint_buttons(painter, option, index)
        room = QRect(area.left() + _PADDING_PX, area.top(), right - area.left() - _PADDING_PX, area.height())
        if row.change is None:
            self._paint_head(painter, room, row)
        else:
            self._paint_file(painter, room, row, is_going=bool(index.data(GOING_ROLE)))
        painter.restore()

    def buttons(self, index: Index) -> tuple[RowButton, ...]:
        """What can be done with a row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, ChangeRow) or index.data(GOING_ROLE):
            return ()
        return tuple(_BUTTONS[deed] for deed in DEEDS[row.group])

    def _paint_head(self, painter: QPainter, room: QRect, row: ChangeRow) -> None:
        font = QFont(self._view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.muted))
        words = QFontMetrics(font).elidedText(f"{row.group}  {row.files}", Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_file(self, painter: QPainter, room: QRect, row: ChangeRow, *, is_going: bool) -> None:
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
        room = room.adjusted(letter, 0, 0, 0)
        # The name comes first: counts give way in a narrow pane.
        if is_going:
            painter.setPen(QColor(tokens.muted))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, _GOING)
            room.setRight(room.right() - metrics.horizontalAdvance(_GOING) - _PADDING_PX)
        else:
            room.setRight(self.paint_counts(painter, room, change.removed, change.added, _NAME_PX))
        self.paint_path(painter, room, *name_and_folder(change))


class ChangeList(ButtonList):
    """`opened(row)` when the diff of a file is wanted; `done(deed, rows)` asks for something to be done with rows."""

    opened = Signal(object)
    done = Signal(object, object)
    refused = Signal(str)
    """Carries a sentence on why nothing is done with the chosen rows."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__("changes.list", "Changed files", parent)
        self.changes = ChangeModel(self)
        self.setModel(self.changes)
        self.paint_by(ChangeDelegate(self, tokens))
        self.button_pressed.connect(self._on_button_pressed)
        self.row_clicked.connect(self._on_row_clicked)

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

    def show_going(self, paths: frozenset[str]) -> None:
        """Show that these files, by their paths in the repository, are being discarded, and no others."""
        self.changes.going = paths
        self.viewport().update()

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

    def _on_button_pressed(self, index: Index, name: str) -> None:
        """Ask for it to be done with the row, or with all that are chosen with it."""
        deed = Deed(name)
        rows = self.chosen() if self.selectionModel().isSelected(index) else (self.changes.rows[index.row()],)
        self.done.emit(deed, tuple(each for each in rows if deed in DEEDS[each.group]))

    def _on_row_clicked(self, index: Index) -> None:
        """Ask for the diff of a file."""
        row = self.changes.rows[index.row()]
        if row.change is not None:
            self.opened.emit(row)


def _beside(rows: list[ChangeRow], gone: int) -> int:
    """The row of a file where one has gone, or the last one above; -1 without any.

    Never a heading while there is a file above: the same key once more would discard all that is below it.
    """
    files = [place for place, row in enumerate(rows[: gone + 1]) if row.change is not None]
    return files[-1] if files else next((place for place, row in enumerate(rows) if row.change is not None), -1)
