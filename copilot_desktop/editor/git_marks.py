"""Changes against git in the margin of a view: a bar beside changed lines, a notch where lines are gone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPolygon

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.code_widget import CHANGE_MARGIN, CHANGE_MARGIN_PX, NUMBER_MARGIN
from copilot_desktop.editor.git_changes import GitChanges, GitMark
from copilot_desktop.editor.styling import colour
from copilot_desktop.editor.theme import EditorTheme

_BAR, _NOTHING = 26, 5  # SC_MARK_FULLRECT, SC_MARK_EMPTY
_NOTCH_PX = 4
_ALL = (1 << len(GitMark)) - 1


class GitMarks(QObject):
    """The marks in one view. `clicked(line)`: a mark in the margin was clicked, or close beside it."""

    clicked = Signal(int)

    def __init__(self, buffer: BufferWidget, changes: GitChanges, theme: EditorTheme) -> None:
        super().__init__(buffer)
        self._code = code = buffer.code
        self._changes = changes
        self._theme = theme
        code.setMarginMaskN(CHANGE_MARGIN, code.marginMaskN(CHANGE_MARGIN) | _ALL)
        code.setMarginCursorN(CHANGE_MARGIN, 2)
        self.set_theme(theme)
        code.overlays.append(self._overlay)
        self._is_pressed = False
        code.mouse_takers.append(self._take)
        changes.changed.connect(code.viewport().update)

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the marks in other colours."""
        self._theme = theme
        for mark, symbol, shown in (
            (GitMark.ADDED, _BAR, theme.addf),
            (GitMark.CHANGED, _BAR, theme.accent),
            (GitMark.GONE, _NOTHING, theme.remf),
        ):
            self._code.markerDefine(mark, symbol)
            self._code.markerSetBack(mark, colour(shown))
            self._code.markerSetFore(mark, colour(shown))

    def _overlay(self, _area: QRect) -> Callable[[QPainter], None] | None:
        is_any_gone = any(change.mark is GitMark.GONE for change in self._changes.changes)
        return self._paint if is_any_gone else None

    def _paint(self, painter: QPainter) -> None:
        """A notch between the two lines where others are gone: its shape says so as well as its colour."""
        code, height = self._code, self._code.textHeight(0)
        left, bottom = code.marginWidthN(NUMBER_MARGIN), code.viewport().height()
        painter.setPen(QColor(self._theme.remf))
        painter.setBrush(QColor(self._theme.remf))
        line = code.markerNext(code.docLineFromVisible(code.firstVisibleLine()), 1 << GitMark.GONE)
        while line >= 0:
            top = code.pointYFromPosition(code.positionFromLine(line))
            if top > bottom:
                return
            is_first = line == 0 and any(
                not change.lines.start and not len(change.lines) for change in self._changes.changes
            )
            y = top + (0 if is_first else height)
            wide = CHANGE_MARGIN_PX + _NOTCH_PX
            points = [QPoint(left, y - _NOTCH_PX), QPoint(left + wide, y), QPoint(left, y + _NOTCH_PX)]
            painter.drawPolygon(QPolygon(points))
            line = code.markerNext(line + 1, 1 << GitMark.GONE)

    def _take(self, event: QMouseEvent) -> bool:
        """Presses at a mark: the bar is a few pixels wide, and the notch stands out of it."""
        if event.type() == QEvent.Type.MouseButtonPress:
            line = self._marked_at(event.position().toPoint())
            self._is_pressed = line is not None and event.button() == Qt.MouseButton.LeftButton
            if line is not None and self._is_pressed:
                self.clicked.emit(line)
            return self._is_pressed
        was_pressed = self._is_pressed
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._is_pressed = False
        return was_pressed

    def _marked_at(self, place: QPoint) -> int | None:
        """The line whose mark is at a place; the lower half of a notch is beside the next line."""
        code = self._code
        left = code.marginWidthN(NUMBER_MARGIN)
        if left - _NOTCH_PX <= place.x() < left + CHANGE_MARGIN_PX + _NOTCH_PX:
            for y, marks in ((place.y(), _ALL), (place.y() - _NOTCH_PX, 1 << GitMark.GONE)):
                line = int(code.lineFromPosition(code.positionFromPoint(left, y)))
                if code.markerGet(line) & marks and y < self._bottom_of(line):
                    return line
        return None

    def _bottom_of(self, line: int) -> int:
        """Where a line ends; wrapped, it is several high."""
        code = self._code
        top = int(code.pointYFromPosition(code.positionFromLine(line)))
        return top + int(code.wrapCount(line)) * int(code.textHeight(line))
