"""A list whose rows have buttons and a menu, and of which many can be chosen at once."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from copilot_desktop.ui.rows.row_delegate import RowButton
from copilot_desktop.ui.rows.row_list import RowList


class ButtonList(RowList):
    """`button_pressed(index, name of the button)`; `row_clicked(index)`: beside its buttons, and by the mouse alone, as
    Ctrl and Shift only choose."""

    button_pressed = Signal(QModelIndex, str)
    row_clicked = Signal(QModelIndex)
    menu_wanted = Signal(QPoint)
    """Carries the place on the screen; the row there is among the chosen ones by then."""

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(name, spoken, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)

    def button_at(self, place: QPoint) -> RowButton | None:
        """The button at a place of the viewport."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        places = self.painting.button_places(index, self.visualRect(index))
        return next((button for button, area in places if area.contains(place)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a button of a row chooses no row."""
        place = event.position().toPoint()
        button = self.button_at(place) if event.button() is Qt.MouseButton.LeftButton else None
        if button is not None:
            self.button_pressed.emit(self.indexAt(place), button.name)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click ends."""
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        is_plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        if is_plain and index.isValid() and self.selectionModel().isSelected(index) and self.button_at(place) is None:
            self.row_clicked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons of a row say what they do."""
        super().mouseMoveEvent(event)
        button = self.button_at(event.position().toPoint())
        self.viewport().setToolTip("" if button is None else button.tip)

    def _on_menu_requested(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))
