"""Checkable buttons that do something when they are pressed, whoever presses them.

The first thing that Qt lets a screen reader do with such a button is "Toggle": it changes the mark and tells no click.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QButtonGroup


class Pressing(QObject):
    """Calls `run` when a button is pressed by mouse, keyboard or a screen reader; goes with the button.

    The program itself marks the button by `show_checked`, which calls nothing.
    """

    def __init__(self, button: QAbstractButton, run: Callable[[], object]) -> None:
        super().__init__(button)
        self._button, self._run = button, run
        self._is_shown = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._on_later)
        button.clicked.connect(self._on_clicked)
        button.toggled.connect(self._on_toggled)

    def show_checked(self, is_on: bool) -> None:
        """Mark the button as switched on, or not."""
        self._later.stop()
        self._is_shown = True
        self._button.setChecked(is_on)
        self._is_shown = False

    def _on_toggled(self, is_on: bool) -> None:
        # Of buttons that exclude each other one goes out when another one is pressed.
        group: QButtonGroup | None = self._button.group()
        is_put_out = not is_on and group is not None and group.exclusive()
        # A click is told right after it.
        if not self._is_shown and not is_put_out:
            self._later.start()

    def _on_clicked(self, _checked: bool = False) -> None:
        self._later.stop()
        self._run()

    def _on_later(self) -> None:
        self._run()
