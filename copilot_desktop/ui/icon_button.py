"""Buttons with an icon of the theme instead of words, and what a button does whoever presses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QToolButton, QWidget

MakeIcon = Callable[[str, bool], QIcon]
"""Makes the icon of a name in the theme's colours; the second says whether it stands for something switched on."""


class IconButton(QToolButton):
    """Says its name to screen readers and in its tip, and follows the theme; a checkable one is brighter while on."""

    def __init__(self, make_icon: MakeIcon, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon, self._icon_name = make_icon, icon
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self.draw)
        self.draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme: the same icon in its colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.draw()

    def draw(self) -> None:
        """Draw the icon again: who makes it has heard of another theme after this button."""
        self.setIcon(self._make_icon(self._icon_name, self.isChecked()))


class Pressing(QObject):
    """Calls `run` when a checkable button is pressed by mouse, keyboard or a screen reader; goes with the button.

    The first thing that Qt lets a screen reader do with such a button is "Toggle", which changes the mark and tells no
    click.
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
