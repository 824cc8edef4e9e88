"""Where a popup of the composer opens: above what it is of, inside the window and the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

_GAP_PX, _MARGIN_PX = 6, 8


def move_above(popup: QWidget, anchor: QWidget) -> None:
    """Put its foot above the anchor, left edges in line where the window has the room, else further to the left: what
    stands over the desktop beside the window reads as part of another program."""
    at = anchor.mapToGlobal(QPoint(0, -popup.height() - _GAP_PX))
    window, screen = anchor.window().frameGeometry(), anchor.screen().availableGeometry()
    right = min(window.right() - _MARGIN_PX, screen.right())
    at.setX(max(min(at.x(), right - popup.width()), screen.left()))
    at.setY(max(at.y(), screen.top()))
    popup.move(at)
