"""The list of models beside the chosen one, or above it where that would have no room to be read."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from copilot_desktop.ui.preferences.form_parts import in_letters

_NARROW_PX, _COLUMN_PX = 500, 156
_SHARE_ABOVE = 0.4


class ListBeside(QWidget):
    """`parts` stand in one column at the left, above `page` in a narrow window; the first is a list that scrolls."""

    def __init__(self, parts: tuple[QWidget, ...], page: QWidget) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._column = QWidget()
        self._column.setProperty("pane", True)
        inner = QVBoxLayout(self._column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for at, part in enumerate(parts):
            inner.addWidget(part, int(at == 0))
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(0)
        self._both.addWidget(self._column)
        self._both.addWidget(page, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the columns into rows or back."""
        super().resizeEvent(event)
        self._turn()

    def event(self, event: QEvent) -> bool:
        """Larger letters and more models need more room."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return is_done

    def _turn(self) -> None:
        is_narrow = self.width() < in_letters(self, _NARROW_PX)
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._both.setDirection(way)
        # Its parts say how wide it must be, which follows the letters.
        beside = max(_COLUMN_PX, self._column.minimumSizeHint().width())
        self._column.setMinimumWidth(0 if is_narrow else beside)
        self._column.setMaximumWidth(max(self.width(), 1) if is_narrow else beside)
        needed = min(round(self.height() * _SHARE_ABOVE), self._column.sizeHint().height())
        self._column.setMaximumHeight(needed if is_narrow else 16_777_215)
