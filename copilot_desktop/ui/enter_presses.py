"""Enter presses the button that has the keyboard, as Space does: on some desktops Qt knows only Space for it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from shiboken6 import isValid

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterPresses(QObject):
    """Watches the button with the keyboard, in a window and its dialogs; boxes to tick are left to Space."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._button: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - there are widgets
        app.focusChanged.connect(self._on_focus_changed)
        self._on_focus_changed(None, app.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the key from the window's commands, and press it; a key that is held down presses once."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(watched, (QPushButton, QToolButton)):
            return False
        key = cast(QKeyEvent, event)
        if key.key() not in _ENTER or key.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.type() == QEvent.Type.KeyPress and not key.isAutoRepeat():
            watched.click()
        event.accept()
        return True

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # Of a card that goes with the focus the button may be gone by now, and the watch with it.
        if self._button is not None and isValid(self._button):
            self._button.removeEventFilter(self)
        self._button = None
        if isinstance(now, (QPushButton, QToolButton)) and self._is_here(now):
            now.installEventFilter(self)
            self._button = now

    def _is_here(self, widget: QWidget) -> bool:
        top: QWidget | None = widget.window()
        while top is not None and top is not self._window:
            top = top.parentWidget()
        return top is not None
