"""Files dragged over the window: where they may be dropped, and what that will do, is seen before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget

_DRAGS = frozenset({QEvent.Type.DragEnter, QEvent.Type.Drop, QEvent.Type.DragLeave})


def dropped_places(data: QMimeData) -> tuple[Path, ...]:
    """The files and folders of this machine in what is dragged."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


class DropWindow(QMainWindow):
    """A window that can be a `DropTarget` without an event filter, which would be asked at each blink of a caret."""

    drops: DropTarget | None = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Ask whoever takes what is dropped; the same in the next two."""
        if self.drops is None or not self.drops.take(event):
            super().dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """The mouse has left, with what it drags."""
        if self.drops is None or not self.drops.take(event):
            super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Something was dropped."""
        if self.drops is None or not self.drops.take(event):
            super().dropEvent(event)


class DropTarget(QObject):
    """Lets files be dropped on a widget and says over `shown_over` what happens then. `dropped` gets the places."""

    def __init__(
        self,
        widget: QWidget,
        words: str,
        dropped: Callable[[tuple[Path, ...]], None],
        shown_over: QWidget | None = None,
    ) -> None:
        super().__init__(widget)
        self._dropped = dropped
        self._over = shown_over or widget
        self.hint = QLabel(words, self._over)
        self.hint.setObjectName(f"{widget.objectName()}.drop_hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setProperty("role", "drop")
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hint.hide()
        widget.setAcceptDrops(True)
        if isinstance(widget, DropWindow):
            widget.drops = self
        else:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take what is dragged in, and what is dropped."""
        return event.type() in _DRAGS and self.take(event)

    def take(self, event: QEvent) -> bool:
        """Deal with something that is dragged; whether that was all there is to do."""
        match event:
            case QDragEnterEvent() if event.type() == QEvent.Type.DragEnter and dropped_places(event.mimeData()):
                _take_as_copy(event)
                self.hint.setGeometry(self._over.rect())
                self.hint.show()
                self.hint.raise_()
                return True
            case QDropEvent() if event.type() == QEvent.Type.Drop and (places := dropped_places(event.mimeData())):
                _take_as_copy(event)
                self.hint.hide()
                self._dropped(places)
                return True
        if event.type() == QEvent.Type.DragLeave:
            self.hint.hide()
        return False


def _take_as_copy(event: QDropEvent) -> None:
    """Never as a move: the source would delete what it has given."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
