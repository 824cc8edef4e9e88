"""A field that remembers what was looked for: Up and Down go through it, as in a shell."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

HISTORY_LIMIT = 50


class HistoryField(QLineEdit):
    """`remember()` keeps the text; what was typed and not yet kept comes back below the newest.

    `kept` is what it remembers already, the newest last; fields may share it.
    """

    went_below = Signal()
    """Down was pressed, and there is nothing newer than what stands in the field."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None, *, kept: list[str] | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setPlaceholderText(title)
        self.setToolTip("Up and Down bring back what was here before")
        self._kept: list[str] = [] if kept is None else kept
        self._at: int | None = None
        self._draft = ""
        self.textEdited.connect(self._on_text_edited)

    def remember(self) -> None:
        """Keep the text as the newest of the history."""
        text = self.text()
        if text:
            self._kept[:] = [*(kept for kept in self._kept if kept != text), text][-HISTORY_LIMIT:]
        self._at = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and Down."""
        if event.key() == Qt.Key.Key_Up:
            self._go(-1)
        elif event.key() == Qt.Key.Key_Down:
            self._go(1)
        else:
            super().keyPressEvent(event)

    def _go(self, by: int) -> None:
        if self._at is None:
            if by > 0:
                self.went_below.emit()
            if by > 0 or not self._kept:
                return
            self._draft = self.text()
            self._at = len(self._kept)
            if self._kept[-1] == self._draft:
                self._at -= 1
        at = self._at + by
        if at < 0:
            return
        self._at = at if at < len(self._kept) else None
        self.setText(self._kept[at] if at < len(self._kept) else self._draft)

    def _on_text_edited(self, _text: str) -> None:
        self._at = None
