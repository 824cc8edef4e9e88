"""Small popups beside what they are of: where they open, and Esc in them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_GAP_PX, _MARGIN_PX = 6, 8


def move_above(popup: QWidget, anchor: QWidget) -> None:
    """Put its foot above the anchor, or its head below it where the window has no room above; left edges in line where
    the window has the room, else further to the left: what stands over the desktop beside the window reads as part of
    another program."""
    at = anchor.mapToGlobal(QPoint(0, -popup.height() - _GAP_PX))
    window, screen = anchor.window().frameGeometry(), anchor.screen().availableGeometry()
    right = min(window.right() - _MARGIN_PX, screen.right())
    at.setX(max(min(at.x(), right - popup.width()), screen.left()))
    below = anchor.mapToGlobal(QPoint(0, anchor.height() + _GAP_PX)).y()
    top = max(window.top(), screen.top())
    if at.y() < top and below + popup.height() <= min(window.bottom(), screen.bottom()):
        at.setY(below)
    at.setY(max(at.y(), screen.top()))
    popup.move(at)


def open_beside(popup: QWidget, anchor: QWidget) -> None:
    """Show it above the anchor, or below, no wider than the window, and leave it there when it takes another size: what
    wraps gets its height only when it is shown, and figures come later."""
    popup.setMaximumWidth(min(popup.maximumWidth(), anchor.window().width() - 2 * _MARGIN_PX))
    _StaysBeside(popup, anchor)
    move_above(popup, anchor)
    popup.show()


class _StaysBeside(QObject):
    def __init__(self, popup: QWidget, anchor: QWidget) -> None:
        super().__init__(popup)
        self._popup, self._anchor = popup, anchor
        popup.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Another size."""
        if event.type() == QEvent.Type.Resize:
            move_above(self._popup, self._anchor)
        return False


class EscCloses(QObject):
    """Closes a popup by Esc in the widgets that it is put on; it means nothing else meanwhile: it would stop an
    answer."""

    def __init__(self, popup: QWidget) -> None:
        super().__init__(popup)
        self._popup = popup

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the key before any shortcut does."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._popup.close()
                return True
        return False
