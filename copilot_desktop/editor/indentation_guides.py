"""Thin lines that show how deep a line is indented.

Scintilla's own are drawn from a picture one row too high, whose last dot is left to chance: specks on light text.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter

from copilot_desktop.editor.code_widget import CodeWidget

_LOOK_LINES = 100
_BLANKS = 64


class IndentationGuides:
    """Draws the guides of the lines in sight; a blank line goes with the shallower of its neighbours."""

    def __init__(self, code: CodeWidget) -> None:
        self._code = code
        self.colour = "#808080"
        code.overlays.append(self._paint)

    def _paint(self, painter: QPainter) -> None:
        code = self._code
        step = code.indent() or code.tabWidth()
        if not code.has_guides or step < 1:
            return
        blank = code.textWidth(32, " " * _BLANKS) / _BLANKS
        height = code.textHeight(0)
        first = code.firstVisibleLine()
        top, bottom = code.docLineFromVisible(first), code.docLineFromVisible(first + code.linesOnScreen() + 1)
        colour = QColor(self.colour)
        for line in range(top, min(bottom + 1, code.lineCount())):
            depth = self._depth(line)
            if depth <= step or not code.lineVisible(line):
                continue
            start = code.positionFromLine(line)
            left, y = code.pointXFromPosition(start), code.pointYFromPosition(start)
            for column in range(step, depth, step):
                painter.fillRect(round(left + column * blank), y, 1, height * code.wrapCount(line), colour)

    def _depth(self, line: int) -> int:
        """Columns of blanks before a line's text."""
        if not self._is_blank(line):
            return self._code.lineIndentation(line)
        before = next((at for at in range(line - 1, max(-1, line - _LOOK_LINES), -1) if not self._is_blank(at)), None)
        last = min(self._code.lineCount(), line + _LOOK_LINES)
        after = next((at for at in range(line + 1, last) if not self._is_blank(at)), None)
        if before is None or after is None:
            return 0
        return min(self._code.lineIndentation(before), self._code.lineIndentation(after))

    def _is_blank(self, line: int) -> bool:
        return self._code.lineIndentPosition(line) >= self._code.lineEndPosition(line)
