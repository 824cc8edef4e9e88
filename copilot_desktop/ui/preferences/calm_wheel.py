"""The mouse wheel scrolls a page, and changes a field only where that has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class CalmWheel(QObject):
    """Watches the boxes inside a page; make it once the page is whole."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        for box in (*page.findChildren(QComboBox), *page.findChildren(QAbstractSpinBox)):
            # Else turning the wheel over it would give it the keyboard first.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to the page around a box without the keyboard."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
