"""The letters of the small bars beside the lines of a text."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QWidget

_FRAME_PX: Final = 5
_LEAST_PX: Final = 6


def bar_font(bar: QWidget, row_px: int) -> QFont:
    """The interface's letters, not higher than a row of the code, however large they are."""
    font = QFont(bar.window().font())
    if QFontInfo(font).pixelSize() > row_px - _FRAME_PX:
        font.setPixelSize(max(_LEAST_PX, row_px - _FRAME_PX))
    return font
