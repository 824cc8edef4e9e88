"""A button that shows an icon of the theme instead of words, and says its name to screen readers and in its tip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QWidget

MakeIcon = Callable[[str, bool], QIcon]
"""Makes the icon of a name in the theme's colours; the second says whether it stands for something switched on."""


class IconButton(QToolButton):
    """Follows the theme by itself; a checkable one is drawn brighter while it is on."""

    def __init__(self, make_icon: MakeIcon, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon, self._icon_name = make_icon, icon
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self._draw)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another theme: the same icon in its colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        self.setIcon(self._make_icon(self._icon_name, self.isChecked()))
