"""Ctrl+click on a name follows it to its definition; while Ctrl is held the name under the mouse is underlined."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.text.ranges import LineColumn

_LOOK_MS = 100
_LONGEST_BYTES = 400
_NO_NAMES = ("co", "st", "kw", "nu")
"""What is drawn as a comment, a string, a key word or a number is no name."""


class WordLinks(QObject):
    """Of one view. Nothing is looked up before a click: it costs nothing while the mouse moves."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self.style_tokens: dict[int, str] = {}
        self.colour = ""
        self._shown: tuple[int, int] | None = None
        self._pressed: tuple[int, int] | None = None
        # Ctrl may be let go where this has not the keyboard, or the mouse leave: nobody tells.
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)
        code.mouse_takers.append(self._take)
        code.overlays.append(self._overlay)

    def _take(self, event: QMouseEvent) -> bool:
        """Move, press and release with Ctrl alone, on a name."""
        is_ours = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        word = self._name_at(event.position().toPoint()) if is_ours else None
        if event.type() == QEvent.Type.MouseMove:
            if event.buttons():
                return self._pressed is not None
            self._show(word)
            return word is not None
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = word
            return word is not None
        pressed, self._pressed = self._pressed, None
        if pressed is not None and word == pressed:
            self._show(None)
            self._code.setEmptySelection(pressed[0])
            QWidget.setFocus(self._code, Qt.FocusReason.MouseFocusReason)
            self._code.link_followed.emit()
        return pressed is not None

    def _name_at(self, place: QPoint) -> tuple[int, int] | None:
        code = self._code
        at = code.positionFromPointClose(place.x(), place.y())
        found = word_around(code, at) if at >= 0 else None
        is_name = found is not None and self.style_tokens.get(code.styleAt(found[0]) & 0xFF, "") not in _NO_NAMES
        return found if is_name else None

    def _show(self, word: tuple[int, int] | None) -> None:
        if word == self._shown:
            return
        self._shown = word
        shape = Qt.CursorShape.IBeamCursor if word is None else Qt.CursorShape.PointingHandCursor
        self._code.viewport().setCursor(shape)
        (self._looking.stop if word is None else self._looking.start)()
        self._code.viewport().update()

    def _look(self) -> None:
        if not QGuiApplication.queryKeyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
            self._show(None)

    def _overlay(self, _area: QRect) -> Callable[[QPainter], None] | None:
        return None if self._shown is None else self._paint

    def _paint(self, painter: QPainter) -> None:
        if self._shown is None:
            return
        code, (start, end) = self._code, self._shown
        left, right = code.pointXFromPosition(start), code.pointXFromPosition(end)
        bottom = code.pointYFromPosition(start) + code.textHeight(code.lineFromPosition(start)) - 2
        painter.setPen(QColor(self.colour))
        painter.drawLine(left, bottom, right - 1, bottom)


def word_around(code: CodeWidget, position: int) -> tuple[int, int] | None:
    """The bytes of the name that a position is in or at the end of; None where there is none."""
    start, end = code.wordStartPosition(position, True), code.wordEndPosition(position, True)
    if not 0 < end - start <= _LONGEST_BYTES:
        return None
    return None if code.text_between(start, end)[0].isdigit() else (start, end)


def name_at_caret(code: CodeWidget) -> tuple[str, LineColumn] | None:
    """The name that the caret is in or at the end of, and where it stands."""
    found = word_around(code, code.currentPos())
    if found is None:
        return None
    line = code.lineFromPosition(found[0])
    column = code.countCharacters(code.positionFromLine(line), found[0])
    return code.text_between(*found), LineColumn.at(line, column)
