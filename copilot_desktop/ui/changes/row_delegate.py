"""Rows of a list in the Changes view: one height, and a ground that tells which is chosen, pointed at, or current."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from copilot_desktop.ui.theme.tokens import Tokens

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 24


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
