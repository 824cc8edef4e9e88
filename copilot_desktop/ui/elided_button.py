"""A button whose words give way where there is no room for all of them: Qt would cut them at both ends."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget


class ElidedButton(QPushButton):
    """Wants room for all of its words; `kept`, what they end in, is the last that gives way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = self._kept = ""

    def show_words(self, words: str, kept: str) -> None:
        """Show both, one behind the other."""
        self._words, self._kept = words, kept
        self.setText(words + kept)
        self.updateGeometry()

    def fitting(self) -> str:
        """The words as they are drawn now."""
        lacking = self.sizeHint().width() - self.width()
        if lacking <= 0:
            return self.text()
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(self._words) - lacking
        if room > 2 * metrics.horizontalAdvance("…"):
            return metrics.elidedText(self._words, Qt.TextElideMode.ElideMiddle, room) + self._kept
        room = metrics.horizontalAdvance(self.text()) - lacking
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's names
        """It can be narrower."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """As a push button, with the words that fit."""
        # When the first is painted: PySide makes all 560 names of QStyle, 0.4 MiB.
        from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter

        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.fitting()
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
