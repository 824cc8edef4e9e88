"""The number on a button in the activity bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from copilot_desktop.ui.theme.tokens import Tokens

_HEIGHT_PX = 15
_LARGEST = 99
_TO_REVIEW = ("change to review", "changes to review")


class CountBadge(QWidget):
    """Lies over the upper right corner of a button and says how many wait; hidden for none."""

    def __init__(
        self, button: QAbstractButton, title: str, tokens: Tokens, counted: tuple[str, str] = _TO_REVIEW
    ) -> None:
        """`counted`: the words behind one, and behind several."""
        super().__init__(button)
        self.setObjectName(f"{button.objectName()}.count")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._button = button
        self._title, self._counted = title, counted
        self._tokens = tokens
        self.text = ""
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Show a number; the button's tooltip and name say it in words."""
        self.text = str(count) if count <= _LARGEST else f"{_LARGEST}+"
        words = f"{self._title}: {count} {self._counted[count != 1]}" if count else self._title
        self._button.setToolTip(words)
        self._button.setAccessibleName(words)
        width = max(_HEIGHT_PX, QFontMetrics(self._small()).horizontalAdvance(self.text) + 8)
        room = max(self._button.minimumWidth(), self._button.sizeHint().width())
        self.setGeometry(max(0, room - width - 2), 3, width, _HEIGHT_PX)
        self.setVisible(count > 0)
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A pill with the number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.accent))
        painter.drawRoundedRect(self.rect(), _HEIGHT_PX / 2, _HEIGHT_PX / 2)
        painter.setPen(QColor(self._tokens.base))
        painter.setFont(self._small())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)

    def _small(self) -> QFont:
        font = QFont(self._button.font())
        font.setPixelSize(10)
        font.setWeight(QFont.Weight.DemiBold)
        return font
