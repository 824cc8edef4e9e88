"""Widths and heights of a diff: where numbers, signs and text stand, for one column or two."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

PADDING_PX = 8
_LEAST_ROW_PX = 24
_LEAST_COLUMNS = 36
"""So many letters of a line must be seen on both sides."""


class DiffMetrics:
    """Made anew when letters, the width or the numbers change. `digits`: of the largest line number."""

    def __init__(self, view: QWidget, width: int, digits: int, *, is_side_by_side: bool) -> None:
        self.font = QFont(view.font())
        code, head = QFontMetrics(self.font), QFontMetrics(interface_font(view))
        self.advance = max(1, code.horizontalAdvance("0"))
        self.line_px = code.height() + 2
        self.row_px = max(_LEAST_ROW_PX, code.height() + 6, head.height() + 6)
        self.text_top = (self.row_px - code.height()) // 2
        self.width, self.digits = width, digits
        self.is_side_by_side = is_side_by_side

    def words_px(self, font: QFont, words: str) -> int:
        """Pixels that words of the interface take."""
        return QFontMetrics(font).horizontalAdvance(words)

    @property
    def half(self) -> int:
        """Where the right side begins."""
        return self.width // 2

    def gutter(self, *, is_pair: bool) -> int:
        """Pixels of the numbers and the sign: of both sides, or of one of a pair."""
        numbers = self.digits + 4 if is_pair else 2 * self.digits + 5
        return self.advance * numbers + 2 * PADDING_PX

    def text_px(self, *, is_pair: bool) -> int:
        """Pixels there are for the text of a line."""
        return max(self.advance, (self.half if is_pair else self.width) - self.gutter(is_pair=is_pair) - 4)

    def columns(self, *, is_pair: bool) -> int:
        """Letters there are for the text of a line."""
        return max(1, self.text_px(is_pair=is_pair) // self.advance)

    def has_room_for_two(self) -> bool:
        """Whether both sides have room beside each other."""
        return self.half - self.gutter(is_pair=True) >= _LEAST_COLUMNS * self.advance


def interface_font(widget: QWidget) -> QFont:
    """Return the window's font with every part set: unset parts would be taken from the widget painted on."""
    font = QFont(widget.window().font())
    font.setFamily(font.family())
    if font.pixelSize() > 0:
        font.setPixelSize(font.pixelSize())
    else:
        font.setPointSizeF(font.pointSizeF())
    return font
