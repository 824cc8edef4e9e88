"""Thin lines that show how deep a line is indented.

Scintilla's own are drawn from a picture one row too high, whose last dot is left to chance: specks on light text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from copilot_desktop.editor.code_widget import CodeWidget

_LOOK_LINES = 100
_BLANKS = 64


class IndentationGuides:
    """Draws the guides of the lines in sight; a blank line goes with the shallower of its neighbours."""

    def __init__(self, code: CodeWidget) -> None:
        self._code = code
        self.colour = "#808080"
        code.overlays.append(self._overlay)

    def _overlay(self, area: QRect) -> Callable[[QPainter], None] | None:
        code = self._code
        step = code.indent() or code.tabWidth()
        if not code.has_guides or step < 1:
            return None
        height, first = code.textHeight(0), code.firstVisibleLine()
        # Most often it is the caret's line alone that is painted.
        top = code.docLineFromVisible(first + max(0, area.top() // height))
        bottom = code.docLineFromVisible(first + max(0, area.bottom() // height))
        lines = range(top, min(bottom + 1, code.lineCount()))
        deep = [(line, depth) for line, depth in self._depths(lines) if depth > step]
        return partial(self._paint, deep, step) if deep else None

    def _paint(self, deep: list[tuple[int, int]], step: int, painter: QPainter) -> None:
        code, height, colour = self._code, self._code.textHeight(0), QColor(self.colour)
        blank = code.textWidth(32, " " * _BLANKS) / _BLANKS
        is_wrapped, has_folds = bool(code.wrapMode()), not code.allLinesVisible()
        for line, depth in deep:
            if has_folds and not code.lineVisible(line):
                continue
            start = code.positionFromLine(line)
            left, y = code.pointXFromPosition(start), code.pointYFromPosition(start)
            rows = code.wrapCount(line) if is_wrapped else 1
            for column in range(step, depth, step):
                painter.fillRect(round(left + column * blank), y, 1, height * rows, colour)

    def _depths(self, lines: range) -> Iterator[tuple[int, int]]:
        """Yield lines with their columns of blanks before the text; a blank line has the lesser of its neighbours'."""
        above: int | None = None
        below, known_until = 0, lines.start
        for line in lines:
            if not self._is_blank(line):
                above = self._code.lineIndentation(line)
                yield line, above
                continue
            if above is None:
                above = self._text_depth(range(lines.start - 1, max(-1, lines.start - _LOOK_LINES), -1))
            if line >= known_until:
                known_until = line + 1
                while known_until < min(self._code.lineCount(), line + _LOOK_LINES) and self._is_blank(known_until):
                    known_until += 1
                below = self._text_depth(range(known_until, min(self._code.lineCount(), known_until + 1)))
            yield line, min(above, below)

    def _text_depth(self, lines: range) -> int:
        """Columns of blanks before the first text in these lines; 0 for none."""
        return next((self._code.lineIndentation(line) for line in lines if not self._is_blank(line)), 0)

    def _is_blank(self, line: int) -> bool:
        return self._code.lineIndentPosition(line) >= self._code.lineEndPosition(line)
