"""Files dragged over the window: where they may be dropped, and what that will do, is seen before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

_DRAGS = frozenset({QEvent.Type.DragEnter, QEvent.Type.Drop, QEvent.Type.DragLeave})


def dropped_places(data: QMimeData) -> tuple[Path, ...]:
    """The files and folders of this machine in what is dragged."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


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
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take what is dragged in, and what is dropped."""
        if event.type() not in _DRAGS:
            return False
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
