"""The keys of the find bar's fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class FindKeys(QObject):
    """Gives a bar its own actions' keys before the menus take them: Alt+C is also the mark of a menu.

    `pressed(field, key, has_shift)` is asked about every other key of a field it is installed on, and about Esc on the
    buttons.
    """

    def __init__(self, bar: QWidget, pressed: Callable[[QObject, Qt.Key, bool], bool]) -> None:
        super().__init__(bar)
        self._bar, self._pressed = bar, pressed
        # What its buttons do not take comes to the bar.
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Claim a key first, and run it when it is pressed."""
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        keys = QKeySequence(event.keyCombination())
        action = next((action for action in self._bar.actions() if keys in action.shortcuts()), None)
        is_own = action is not None or event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.ShortcutOverride and is_own:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            if action is not None:
                action.trigger()
                return True
            if watched is self._bar and event.key() != Qt.Key.Key_Escape:
                return False
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return self._pressed(watched, Qt.Key(event.key()), has_shift)
        return super().eventFilter(watched, event)
