"""The recent folders of a window, to be found by a few letters of their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from copilot_desktop.ui.pick_list import PickList


class RecentFolders(QObject):
    """Shows them above the middle of the window; `open_folder` gets the one that is chosen."""

    def __init__(self, window: QWidget, open_folder: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._window, self._open_folder = window, open_folder
        self._list: PickList | None = None
        self.folders: tuple[str, ...] = ()
        """The last one first."""
        self.missing: frozenset[str] = frozenset()
        """Those among them that are not there now."""

    def choose(self) -> None:
        """Offer them."""
        from copilot_desktop.ui.pick_list import PickList
        from copilot_desktop.ui.picks import Pick

        if self._list is None:
            self._list = PickList("pick.recent", self._window)
        picks = [
            Pick(Path(folder).name or folder, partial(self._open_folder, Path(folder)), aliases=self._where(folder))
            for folder in self.folders
        ]
        self._list.ask("Open recent folder", picks, "No folder was opened before.")

    def _where(self, folder: str) -> str:
        return f"{Path(folder).parent}{'   not there' if folder in self.missing else ''}"
