"""Where the side view of changes stands: made with the side pane, filled once there is something to fill it with."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class ChangesPlace(QWidget):
    """Empty until it is filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.place")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, panel: QWidget) -> None:
        """Show the panel; the keyboard goes there."""
        has_focus = self.hasFocus()
        self._column.addWidget(panel)
        self.setFocusProxy(panel)
        if has_focus:
            panel.setFocus()
