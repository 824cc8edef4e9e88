"""The bar at the left edge: one button per side view."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from copilot_desktop.ui.icon_button import Pressing

WIDTH_PX = 44


class SideView(NamedTuple):
    """A pane of the side bar. `make` is called when it is first shown."""

    view_id: str
    title: str
    icon: str
    make: Callable[[], QWidget]


class ActivityBar(QWidget):
    """Buttons for the side views; `chosen(view_id)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, make_icon: Callable[[str, bool], QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self._buttons: dict[str, tuple[QToolButton, str]] = {}
        self._pressing: dict[str, Pressing] = {}
        self.setObjectName("activity_bar")
        self.setAccessibleName("Side views")
        self.setProperty("pane", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        self._above = 0

    def add(self, view_id: str, title: str, icon: str, *, at_bottom: bool = False) -> QToolButton:
        """Add a button, above the stretch or at the bottom."""
        button = QToolButton(self)
        button.setObjectName(f"activity.{view_id}")
        button.setAccessibleName(title)
        button.setToolTip(title)
        button.setProperty("activity", True)
        button.setCheckable(not at_bottom)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(20, 20))
        # Not in the style sheet, whose sizes grow with the letters: there are none here.
        button.setFixedSize(QSize(WIDTH_PX, WIDTH_PX))
        self._pressing[view_id] = Pressing(button, partial(self.chosen.emit, view_id))
        if at_bottom:
            self._layout.addWidget(button)
        else:
            self._layout.insertWidget(self._above, button)
            self._above += 1
        self._buttons[view_id] = (button, icon)
        self._draw(view_id)
        return button

    def buttons(self) -> tuple[QWidget, ...]:
        """From top to bottom, whenever they were made."""
        items = (self._layout.itemAt(at) for at in range(self._layout.count()))
        return tuple(widget for item in items if item is not None and (widget := item.widget()) is not None)

    def mark(self, view_id: str) -> None:
        """Show which view is open; '' for none."""
        for each in self._buttons:
            self._pressing[each].show_checked(each == view_id)
            self._draw(each)

    def refresh_icons(self) -> None:
        """Draw the icons again, after the theme has changed."""
        for view_id in self._buttons:
            self._draw(view_id)

    def _draw(self, view_id: str) -> None:
        button, icon = self._buttons[view_id]
        button.setIcon(self._make_icon(icon, button.isChecked()))
