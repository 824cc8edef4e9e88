"""The recent folders of a window, offered in a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget


class RecentFolders(QObject):
    """Shows them in the middle of the window; `open_folder` gets the one that is chosen."""

    def __init__(self, window: QWidget, open_folder: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._window, self._open_folder = window, open_folder
        self.folders: tuple[str, ...] = ()
        """The last one first."""

    def choose(self) -> None:
        """Offer them in a menu."""
        menu = QMenu(self._window)
        menu.setObjectName("menu.recent")
        menu.setAccessibleName("Recent folders")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for folder in self.folders:
            menu.addAction(folder, partial(self._open_folder, Path(folder)))
        if not self.folders:
            menu.addAction("No folder was opened before").setEnabled(False)
        middle = self._window.rect().center()
        menu.popup(self._window.mapToGlobal(QPoint(middle.x() - menu.sizeHint().width() // 2, 80)))
