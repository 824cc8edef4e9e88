"""What the history page asks of the list that shows a diff: the review has one, and features do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.history.values import Shown


class StepDiff(Protocol):
    """A list of compared files."""

    take_back: Callable[[str], object]
    current_hunk: str

    @property
    def file_changed(self) -> SignalInstance:
        """Carries the path of the file that is looked at."""

    @property
    def current_path(self) -> str:
        """That path."""

    @property
    def widget(self) -> QWidget:
        """The list, with what stands above it."""

    def show_compared(self, shown: Shown, *, can_take_back: bool) -> None:
        """Show compared files; `can_take_back`: each hunk has its button."""

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) hunk."""
