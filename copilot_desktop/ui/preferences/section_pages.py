"""The pages of the settings, one for each section."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.preferences.calm_wheel import CalmWheel
from copilot_desktop.ui.preferences.narrow_rows import CurrentPages


class SectionPages(CurrentPages):
    """Each is made when it is first shown or searched: all of them are 500 widgets and take a second."""

    def __init__(self) -> None:
        super().__init__()
        self._makers: list[Callable[[], QWidget]] = []
        self._made: dict[int, QWidget] = {}
        self._making = QTimer(self, interval=0)
        self._making.timeout.connect(self._make_next)

    def add(self, make: Callable[[], QWidget]) -> None:
        """Add one below the others."""
        self._makers.append(make)

    def page(self, row: int) -> QWidget:
        """The page of the section in that row."""
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = self._makers[row]()
            self.addWidget(made)
            CalmWheel(made)
            ComboKeys(made)
        return made

    def show_row(self, row: int) -> None:
        """Bring that page to the front."""
        self.setCurrentWidget(self.page(row))

    def make_soon(self) -> None:
        """Somebody is about to search: make those that are missing, one between two events."""
        self._making.start()

    def _make_next(self) -> None:
        row = next((row for row in range(len(self._makers)) if row not in self._made), None)
        if row is None:
            self._making.stop()
        else:
            self.page(row)
