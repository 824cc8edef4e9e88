"""A line of text that is shortened to the room there is, and never asks what stands beside it for its room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

_LEAST_PX = 40


class ElidedLabel(QLabel):
    """Its tip is the whole text, and `text()` is, too. `mode`: where it is shortened."""

    def __init__(
        self, name: str, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_text(self, text: str, tip: str = "") -> None:
        """Show a text on one line; `tip` where the tip is not just that."""
        self.setText(" ".join(text.split()))
        self.setToolTip(tip or self.text())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can always be shorter."""
        hint = self.sizeHint()
        return QSize(min(_LEAST_PX, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw as much of it as fits."""
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, room.width())
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(flags), shown)
        painter.end()
