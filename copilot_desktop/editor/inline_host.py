"""Keeps a widget above a line of the text: the line before gets free rows, and the widget follows scrolling."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from copilot_desktop.editor.annotations import Annotations
from copilot_desktop.editor.code_widget import CHANGE_MARGIN_PX, CodeWidget

_GAP_PX = 4
_WIDEST_PX, _LEAST_PX = 720, 200


class InlineHost(QObject):
    """Shows at most one widget. Above the first line there is no room to keep: there it gets a strip of its own."""

    def __init__(self, code: CodeWidget, annotations: Annotations, column: QVBoxLayout) -> None:
        super().__init__(code)
        self._code = code
        self._column = column
        self._strip: QWidget | None = None
        self._annotations = annotations
        self._widget: QWidget | None = None
        code.markerDefine(_MARKER, 5)
        self._marker: int | None = None
        self._rows = 0
        code.updateUi.connect(self._place)
        code.resized.connect(self._place)

    def show_widget(self, widget: QWidget, line: int) -> None:
        """Show the widget above a line."""
        self.hide_widget()
        self._widget = widget
        self._code.painted.connect(self._place)  # not always: each blink of the caret is a paint
        if line == 0:
            self._show_strip(widget)
            return
        self._marker = self._code.markerAdd(min(line, self._code.lineCount() - 1), _MARKER)
        widget.setParent(self._code.viewport())
        widget.installEventFilter(self)
        self._keep_room()
        widget.show()
        widget.raise_()
        self._code.ensureVisible(self._line())
        self._bring_into_sight()
        self._place()

    def hide_widget(self) -> None:
        """Take the widget away and give its room back."""
        if self._widget is None:
            return
        widget, self._widget = self._widget, None
        self._code.painted.disconnect(self._place)
        widget.removeEventFilter(self)
        widget.hide()
        widget.setParent(None)
        if self._strip is not None:
            self._column.removeWidget(self._strip)
            self._strip.deleteLater()
            self._strip = None
        if self._marker is not None:
            self._code.markerDeleteHandle(self._marker)
            self._marker = None
        self._rows = 0
        self._annotations.give_room_back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep as much room as the widget comes to need."""
        if watched is self._widget and event.type() == QEvent.Type.LayoutRequest:
            was_in_sight = self._is_end_in_sight()
            self._keep_room()
            if was_in_sight:  # else the user has scrolled away from it
                self._bring_into_sight()
            self._place()
        return False

    def _is_end_in_sight(self) -> bool:
        first = self._code.firstVisibleLine()
        return first < self._end_row() <= first + self._code.linesOnScreen()

    def _end_row(self) -> int:
        """The row on which the widget's line starts, as they are seen; the rows kept for the widget end there."""
        return self._code.visibleFromDocLine(self._line())

    def _bring_into_sight(self) -> None:
        """Scroll so that all of the widget is seen, or its upper part where it is higher than the view."""
        if self._strip is not None:
            return
        top, end, first = self._end_row() - self._rows - 1, self._end_row(), self._code.firstVisibleLine()
        lowest = min(top, end - self._code.linesOnScreen())
        if not lowest <= first <= top:
            self._code.setFirstVisibleLine(max(0, top if first > top else lowest))

    def _show_strip(self, widget: QWidget) -> None:
        """Stand above the text, right over its first line."""
        self._strip = QWidget(self._code.parentWidget())
        self._strip.setObjectName("editor.inline_strip")
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(self._left(), _GAP_PX, 16, _GAP_PX)
        widget.setMaximumWidth(_WIDEST_PX)
        row.addWidget(widget, 1)
        row.addStretch(0)
        self._column.insertWidget(self._column.indexOf(self._code), self._strip)
        self._code.setFirstVisibleLine(0)
        widget.show()

    def _left(self) -> int:
        return sum(self._code.marginWidthN(margin) for margin in range(3)) + CHANGE_MARGIN_PX

    def _line(self) -> int:
        line = -1 if self._marker is None else self._code.markerLineFromHandle(self._marker)
        return max(0, line)

    def _width(self) -> int:
        return min(_WIDEST_PX, max(_LEAST_PX, self._code.viewport().width() - self._left() - 16))

    def _height(self) -> int:
        """What the widget needs at its width: in a narrow view its sentences take more rows."""
        widget = self._widget
        if widget is None:
            return 0
        wrapped = widget.heightForWidth(self._width()) if widget.hasHeightForWidth() else 0
        return max(wrapped, widget.sizeHint().height() if wrapped <= 0 else 0)

    def _keep_room(self, *_details: object) -> None:
        if self._widget is None or self._strip is not None:
            return
        needed = self._height() + 2 * _GAP_PX
        rows = -(-needed // self._code.textHeight(0))
        line = self._line()
        if line > 0 and rows != self._rows:
            self._rows = rows
            self._annotations.keep_room(line - 1, rows, self._code)

    def _place(self, *_details: object) -> None:
        if self._widget is None or self._strip is not None:
            return
        self._keep_room()  # rows differ in height after a zoom
        code = self._code
        line, height, left = self._line(), self._height(), self._left()
        bottom = code.pointYFromPosition(code.positionFromLine(line))
        top = bottom - height - _GAP_PX if line > 0 else max(_GAP_PX, bottom + _GAP_PX)
        width = self._width()
        if self._widget.geometry().getRect() != (left, top, width, height):
            self._widget.setGeometry(left, top, width, height)


_MARKER = 9
"""An invisible marker that keeps the line while the text moves."""
