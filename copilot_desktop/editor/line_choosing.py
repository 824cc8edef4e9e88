"""Choosing the lines of a text where something goes: by mouse and by keyboard, with nothing typed meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.text.ranges import LineRange

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CONFIRM = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MORE = Qt.KeyboardModifier.ShiftModifier
_PASSED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class LineChooser(QObject):
    """A click, Up and Down move the lines; with Shift they make them fewer or more.

    Enter or a double click chooses, Esc gives up.
    """

    moved = Signal(object)
    """Carries the `LineRange` that would be chosen now; it may be empty: before its line."""
    chosen = Signal(object)
    """Carries the `LineRange`."""
    cancelled = Signal()

    def __init__(self, code: CodeWidget, lines: LineRange, line_count: int) -> None:
        super().__init__(code)
        self._code = code
        self._count = line_count
        self._wanted = len(lines)
        """How many, where the text's end does not cut them."""
        self._lines = self._within(lines.start, self._wanted)
        code.installEventFilter(self)
        code.viewport().installEventFilter(self)
        code.text_takers.insert(0, self._take_text)
        self._cursor = code.viewport().cursor()
        code.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def lines(self) -> LineRange:
        """What would be chosen now."""
        return self._lines

    def end(self) -> None:
        """Give the text its keys and clicks back."""
        self._code.removeEventFilter(self)
        self._code.viewport().removeEventFilter(self)
        self._code.viewport().setCursor(self._cursor)
        self._code.text_takers.remove(self._take_text)
        self.deleteLater()

    def follow(self, line_count: int) -> None:
        """The text has so many lines now."""
        self._count = line_count
        self._lines = self._within(self._lines.start, self._wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take keys of the text and the mouse over it."""
        if isinstance(event, QMouseEvent) and watched is self._code.viewport():
            return self._take_mouse(event)
        if isinstance(event, QKeyEvent) and watched is self._code:
            return self._take_key(event)
        if event.type() == QEvent.Type.ContextMenu:
            return True
        return super().eventFilter(watched, event)

    def _take_text(self, _text: str) -> bool:
        """Input methods do not ask as keys do."""
        return True

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & _PASSED and event.key() not in _CONFIRM:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._press(Qt.Key(event.key()), is_shift=bool(event.modifiers() & _MORE))
        return True

    def _press(self, key: Qt.Key, *, is_shift: bool) -> None:
        page = max(self._code.linesOnScreen() - 1, 1)
        steps = {**_STEPS, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif key in _CONFIRM:
            self.chosen.emit(self._lines)
        elif key in steps and is_shift:
            self._hold(self._lines.start, max(len(self._lines) + steps[key], 0))
        elif key in steps:
            self._hold(self._lines.start + steps[key], self._wanted)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._hold(0 if key == Qt.Key.Key_Home else self._count, self._wanted)

    def _take_mouse(self, event: QMouseEvent) -> bool:
        if event.button() == Qt.MouseButton.LeftButton:
            if event.type() == QEvent.Type.MouseButtonPress:
                self._click(event.position().toPoint(), is_shift=bool(event.modifiers() & _MORE))
            elif event.type() == QEvent.Type.MouseButtonDblClick:
                # Its first click has chosen the lines: what is below the mouse may have moved since.
                self.chosen.emit(self._lines)
        return event.type() != QEvent.Type.MouseMove or bool(event.buttons())

    def _click(self, place: QPoint, *, is_shift: bool) -> None:
        line = self._line_at(place)
        if line is None:
            return
        code, start, end = self._code, self._lines.start, self._lines.end
        row = code.visibleFromDocLine(line) - code.firstVisibleLine()
        if is_shift:
            self._hold(min(start, line), max(line + 1 - start, 1) if line >= start else end - line)
        else:
            self._hold(line, self._wanted)
        # What is shown between the lines stands elsewhere now: the line stays below the mouse.
        code.setFirstVisibleLine(max(0, code.visibleFromDocLine(line) - row))

    def _hold(self, start: int, count: int) -> None:
        self._move(start, count)
        self._show(self._lines)

    def _move(self, start: int, count: int) -> None:
        self._wanted = count
        lines = self._within(start, count)
        if lines != self._lines:
            self._lines = lines
            self.moved.emit(lines)

    def _within(self, start: int, count: int) -> LineRange:
        start = min(max(start, 0), self._count if count == 0 else max(self._count - 1, 0))
        return LineRange(start, min(start + count, self._count))

    def _show(self, lines: LineRange) -> None:
        """Keep the lines in sight, the first of them above all."""
        code = self._code
        code.ensureVisible(lines.start)
        shown = code.visibleFromDocLine(lines.start)
        first, rows = code.firstVisibleLine(), code.linesOnScreen()
        if not first <= shown < first + rows - 1:
            code.setFirstVisibleLine(max(0, shown - rows // 3))

    def _line_at(self, place: QPoint) -> int | None:
        """None on what is shown between the lines: that is no place."""
        code = self._code
        line = code.lineFromPosition(code.positionFromPoint(place.x(), place.y()))
        bottom = code.pointYFromPosition(code.positionFromLine(line)) + code.wrapCount(line) * code.textHeight(line)
        return None if place.y() >= bottom and code.annotationLines(line) else line
