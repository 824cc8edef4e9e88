"""The letters of the small bars beside the lines of a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QWidget

_FRAME_PX: Final = 5
_LEAST_PX: Final = 6


def bar_font(bar: QWidget, row_px: int) -> QFont:
    """The interface's letters, not higher than a row of the code, however large they are."""
    return _fitted(bar.window().font().toString(), row_px, bar.logicalDpiY())


@lru_cache(8)
def _fitted(described: str, row_px: int, _dpi: int) -> QFont:
    # Asked of every bar at each paint of the text, and Qt matches fonts anew each time.
    font = QFont()
    font.fromString(described)
    if QFontInfo(font).pixelSize() > row_px - _FRAME_PX:
        font.setPixelSize(max(_LEAST_PX, row_px - _FRAME_PX))
    return font
