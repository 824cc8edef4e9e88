"""Rows of a list: one height, a ground that tells which is chosen, pointed at, or current, and buttons at the end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.values import dataclass

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Under which a model gives what its row is."""
ROW_PX = 24
_BUTTON_PX, _EDGE_PX = 22, 4
_FOLDER_PX = 24
"""A folder with less room is not painted."""


@dataclass(frozen=True, slots=True)
class RowButton:
    """What can be done with a row; `tip` says it."""

    name: str
    icon: str
    tip: str


class RowDelegate(QStyledItemDelegate):
    """What a list paints on top, a derived one says in its `paint`."""

    def __init__(self, view: QListView, tokens: Tokens) -> None:
        super().__init__(view)
        self._view = view
        self.tokens = tokens

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One height for all."""
        return QSize(120, max(ROW_PX, QFontMetrics(self._view.font()).height() + 8))

    def is_current(self, index: Index) -> bool:
        """Whether keys act on a row."""
        return self._view.hasFocus() and index.row() == self._view.currentIndex().row()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> QRect:
        """Fill the row, and return where it is."""
        area, state, tokens = QRect(option.rect), option.state, self.tokens
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        fill = tokens.accent_bg if is_chosen else tokens.hover if is_hovered else tokens.surface
        painter.fillRect(area, QColor(fill))
        if self.is_current(index):
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        return area

    def buttons(self, _index: Index) -> tuple[RowButton, ...]:
        """The buttons of a row, from left to right: none, unless a derived one has some."""
        return ()

    def button_places(self, index: Index, area: QRect) -> list[tuple[RowButton, QRect]]:
        """Where a row has its buttons."""
        buttons = self.buttons(index)
        left = area.right() - _EDGE_PX - _BUTTON_PX * len(buttons)
        return [
            (button, QRect(left + _BUTTON_PX * at, area.top(), _BUTTON_PX, area.height()))
            for at, button in enumerate(buttons)
        ]

    def paint_buttons(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> int:
        """Paint the buttons of a row that is pointed at or current, and return where the room for the rest ends."""
        area = QRect(option.rect)
        if not (bool(option.state & QStyle.StateFlag.State_MouseOver) or self.is_current(index)):
            return area.right() - _EDGE_PX
        places = self.button_places(index, area)
        for button, place in places:
            icon(button.icon, self.tokens.text).paint(painter, place.adjusted(3, 0, -3, 0))
        return min((place.left() for _button, place in places), default=area.right()) - _EDGE_PX

    def paint_counts(
        self, painter: QPainter, room: QRect, removed: int | None, added: int | None, kept_px: int = 0
    ) -> int:
        """Paint how many lines (None: not known) at the right end, where at least `kept_px` are left.

        Returns where they begin.
        """
        metrics, right = QFontMetrics(self._view.font()), room.right()
        for number, sign, token in ((removed, "−", "remf"), (added, "+", "addf")):
            shown = f"{sign}{number}"
            width = metrics.horizontalAdvance(shown)
            if number and right - room.left() - width > kept_px:
                right -= width
                painter.setPen(QColor(getattr(self.tokens, token)))
                place = QRect(right, room.top(), 2 * width, room.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
                right -= 6
        return right

    def paint_path(self, painter: QPainter, room: QRect, name: str, folder: str) -> None:
        """A name, and the folder where there is room for some of it."""
        metrics, right, left = QFontMetrics(self._view.font()), room.right(), room.left()
        painter.setPen(QColor(self.tokens.text))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, right - left)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        left += metrics.horizontalAdvance(shown) + 8
        if folder and right - left > _FOLDER_PX:
            painter.setPen(QColor(self.tokens.muted))
            shown = metrics.elidedText(folder, Qt.TextElideMode.ElideMiddle, right - left)
            painter.drawText(QRect(left, room.top(), right - left, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
