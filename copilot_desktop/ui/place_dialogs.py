"""The dialogs that ask for a folder or a file to open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.places import Found

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

Open = Callable[[Path], object]


class PlaceDialogs(QObject):
    """Of one window: what is chosen is opened in it, a file from outside its folder by `open_elsewhere`."""

    def __init__(self, window: QWidget, workspace: WorkspaceController, open_here: Open, open_elsewhere: Open) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._open_here, self._open_elsewhere = open_here, open_elsewhere

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        dialog = self._dialog("open_folder", "Open folder")
        dialog.setFileMode(dialog.FileMode.Directory)
        dialog.setOption(dialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._open_here(Path(folder)))
        dialog.open()

    def choose_place_for(self, name: str, title: str, take: Callable[[Path], object]) -> None:
        """Ask for a folder in which something new is to be made."""
        dialog = self._dialog(name, title)
        dialog.setFileMode(dialog.FileMode.Directory)
        dialog.setOption(dialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(Path.home()))
        dialog.fileSelected.connect(lambda folder: take(Path(folder)))
        dialog.open()

    def choose_file(self) -> None:
        """Ask for a file and open it; one from elsewhere with its folder, in another window where this one has one."""
        dialog = self._dialog("open_file", "Open file")
        dialog.setFileMode(dialog.FileMode.ExistingFile)
        if self._workspace.workspace is not None:
            dialog.setDirectory(str(self._workspace.workspace.root))
        dialog.fileSelected.connect(lambda name: self._workspace.places.find((Path(name),), self._on_file_found))
        dialog.open()

    def _dialog(self, name: str, title: str) -> QFileDialog:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, title)
        dialog.setObjectName(f"dialog.{name}")
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_file_found(self, found: Found) -> None:
        current, place = self._workspace.workspace, found[0]
        is_ours = current is None or current.relative_of(place) is not None
        (self._open_here if is_ours else self._open_elsewhere)(place.path)


def ask_for_picture(window: QWidget, folder: Path | None, take: Callable[[Path], object]) -> None:
    """Ask for a picture to send to a model."""
    from PySide6.QtWidgets import QFileDialog

    from copilot_desktop.workspace.picture import SUFFIXES

    dialog = QFileDialog(window, "Add a picture to the prompt")
    dialog.setObjectName("dialog.add_picture")
    dialog.finished.connect(dialog.deleteLater)
    dialog.setFileMode(dialog.FileMode.ExistingFile)
    dialog.setNameFilter(f"Pictures ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})")
    if folder is not None:
        dialog.setDirectory(str(folder))
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.open()
