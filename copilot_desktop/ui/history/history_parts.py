"""Parts of the history page: its two panes, what is said where there are no steps, and its foot with the size."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.history.step_heads import make_button
from copilot_desktop.ui.size_words import size_words
from copilot_desktop.ui.theme.marking import mark

_TIMELINE_PX, _TIMELINE_USUAL_PX = 150, 360
_NARROW_PX = 560
"""Below this width the step stands under the time line: side by side neither could be read."""


class HistoryPanes(QSplitter):
    """The time line and the step, in shares of the room there is until the user moves what parts them."""

    def __init__(self, timeline: QWidget, step: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("history.panes")
        self.setAccessibleName("The history")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        timeline.setMinimumWidth(_TIMELINE_PX)
        self.addWidget(timeline)
        self.addWidget(step)
        self.setStretchFactor(1, 1)
        self._has_shares = False
        self.splitterMoved.connect(self._on_handle_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow group the step goes below the time line."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        wanted = Qt.Orientation.Vertical if is_narrow else Qt.Orientation.Horizontal
        if self.orientation() is not wanted:
            self.setOrientation(wanted)
            self._has_shares = False
        if not self._has_shares:
            whole = self.height() if is_narrow else self.width()
            first = whole // 3 if is_narrow else min(_TIMELINE_USUAL_PX, max(_TIMELINE_PX, whole * 36 // 100))
            self.setSizes([first, max(1, whole - first)])

    def _on_handle_moved(self, _place: int, _index: int) -> None:
        self._has_shares = True


class NoSteps(QWidget):
    """One sentence in place of the panes. `retry_chosen()` after an error."""

    retry_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said, self._retry = QLabel(), make_button("retry", "Try again")
        self._retry.clicked.connect(self.retry_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        self._said.setObjectName("history.said")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said.setWordWrap(True)
        column.addWidget(self._said)
        column.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say(self, sentence: str, *, is_error: bool = False) -> None:
        """Show a sentence; an error can be tried again."""
        self._said.setText(sentence)
        self._said.setAccessibleName(sentence)
        mark(self._said, "role", "error" if is_error else "muted")
        self._retry.setVisible(is_error)


class HistoryFoot(QFrame):
    """How much of the disk the history takes, and where its bounds are set. `settings_chosen()`."""

    settings_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        self._size = ElidedLabel("history.size")
        self._size.setProperty("role", "muted")
        settings = make_button("settings", "Settings", "How much is kept, and for how long")
        settings.setProperty("link", True)
        settings.clicked.connect(self.settings_chosen)
        row.addWidget(self._size, 1)
        row.addWidget(settings)

    def show_size(self, size_bytes: int) -> None:
        """Say it."""
        self._size.show_text(f"The history of this folder takes {size_words(size_bytes)}.")
