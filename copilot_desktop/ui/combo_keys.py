"""Alt+Down opens the list of a box, as it does on every desktop; Qt knows only F4 and Space for it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget


class ComboKeys(QObject):
    """Watches the boxes of a page; make it once the page is whole."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        for box in page.findChildren(QComboBox):
            box.installEventFilter(self)
            line = box.lineEdit()
            if line is not None:
                line.installEventFilter(self)  # it takes the key for its completions

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the key from the window's commands, and open the list."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        box = watched if isinstance(watched, QComboBox) else watched.parent()
        if event.type() not in kinds or not isinstance(box, QComboBox):
            return False
        key = cast(QKeyEvent, event)
        if key.key() != Qt.Key.Key_Down or key.modifiers() & _KEYS != Qt.KeyboardModifier.AltModifier:
            return False
        if event.type() == QEvent.Type.KeyPress:
            box.showPopup()
        event.accept()
        return True


_KEYS = (
    Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.MetaModifier
)
"""Beside the keypad's, which some keyboards set for arrows."""
