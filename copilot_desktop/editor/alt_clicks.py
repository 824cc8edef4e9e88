"""Alt+click adds a caret, and dragging on makes it a selection. With Shift, Scintilla's own Alt selects a rectangle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent

from copilot_desktop.editor.code_widget import CodeWidget


class AltClicks(QObject):
    """Takes clicks with Alt alone from a text: Scintilla reads the keys itself, so they cannot be changed for it."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._is_dragging = False
        code.mouse_takers.append(self._take)

    def _take(self, event: QMouseEvent) -> bool:
        """Press, drag and release."""
        code, place = self._code, event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            is_ours = event.modifiers() == Qt.KeyboardModifier.AltModifier
            if is_ours and event.button() == Qt.MouseButton.LeftButton:
                at = self._position(place)
                code.addSelection(at, at)
                self._is_dragging = True
                return True
        elif self._is_dragging and event.type() == QEvent.Type.MouseMove:
            code.setSelectionNCaret(code.mainSelection(), self._position(place))
            return True
        elif self._is_dragging and event.type() == QEvent.Type.MouseButtonRelease:
            self._is_dragging = False
            return True
        return False

    def _position(self, place: QPoint) -> int:
        return self._code.positionFromPoint(place.x(), place.y())
