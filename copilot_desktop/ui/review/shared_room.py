"""The list of the review and its diff side by side, and how much of the room each has."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_LEAST_PX, _USUAL_PX = 140, 260


class SharedRoom(QSplitter):
    """A third for the list, but no more than it usually needs: the diff needs the room more than the names of files,
    which their tips say in full. A share that the user has chosen stays, but where the page becomes narrow."""

    def __init__(self, listed: QWidget, diff: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._listed, self._is_chosen = listed, False
        self.setHandleWidth(1)
        self.addWidget(listed)
        self.addWidget(diff)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._on_splitter_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share what there is now."""
        super().resizeEvent(event)
        most = max(_LEAST_PX, self.width() // 3)
        wanted = min(self._listed.width(), most) if self._is_chosen else min(_USUAL_PX, most)
        if wanted != self._listed.width():
            self.setSizes([wanted, max(1, self.width() - wanted)])

    def _on_splitter_moved(self, _at: int, _index: int) -> None:
        self._is_chosen = True
