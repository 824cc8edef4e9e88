"""Buttons whose words give way where there is no room for all of them: Qt would cut off both ends, or leave both."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

_LEAST_LETTERS = 4


class ElidedButton(QPushButton):
    """Wants room for all of its words; `kept`, what they end in, gives way when a few letters are left of the others.
    `shorter`: what says the same in less room, the longest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = self._kept = ""
        self._shorter: tuple[str, ...] = ()

    def show_words(self, words: str, kept: str, shorter: Sequence[str] = ()) -> None:
        """Show both, one behind the other."""
        self._words, self._kept, self._shorter = words, kept, tuple(shorter)
        self.setText(words + kept)
        self.updateGeometry()

    def fitting(self) -> str:
        """The words as they are drawn now."""
        lacking = self.sizeHint().width() - self.width()
        if lacking <= 0:
            return self.text()
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(self.text()) - lacking
        for words in self._shorter:
            if metrics.horizontalAdvance(words + self._kept) <= room:
                return words + self._kept
        words = self._shorter[-1] if self._shorter else self._words
        least = metrics.horizontalAdvance(f"{words[:_LEAST_LETTERS]}…")
        left = room - metrics.horizontalAdvance(self._kept)
        if left > 2 * metrics.horizontalAdvance("…"):
            return metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, left) + self._kept
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, min(least + 1, room))
        left = room - metrics.horizontalAdvance(words)
        return words + metrics.elidedText(self._kept, Qt.TextElideMode.ElideRight, left)

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


class ElidedToolButton(QToolButton):
    """Shortens at the end, before the last figure behind a `·`: Qt leaves the beginning and the end of all."""

    def fitting(self) -> str:
        """The words as they are drawn now."""
        lacking = self.sizeHint().width() - self.width()
        if lacking <= 0:
            return self.text()
        metrics = self.fontMetrics()
        words, dot, figure = self.text().rpartition(" · ")
        room = metrics.horizontalAdvance(self.text()) - lacking
        left = room - metrics.horizontalAdvance(dot + figure)
        if left > metrics.horizontalAdvance(f"{words[:_LEAST_LETTERS]}…"):
            return metrics.elidedText(words, Qt.TextElideMode.ElideRight, left) + dot + figure
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's names
        """Larger letters need more height: Qt's own says so only when its style changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """It can be narrower."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """As a tool button, with the words that fit."""
        from PySide6.QtWidgets import QStyle, QStyleOptionToolButton, QStylePainter

        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self.fitting()
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
