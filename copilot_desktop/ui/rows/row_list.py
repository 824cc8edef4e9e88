"""A list of rows of one height; all of it goes by keyboard, and says itself to screen readers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from copilot_desktop.ui.rows.row_delegate import RowDelegate
from copilot_desktop.ui.theme.tokens import Tokens


class RowList(QListView):
    """What its rows are, and what is done with them, a derived one says; it sets `painting` before it is shown."""

    painting: RowDelegate

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        """`name` is the object's, `spoken` what a screen reader calls the list."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def paint_by(self, painting: RowDelegate) -> None:
        """Have the rows painted."""
        self.painting = painting
        self.setItemDelegate(painting)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self.painting.tokens = tokens
        self.viewport().update()
