"""A list of differences with what stands above it: its switches, and the bar that finds words in it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.ui.diff.diff_bar import DiffBar
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.find_bar import DiffFindBar
from copilot_desktop.ui.diff.look import DiffLook


class DiffFrame(QWidget):
    """Has the keyboard by its list. `name` begins the names of its parts ("review")."""

    def __init__(self, name: str, view: DiffList, look: DiffLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.find_bar = DiffBar(name, view, look), DiffFindBar(name, view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.bar, self.find_bar):
            column.addWidget(widget)
        column.addWidget(view, 1)
        self.setFocusProxy(view)
        look.follow(view)

    def open_search(self) -> None:
        """Give the field of the search the keyboard."""
        self.find_bar.open()

    def step_search(self, step: int) -> None:
        """Go to the next match or the one before."""
        self.find_bar.step(step)
