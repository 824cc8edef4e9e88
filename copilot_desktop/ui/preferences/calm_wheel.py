"""The mouse wheel scrolls a page; it gives no field the keyboard, and changes none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class CalmWheel(QObject):
    """Watches the fields inside a page; make it once the page is whole."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        for field in page.findChildren(QWidget):
            if field.focusPolicy() is Qt.FocusPolicy.WheelFocus:
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            if isinstance(field, QComboBox | QAbstractSpinBox):
                field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to the page around, even where the box has the keyboard: nobody wants a price by accident."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget):
            event.ignore()
            return True
        return False
